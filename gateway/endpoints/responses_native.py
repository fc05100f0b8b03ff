"""The reply loop's view of a reply that comes as Responses: the same questions as for chat, asked of its events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.endpoints.base import TextPart
from gateway.endpoints.leaves import leaves
from gateway.endpoints.responses_events import (
    STOP,
    closes,
    ended,
    event_at,
    is_delta,
    place_of,
    response_of,
    texts_of,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from gateway.endpoints.base import Key, Message

_CALLS = ("function_call", "custom_tool_call", "mcp_call")


class NativeReply:
    """One group, 0. A text's key is ``(0, output index, group, index, field)``, as in ``responses_events.Place``."""

    def reply_parts(self, message: Message) -> Iterator[TextPart]:
        """The texts that no delta told before, then every other string of the message."""
        if message.get("type") == STOP:
            return
        if is_delta(message):
            place = place_of(message)
            if message["delta"]:
                yield TextPart((0, *place), message, "delta", partial=True, json=place[3] == "arguments")
        seen = set()
        for place, holder, field in texts_of(message):
            seen.add((id(holder), field))
            if holder[field]:
                yield TextPart((0, *place), holder, field, json=place[3] == "arguments")
        for path, holder, index in leaves({name: value for name, value in message.items() if name != "sekimori"}):
            held = message if len(path) == 1 else holder
            told = len(path) == 1 and index == "delta" and is_delta(message)
            if not told and (id(held), index) not in seen:
                yield TextPart((0, "event", *path), held, index)

    def closed_by(self, message: Message, open_keys: Sequence[Key]) -> Sequence[Key]:
        """What ``….done`` of the text, of its part, of its item, or the end of the response ends."""
        return [key for key in open_keys if closes(message, key[1:])]  # type: ignore[arg-type]  # keys made above

    def delta(self, message: Message, key: Key, text: str) -> Message:
        """A delta for the text."""
        del message
        return event_at(key[1:], text)  # type: ignore[arg-type]  # keys made above

    def text_key(self, group: Hashable) -> Key:
        """The first part of the first item."""
        return (group, 0, "content", 0, "text")

    def main(self, key: Key) -> bool:
        """Whether this is a text of the answer itself, below which notices go."""
        return key[2:3] == ("content",) and key[-1] == "text"

    def stop(self, message: Message, group: Hashable, text: str) -> list[Message]:
        """End the reply with ``text``; the calls of tools are taken back. The voice closes what is open."""
        del group
        if not ended(message):
            return [{"type": STOP, "text": text}]
        response = response_of(message) or {}
        usage = response.get("usage")
        if "type" in message:  # the event that would have ended it: the stop takes its place
            message.clear()
            message.update(type=STOP, text=text, usage=usage)
            return []
        output = response.get("output")
        kept = [item for item in output or () if isinstance(item, dict) and item.get("type") not in _CALLS]
        response["output"] = [*kept, _said(text.strip())]
        response.update(status="incomplete", incomplete_details={"reason": "content_filter"})
        return []

    def mute(self, message: Message, groups: frozenset[Hashable]) -> bool:
        """Nothing more is said after a stop."""
        del message
        return not groups

    def ends(self, message: Message) -> bool:
        """The event that ends the response, or a whole one."""
        return ended(message)

    def usage(self, message: Message) -> tuple[int, int] | None:
        """``input_tokens`` and ``output_tokens`` of the response."""
        usage = message.get("usage") if message.get("type") == STOP else (response_of(message) or {}).get("usage")
        if not isinstance(usage, dict):
            return None
        counts = usage.get("input_tokens"), usage.get("output_tokens")
        return tuple(n if isinstance(n, int) and n >= 0 else 0 for n in counts)  # type: ignore[return-value]


def _said(text: str) -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    return {"id": "msg_sekimori", "type": "message", "role": "assistant", "status": "incomplete", "content": [part]}
