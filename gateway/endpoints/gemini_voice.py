"""A chat reply told as Gemini's ``GenerateContentResponse``: one, or one for each piece."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from gateway import sse
from gateway.endpoints import shapes
from gateway.endpoints.spoken import ChatVoice

if TYPE_CHECKING:
    from gateway.endpoints.base import Message
    from gateway.endpoints.told import Choice
    from gateway.errors import ApiError

_FINISH = {"length": "MAX_TOKENS", "content_filter": "SAFETY"}


class GeminiVoice(ChatVoice):
    """Every candidate. ``array``: the stream is one JSON array, as without ``alt=sse``."""

    def __init__(self, body: Message, *, array: bool = False) -> None:
        super().__init__(body)
        self.media_type = "application/json" if array else "text/event-stream"
        self._array = array
        self._count = 0
        self._id = secrets.token_urlsafe(16)

    def whole(self, message: Message) -> tuple[bytes, str]:
        """The response object."""
        self.told.feed(message)
        candidates = [
            self._candidate(index, [*_thoughts(choice), *_said(choice.text + choice.refusal)], choice)
            for index, choice in sorted(self.told.choices.items())
        ]
        return sse.json_bytes(self._response(candidates, last=True)), "application/json"

    def feed(self, message: Message) -> bytes:
        """A response for each text that is new."""
        return b"".join(
            self._send([self._candidate(index, [{"text": text} | ({"thought": True} if kind == "reasoning" else {})])])
            for index, kind, text in self.told.feed(message)
        )

    def close(self) -> bytes:
        """The calls of functions, why each candidate ended, and the counts."""
        candidates = [self._candidate(index, [], choice) for index, choice in sorted(self.told.choices.items())]
        return self._send(candidates, last=True) + (b"]" if self._array else b"")

    def fail(self, error: ApiError) -> bytes:
        """The error as the last item."""
        return self._write(shapes.google(error)) + (b"]" if self._array else b"")

    def _send(self, candidates: list[dict[str, Any]], *, last: bool = False) -> bytes:
        return self._write(self._response(candidates, last=last))

    def _write(self, value: Any) -> bytes:
        self._count += 1
        if not self._array:
            return sse.encode(value)
        return (b"[" if self._count == 1 else b",\r\n") + sse.json_bytes(value)

    def _response(self, candidates: list[dict[str, Any]], *, last: bool) -> dict[str, Any]:
        told = self.told
        usage = {
            "promptTokenCount": told.input_tokens,
            "candidatesTokenCount": told.output_tokens,
            "totalTokenCount": told.input_tokens + told.output_tokens,
        }
        common = {"candidates": candidates, "modelVersion": self.model, "responseId": self._id}
        return common | ({"usageMetadata": usage, **self.report()} if last else {})

    def _candidate(self, index: int, parts: list[dict[str, Any]], ended: Choice | None = None) -> dict[str, Any]:
        """A candidate; when it has ended, with its calls and the reason."""
        calls = ended.tool_calls if ended else []
        functions = [
            {"functionCall": {**({"id": call.id} if call.id else {}), "name": call.name, "args": call.values()}}
            for call in calls
        ]
        candidate = {"content": {"role": "model", "parts": [*parts, *functions]}, "index": index}
        return candidate | ({"finishReason": _FINISH.get(ended.finish or "", "STOP")} if ended else {})


def _thoughts(choice: Choice) -> list[dict[str, Any]]:
    return [{"text": choice.reasoning, "thought": True}] if choice.reasoning else []


def _said(text: str) -> list[dict[str, Any]]:
    return [{"text": text}] if text else []
