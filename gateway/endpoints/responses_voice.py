"""A chat reply told as OpenAI's Responses: one object, or events of every type that make one up."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from gateway import sse
from gateway.endpoints.spoken import ChatVoice

if TYPE_CHECKING:
    from gateway.endpoints.base import Message
    from gateway.endpoints.told import Kind, ToolCall
    from gateway.errors import ApiError

_PART = {"text": "output_text", "refusal": "refusal", "reasoning": "summary_text"}
_FIELD = {"text": "text", "refusal": "refusal", "reasoning": "text"}
_EVENT = {
    "text": "response.output_text",
    "refusal": "response.refusal",
    "reasoning": "response.reasoning_summary_text",
}


class ResponsesVoice(ChatVoice):
    """Tells the first choice. Everything that repeats a text repeats the one that was told."""

    def __init__(self, body: Message) -> None:
        super().__init__(body)
        self._id = f"resp_{secrets.token_hex(16)}"
        self._created = int(time.time())
        self._number = 0
        self._begun = False
        self._output: list[dict[str, Any]] = []
        self._open: Kind | None = None

    def whole(self, message: Message) -> tuple[bytes, str]:
        """The response object."""
        for _, kind, text in self.told.feed(message):
            self._grow(kind, text)
        self._end_item()
        self._output += [self._call(call) for call in self.told.first.tool_calls]
        return sse.json_bytes({**self._response(self._status()), **self.report()}), "application/json"

    def feed(self, message: Message) -> bytes:
        """The events of one message."""
        events = self._begin()
        for index, kind, text in self.told.feed(message):
            if index == 0:
                events += self._grow(kind, text)
        return b"".join(events)

    def close(self) -> bytes:
        """The rest of the items and the response as a whole."""
        events = self._begin() + self._end_item()
        for call in self.told.first.tool_calls:
            events += self._tell_call(call)
        status = self._status()
        events.append(self._event(f"response.{status}", response={**self._response(status), **self.report()}))
        return b"".join(events)

    def fail(self, error: ApiError) -> bytes:
        """An ``error`` event, and the response as failed."""
        said = self._event("error", code=error.code, message=error.message, param=error.param)
        failed = {**self._response("failed"), "error": {"code": "server_error", "message": error.message}}
        return b"".join([*self._begin(), said, self._event("response.failed", response={**failed, **error.extra})])

    def _begin(self) -> list[bytes]:
        if self._begun:
            return []
        self._begun = True
        response = self._response("in_progress")
        return [self._event(f"response.{name}", response=response) for name in ("created", "in_progress")]

    def _grow(self, kind: Kind, text: str) -> list[bytes]:
        """Go on with a text; open its item and part first, and close another one's."""
        events = []
        if self._open != kind:
            events = self._end_part() if _same_item(self._open, kind) else self._end_item()
            events += self._start(kind)
        item = self._output[-1]
        part = item[_parts(kind)][-1]
        part[_FIELD[kind]] += text
        return [*events, self._event(f"{_EVENT[kind]}.delta", **self._place(kind), delta=text, **_logprobs(kind))]

    def _start(self, kind: Kind) -> list[bytes]:
        events = []
        if self._open is None:
            item: dict[str, Any] = {"id": f"rs_{secrets.token_hex(16)}", "type": "reasoning", "summary": []}
            if kind != "reasoning":
                new = f"msg_{secrets.token_hex(16)}"
                item = {"id": new, "type": "message", "status": "in_progress", "role": "assistant", "content": []}
            self._output.append(item)
            # A copy by hand: the list of parts grows, and this event is told as it is now.
            events.append(
                self._event("response.output_item.added", output_index=self._last, item={**item, _parts(kind): []})
            )
        self._open = kind
        more: dict[str, Any] = {"annotations": [], "logprobs": []} if kind == "text" else {}
        part = {"type": _PART[kind], _FIELD[kind]: "", **more}
        self._output[-1][_parts(kind)].append(part)
        name = "reasoning_summary_part" if kind == "reasoning" else "content_part"
        return [*events, self._event(f"response.{name}.added", **self._place(kind), part=part)]

    def _end_part(self) -> list[bytes]:
        if (kind := self._open) is None:
            return []
        part = self._output[-1][_parts(kind)][-1]
        name = "reasoning_summary_part" if kind == "reasoning" else "content_part"
        said = {_FIELD[kind]: part[_FIELD[kind]], **_logprobs(kind)}
        return [
            self._event(f"{_EVENT[kind]}.done", **self._place(kind), **said),
            self._event(f"response.{name}.done", **self._place(kind), part=part),
        ]

    def _end_item(self) -> list[bytes]:
        if self._open is None:
            return []
        events = self._end_part()
        item = self._output[-1]
        if item["type"] == "message":
            item["status"] = "incomplete" if self._status() == "incomplete" else "completed"
        self._open = None
        return [*events, self._event("response.output_item.done", output_index=self._last, item=item)]

    def _tell_call(self, call: ToolCall) -> list[bytes]:
        item = self._call(call)
        self._output.append(item)
        field, name = ("input", "custom_tool_call_input") if call.custom else ("arguments", "function_call_arguments")
        place = {"item_id": item["id"], "output_index": self._last}
        added = {**item, field: "", "status": "in_progress"}
        return [
            self._event("response.output_item.added", output_index=self._last, item=added),
            self._event(f"response.{name}.delta", **place, delta=call.arguments),
            self._event(f"response.{name}.done", **place, **{field: call.arguments}, name=call.name),
            self._event("response.output_item.done", output_index=self._last, item=item),
        ]

    def _call(self, call: ToolCall) -> dict[str, Any]:
        new, call_id = secrets.token_hex(16), call.id or f"call_{secrets.token_hex(12)}"
        common = {"call_id": call_id, "name": call.name, "status": "completed"}
        if call.custom:
            return {"id": f"ctc_{new}", "type": "custom_tool_call", "input": call.arguments, **common}
        return {"id": f"fc_{new}", "type": "function_call", "arguments": call.arguments, **common}

    @property
    def _last(self) -> int:
        return len(self._output) - 1

    def _place(self, kind: Kind) -> dict[str, Any]:
        item = self._output[-1]
        index = "summary_index" if kind == "reasoning" else "content_index"
        return {"item_id": item["id"], "output_index": self._last, index: len(item[_parts(kind)]) - 1}

    def _event(self, kind: str, **fields: Any) -> bytes:
        event = {"type": kind, "sequence_number": self._number, **fields}
        self._number += 1
        return sse.encode(event, kind)

    def _status(self) -> str:
        return "incomplete" if self.told.first.finish in {"length", "content_filter"} else "completed"

    def _response(self, status: str) -> dict[str, Any]:
        """The object. What the caller sent is not repeated: it stands here in its redacted form."""
        told = self.told
        reasons = {"length": "max_output_tokens", "content_filter": "content_filter"}
        usage = {
            "input_tokens": told.input_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": told.output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": told.input_tokens + told.output_tokens,
        }
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "error": None,
            "incomplete_details": {"reason": reasons[told.first.finish or ""]} if status == "incomplete" else None,
            "instructions": None,
            "metadata": {},
            "model": self.model,
            "output": self._output,
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "store": False,
            "temperature": None,
            "tool_choice": "auto",
            "tools": [],
            "top_p": None,
            "usage": usage if status in {"completed", "incomplete"} else None,
        }


def _parts(kind: Kind) -> str:
    return "summary" if kind == "reasoning" else "content"


def _same_item(before: Kind | None, kind: Kind) -> bool:
    return before is not None and _parts(before) == _parts(kind)


def _logprobs(kind: Kind) -> dict[str, Any]:
    return {"logprobs": []} if kind == "text" else {}
