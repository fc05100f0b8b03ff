"""A chat reply told as Anthropic's Messages: one message, or blocks that begin, grow and end in turn."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from gateway import sse
from gateway.endpoints import shapes
from gateway.endpoints.spoken import ChatVoice

if TYPE_CHECKING:
    from gateway.endpoints.base import Message
    from gateway.endpoints.told import Kind, ToolCall
    from gateway.errors import ApiError

_STOP = {"length": "max_tokens", "tool_calls": "tool_use", "function_call": "tool_use", "content_filter": "refusal"}


class MessagesVoice(ChatVoice):
    """Thinking, then text, then tools. A refusal is told as text."""

    def __init__(self, body: Message) -> None:
        super().__init__(body)
        self._id = f"msg_{secrets.token_hex(12)}"
        self._begun = False
        self._open: str | None = None
        self._index = -1

    def whole(self, message: Message) -> tuple[bytes, str]:
        """The message object."""
        self.told.feed(message)
        said = self.told.first
        blocks: list[dict[str, Any]] = []
        if said.reasoning:
            blocks.append({"type": "thinking", "thinking": said.reasoning, "signature": said.signature})
        if said.text or said.refusal:
            blocks.append({"type": "text", "text": said.text + said.refusal})
        blocks += [_tool_use(call) | {"input": call.values()} for call in said.tool_calls]
        reply = self._message() | {"content": blocks, "stop_reason": self._stop(), "usage": self._usage()}
        return sse.json_bytes({**reply, **self.report()}), "application/json"

    def feed(self, message: Message) -> bytes:
        """The events of one message."""
        events = self._begin()
        for index, kind, text in self.told.feed(message):
            if index == 0:
                events += self._grow(kind, text)
        return b"".join(events)

    def close(self) -> bytes:
        """The tools, why it ended, and the end."""
        events = self._begin() + self._end()
        for call in self.told.first.tool_calls:
            events += self._start("tool_use", _tool_use(call) | {"input": {}})
            events.append(self._delta({"type": "input_json_delta", "partial_json": call.arguments or "{}"}))
            events += self._end()
        ended = {"stop_reason": self._stop(), "stop_sequence": None}
        events.append(_event("message_delta", delta=ended, usage=self._usage(), **self.report()))
        return b"".join([*events, _event("message_stop")])

    def fail(self, error: ApiError) -> bytes:
        """An ``error`` event."""
        return b"".join([*self._begin(), sse.encode(shapes.anthropic(error), "error")])

    def _begin(self) -> list[bytes]:
        if self._begun:
            return []
        self._begun = True
        return [_event("message_start", message=self._message() | {"usage": {"input_tokens": 0, "output_tokens": 0}})]

    def _grow(self, kind: Kind, text: str) -> list[bytes]:
        block = "thinking" if kind == "reasoning" else "text"
        events = []
        if self._open != block:
            empty = {"thinking": "", "signature": ""} if block == "thinking" else {"text": ""}
            events = self._end() + self._start(block, {"type": block, **empty})
        return [*events, self._delta({"type": f"{block}_delta", block: text})]

    def _start(self, block: str, empty: dict[str, Any]) -> list[bytes]:
        self._open = block
        self._index += 1
        return [_event("content_block_start", index=self._index, content_block=empty)]

    def _end(self) -> list[bytes]:
        if self._open is None:
            return []
        sealed = []
        if self._open == "thinking" and self.told.first.signature:
            sealed = [self._delta({"type": "signature_delta", "signature": self.told.first.signature})]
        self._open = None
        return [*sealed, _event("content_block_stop", index=self._index)]

    def _delta(self, delta: dict[str, Any]) -> bytes:
        return _event("content_block_delta", index=self._index, delta=delta)

    def _message(self) -> dict[str, Any]:
        return {
            "id": self._id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
        }

    def _usage(self) -> dict[str, int]:
        return {"input_tokens": self.told.input_tokens, "output_tokens": self.told.output_tokens}

    def _stop(self) -> str:
        return _STOP.get(self.told.first.finish or "", "end_turn")


def _tool_use(call: ToolCall) -> dict[str, Any]:
    return {"type": "tool_use", "id": call.id or f"toolu_{secrets.token_hex(12)}", "name": call.name}


def _event(kind: str, **fields: Any) -> bytes:
    return sse.encode({"type": kind, **fields}, kind)
