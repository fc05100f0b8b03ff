"""Replies of a server that speaks Responses itself, with a text at each place, and at every event that repeats it."""

from __future__ import annotations

from typing import Any

from gateway.endpoints.responses_events import event_at

Body = dict[str, Any]

_TEXT = {
    "native reply text": ("content", "output_text", "text"),
    "native reply refusal": ("content", "refusal", "refusal"),
    "native reply reasoning": ("summary", "summary_text", "text"),
}
_CALLS = {
    "native reply tool arguments": ("function_call", "arguments"),
    "native reply custom tool input": ("custom_tool_call", "input"),
}
NATIVE_REPLIES = (*_TEXT, *_CALLS, "native reply unknown field", "native reply unknown event")
"""Places of such a reply."""


def native_reply(text: str, place: str, *, stream: bool) -> list[Body]:
    """The messages of a reply: the response, or events of which the last ones say the text again."""
    item = _item(text, place)
    response = {"object": "response", "id": "resp_1", "status": "completed", "output": [item]}
    if not stream:
        return [
            response
            if place != "native reply unknown event"
            else {**response, "output": [{"type": "new", "x": [text]}]}
        ]
    done = {"type": "response.output_item.done", "output_index": 0, "item": item}
    last = {"type": "response.completed", "response": response}
    if place == "native reply unknown event":
        return [
            {"type": "response.brand_new", "deep": [{"note": text}]},
            {"type": "response.brand_new.delta", "delta": text},
        ]
    return [*_events(text, place), done, last]  # fmt: skip


def _events(text: str, place: str) -> list[Body]:
    if place in _TEXT:
        group, kind, field = _TEXT[place]
        delta = event_at((0, group, 0, field), text)
        index = {name: value for name, value in delta.items() if name not in {"type", "delta"}}
        stem, part = delta["type"].removesuffix(".delta"), {"type": kind, field: text}
        name = "reasoning_summary_part" if group == "summary" else "content_part"
        return [
            delta,
            {"type": f"{stem}.done", **index, field: text},
            {"type": f"response.{name}.done", **index, "part": part},
        ]
    if place in _CALLS:
        field = _CALLS[place][1]
        delta = event_at((0, "item", 0, field), text)
        return [delta, {"type": f"{delta['type'].removesuffix('.delta')}.done", "output_index": 0, field: text}]
    return []  # fmt: skip


def _item(text: str, place: str) -> Body:
    if place in _TEXT:
        group, kind, field = _TEXT[place]
        return {"type": "reasoning" if group == "summary" else "message", group: [{"type": kind, field: text}]}
    if place in _CALLS:
        kind, field = _CALLS[place]
        return {"type": kind, "name": "lookup", field: text}
    annotation = {"type": "url_citation", "title": text}
    return {"type": "message", "content": [{"type": "output_text", "text": "はい。", "annotations": [annotation]}], "note": [text]}  # fmt: skip
