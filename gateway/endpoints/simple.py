"""``POST /v1/simple``: plain text in, plain text out, for tools that cannot read JSON (a shell, a macro)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.endpoints.spoken import ChatVoice, Spoken
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.endpoints.base import Message
    from gateway.endpoints.door import Voice
    from gateway.errors import ApiError


class Simple(Spoken):
    """The body is the question. ``?model=`` and ``?stream=true`` say the rest."""

    name = "simple"
    path = "simple"
    routes = ("/v1/simple",)
    media_types = frozenset({"text/plain", ""})

    def parse(self, raw: bytes) -> Message:
        """The text, in UTF-8; a byte order mark, which Windows likes, is no part of it."""
        try:
            return {"prompt": raw.decode("utf-8-sig")}
        except UnicodeDecodeError as error:
            raise BadRequest(
                f"本文は UTF-8 の文字にしてください（{error.start}バイト目）。", code="invalid_text"
            ) from None

    def receive(self, body: Message, path: Mapping[str, str]) -> Message:
        """Model and streaming from the query."""
        stream = path.get("?stream", "").lower() in {"1", "true"}
        return {**body, "model": path.get("?model", ""), "stream": stream}

    def to_chat(self, body: Message) -> Message:
        """The text as the user's message."""
        if not body["prompt"].strip():
            raise BadRequest("本文が空です。", param="prompt")
        said = [{"role": "user", "content": body["prompt"]}]
        return {"model": body["model"], "stream": body["stream"], "messages": said}

    def groups(self, body: Message) -> int:
        """One reply."""
        del body
        return 1

    def answers_in_json(self, body: Message) -> bool:
        """No: a text."""
        del body
        return False

    def voice(self, body: Message) -> Voice:
        """The text alone."""
        return _PlainVoice(body)


class _PlainVoice(ChatVoice):
    media_type = "text/plain; charset=utf-8"

    def whole(self, message: Message) -> tuple[bytes, str]:
        self.told.feed(message)
        said = self.told.first
        return f"{said.text}{said.refusal}\n".encode(), self.media_type

    def feed(self, message: Message) -> bytes:
        pieces = self.told.feed(message)
        return "".join(text for index, kind, text in pieces if index == 0 and kind != "reasoning").encode()

    def close(self) -> bytes:
        return b"\n"

    def fail(self, error: ApiError) -> bytes:
        return f"\n\n{error.message}\n".encode()
