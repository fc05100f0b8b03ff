"""A chat reply told as Ollama's: one JSON object, or lines of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from gateway import sse
from gateway.endpoints import shapes
from gateway.endpoints.spoken import ChatVoice

if TYPE_CHECKING:
    from gateway.endpoints.base import Message
    from gateway.endpoints.told import Choice
    from gateway.errors import ApiError


class OllamaVoice(ChatVoice):
    """``field`` is ``message`` for a chat and ``response`` for a prompt."""

    media_type = "application/x-ndjson"

    def __init__(self, body: Message, *, field: Literal["message", "response"] = "message") -> None:
        super().__init__(body)
        self._field = field

    def whole(self, message: Message) -> tuple[bytes, str]:
        """The object, done."""
        self.told.feed(message)
        said = self.told.first
        value = self._said(said.text + said.refusal, said.reasoning, said)
        return sse.json_bytes(self._last(value)), "application/json"

    def feed(self, message: Message) -> bytes:
        """A line for each text that is new."""
        lines = []
        for index, kind, text in self.told.feed(message):
            if index == 0:
                value = self._said("", text) if kind == "reasoning" else self._said(text)
                lines.append(_line({**self._head(), **value, "done": False}))
        return b"".join(lines)

    def close(self) -> bytes:
        """The calls of tools, and the last line."""
        return _line(self._last(self._said("", "", self.told.first)))

    def fail(self, error: ApiError) -> bytes:
        """The error as a line."""
        return _line(shapes.ollama(error))

    def _said(self, text: str, thinking: str = "", ended: Choice | None = None) -> dict[str, Any]:
        thought = {"thinking": thinking} if thinking else {}
        if self._field == "response":
            return {"response": text, **thought}
        calls = [
            {"function": {"name": call.name, "arguments": call.values()}}
            for call in (ended.tool_calls if ended else ())
        ]
        return {
            "message": {"role": "assistant", "content": text, **thought, **({"tool_calls": calls} if calls else {})}
        }

    def _last(self, value: dict[str, Any]) -> dict[str, Any]:
        told = self.told
        reason = told.first.finish if told.first.finish in {"length", "content_filter"} else "stop"
        counts = {"prompt_eval_count": told.input_tokens, "eval_count": told.output_tokens}
        return {**self._head(), **value, "done": True, "done_reason": reason, **counts, **self.report()}

    def _head(self) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        return {"model": self.model, "created_at": now}


def _line(value: Any) -> bytes:
    return sse.json_bytes(value) + b"\n"
