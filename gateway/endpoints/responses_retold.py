"""Responses that came as Responses, told to the caller: with the provider's items and ids, and the texts as they were told."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from gateway import sse
from gateway.endpoints.responses_events import (
    STOP,
    Place,
    event_at,
    is_delta,
    place_of,
    response_of,
    texts_of,
    whole,
)

if TYPE_CHECKING:
    from gateway.endpoints.base import Message
    from gateway.errors import ApiError

_CALLS = ("function_call", "custom_tool_call", "mcp_call")
_LISTS = ("content", "summary")
_INDEX = {"content": "content_index", "reasoning": "content_index", "summary": "summary_index"}


class RetoldVoice:
    """Numbers the events anew, and fills in what repeats a text. What follows a stop is made here."""

    media_type = "text/event-stream"

    def __init__(self, body: Message) -> None:
        self._model = str(body.get("model", ""))
        self._number = 0
        self._told: dict[Place, str] = {}
        self._items: dict[int, dict[str, Any]] = {}
        self._open: set[int] = set()
        self._parts: dict[tuple[int, str, int], dict[str, Any]] = {}  # those that are open
        self._head: dict[str, Any] = {}

    def whole(self, message: Message) -> tuple[bytes, str]:
        """The response object."""
        report = message.pop("sekimori", None)
        self._fill(message)
        return sse.json_bytes(self._response(message, report)), "application/json"

    def feed(self, message: Message) -> bytes:
        """The event of a message; nothing for a delta whose text is held back."""
        report = message.pop("sekimori", None)
        if message.get("type") == STOP:
            return self._stop(message, report)
        if not isinstance(message.get("type"), str):
            return self._at_once(message, report)
        if is_delta(message):
            return self._delta(message)
        self._fill(message)
        self._note(message)
        if (response := response_of(message)) is not None:
            message = {**message, "response": self._response(response, report)}
        return self._event(message)

    def close(self) -> bytes:
        """Nothing: the last event was the end."""
        return b""

    def fail(self, error: ApiError) -> bytes:
        """An ``error`` event, and the response as failed."""
        said = {"type": "error", "code": error.code, "message": error.message, "param": error.param}
        failed = self._response({**self._head, "status": "failed", "output": self._output()}, None)
        failed["error"] = {"code": "server_error", "message": error.message}
        return self._event(said) + self._event({"type": "response.failed", "response": {**failed, **error.extra}})

    def _delta(self, message: Message) -> bytes:
        if not message["delta"]:
            return b""
        place = place_of(message)
        self._told[place] = self._told.get(place, "") + message["delta"]
        item = self._items.get(place[0], {})
        return self._event({**message, "item_id": message.get("item_id") or item.get("id")})

    def _fill(self, message: Message) -> None:
        """What a delta told takes the place of what repeats it; what none told was read in its place."""
        for place, holder, field in texts_of(message):
            if holder[field] is None:
                holder[field] = self._told.get(place, "")
            else:
                self._told[place] = holder[field]

    def _note(self, message: Message) -> None:
        """Remember what is open, for the case that the reply is stopped here."""
        kind, index = message["type"], whole(message.get("output_index"))
        if kind in ("response.output_item.added", "response.output_item.done") and isinstance(
            message.get("item"), dict
        ):
            self._items[index] = item = dict(message["item"])
            if kind.endswith(".done"):
                self._open.discard(index)
                self._parts = {where: part for where, part in self._parts.items() if where[0] != index}
            else:
                self._open.add(index)
                item.update(content=[], summary=[])
        for name in ("content", "reasoning_summary"):
            if kind.startswith(f"response.{name}_part.") and isinstance(part := message.get("part"), dict):
                group = "summary" if name == "reasoning_summary" else _group(part)
                where = (index, group, whole(message.get(_INDEX[group])))
                if kind.endswith(".done"):
                    self._parts.pop(where, None)
                    self._grow(where, part)
                else:
                    self._parts[where] = dict(part)

    def _stop(self, message: Message, report: Any) -> bytes:
        """Say why, in the open text or in one of its own; close what is open; end the response as incomplete."""
        events = [] if self._head else [self._begin()]
        texts = [
            where for where, part in self._parts.items() if where[1] == "content" and part.get("type") == "output_text"
        ]
        if not texts:
            events += self._new_text()
            texts = [where for where, part in self._parts.items() if part.get("type") == "output_text"][-1:]
        events.append(self._delta(event_at((*texts[-1], "text"), message["text"])))
        for index in sorted(self._open):
            events += self._end_item(index)
        output = [item for item in self._output() if item.get("type") not in _CALLS]
        stopped = {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}, "output": output}
        response = self._response({**self._head, **stopped, "usage": message.get("usage")}, report)
        return b"".join([*events, self._event({"type": "response.incomplete", "response": response})])

    def _new_text(self) -> list[bytes]:
        index = max(self._items, default=-1) + 1
        item = {"id": f"msg_{secrets.token_hex(16)}", "type": "message", "role": "assistant", "status": "in_progress"}
        part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
        where = {"item_id": item["id"], "output_index": index, "content_index": 0}
        added = {"type": "response.output_item.added", "output_index": index, "item": {**item, "content": []}}
        begun = {"type": "response.content_part.added", **where, "part": part}
        self._note(added)
        self._note(begun)
        return [self._event(added), self._event(begun)]

    def _end_item(self, index: int) -> list[bytes]:
        item, events = self._items[index], []
        for where, part in sorted(self._parts.items(), key=lambda each: each[0]):
            if where[0] != index:
                continue
            field = "refusal" if part.get("type") == "refusal" else "text"
            part[field] = self._told.get((*where, field), "")
            place = {"item_id": item.get("id"), "output_index": index, _INDEX[where[1]]: where[2]}
            stem = event_at((*where, field), "")["type"].removesuffix(".delta")
            more: dict[str, Any] = {"logprobs": []} if stem == "response.output_text" else {}
            name = "reasoning_summary_part" if where[1] == "summary" else "content_part"
            events.append(self._event({"type": f"{stem}.done", **place, field: part[field], **more}))
            events.append(self._event({"type": f"response.{name}.done", **place, "part": part}))
            self._grow(where, part)
        item = self._items[index] = _trimmed({**self._items[index], "status": "incomplete"})
        return [*events, self._event({"type": "response.output_item.done", "output_index": index, "item": item})]

    def _grow(self, where: tuple[int, str, int], part: dict[str, Any]) -> None:
        item = self._items.setdefault(where[0], {"type": "message"})
        item.setdefault("summary" if where[1] == "summary" else "content", []).append(dict(part))

    def _at_once(self, message: Message, report: Any) -> bytes:
        """A whole response where a stream was asked for: its items, each at once."""
        self._fill(message)
        events = [self._begin(message)]
        output = message.get("output")
        for index, item in enumerate(output if isinstance(output, list) else ()):
            place = {"output_index": index, "item": item}
            events += [self._event({"type": f"response.output_item.{verb}", **place}) for verb in ("added", "done")]
        status = "incomplete" if message.get("status") == "incomplete" else "completed"
        response = self._response({**message, "status": status}, report)
        return b"".join([*events, self._event({"type": f"response.{status}", "response": response})])

    def _begin(self, message: Message | None = None) -> bytes:
        head = {**(message or {}), "status": "in_progress", "output": [], "usage": None, "error": None}
        return self._event({"type": "response.created", "response": self._response(head, None)})

    def _output(self) -> list[dict[str, Any]]:
        return [_trimmed(item) for _, item in sorted(self._items.items())]

    def _response(self, given: Message, report: Any) -> dict[str, Any]:
        """The object with every field that clients ask for; the model by the name that the caller gave."""
        response = {
            "id": f"resp_{secrets.token_hex(16)}",
            "object": "response",
            "created_at": int(time.time()),
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "output": [],
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "temperature": None,
            "tool_choice": "auto",
            "tools": [],
            "top_p": None,
            "usage": None,
            **given,
            "model": self._model,
            "store": False,
        }
        self._head = {name: value for name, value in response.items() if name not in ("output", "usage", "status")}
        return response | ({"sekimori": report} if report else {})

    def _event(self, message: Message) -> bytes:
        event = {**message, "sequence_number": self._number}
        self._number += 1
        return sse.encode(event, str(message["type"]))


def _trimmed(item: dict[str, Any]) -> dict[str, Any]:
    """An item without empty lists that its kind need not have."""
    needed = {"message": "content", "reasoning": "summary"}.get(str(item.get("type")))
    return {name: value for name, value in item.items() if value or name == needed or name not in _LISTS}


def _group(part: dict[str, Any]) -> str:
    return "reasoning" if part.get("type") == "reasoning_text" else "content"
