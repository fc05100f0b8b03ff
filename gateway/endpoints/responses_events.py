"""A reply of a server that speaks Responses itself: its events, and where the texts in them stand.

One text stands in up to five events: its deltas, ``….done``, ``content_part.done``, ``output_item.done`` and the response
as a whole. The deltas are the truth. ``Ear`` empties what repeats them, so that the reply loop reads each text once, and
the voice fills it with what was told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.endpoints.chat import heard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.endpoints.base import Message

Place = tuple[int, str, int, str]
"""Output index, group (``content``, ``reasoning``, ``summary``, ``item``), index in the group, field."""

STOP = "sekimori.stop"
"""The type of the message by which the reply loop ends a reply."""

_TEXTS = {
    "response.output_text": ("content", "text"),
    "response.refusal": ("content", "refusal"),
    "response.reasoning_text": ("reasoning", "text"),
    "response.reasoning_summary_text": ("summary", "text"),
    "response.function_call_arguments": ("item", "arguments"),
    "response.mcp_call_arguments": ("item", "arguments"),
    "response.custom_tool_call_input": ("item", "input"),
    "response.code_interpreter_call_code": ("item", "code"),
}
_STEMS = {
    ("content", "text"): "response.output_text",
    ("reasoning", "text"): "response.reasoning_text",
    ("content", "refusal"): "response.refusal",
    ("summary", "text"): "response.reasoning_summary_text",
    ("item", "arguments"): "response.function_call_arguments",
    ("item", "input"): "response.custom_tool_call_input",
    ("item", "code"): "response.code_interpreter_call_code",
}
_PARTS = {"response.content_part": "content_index", "response.reasoning_summary_part": "summary_index"}
_OF_PART = ("text", "refusal")
_OF_ITEM = ("arguments", "input", "code")
_ENDS = ("response.completed", "response.incomplete", "response.failed")
# What the caller sent stands in the object in its redacted form, and whatever is not known here is no part of it.
_KEPT = frozenset(
    {
        "id",
        "object",
        "created_at",
        "completed_at",
        "status",
        "error",
        "incomplete_details",
        "model",
        "output",
        "usage",
        "parallel_tool_calls",
        "temperature",
        "top_p",
        "max_output_tokens",
        "service_tier",
        "truncation",
    }
)


def native(message: Message) -> bool:
    """Whether a message is one of Responses', not of chat's."""
    return "choices" not in message and (isinstance(message.get("type"), str) or "output" in message)


def ended(message: Message) -> bool:
    """Whether this is the last message: a whole response, the event that ends one, or a stop."""
    kind = message.get("type")
    return not isinstance(kind, str) or kind == STOP or kind in _ENDS


def response_of(message: Message) -> Message | None:
    """The response object: the message itself, or what an event carries."""
    response = message.get("response") if isinstance(message.get("type"), str) else message
    return response if isinstance(response, dict) else None


def is_delta(message: Message) -> bool:
    """Whether an event carries the next piece of a text."""
    kind = message.get("type")
    return isinstance(kind, str) and kind.endswith(".delta") and isinstance(message.get("delta"), str)


def place_of(message: Message) -> Place:
    """Where the text of a delta, or of the event that closes it, belongs. A type that is not known has places of its own."""
    stem = str(message["type"]).rpartition(".")[0]
    group, field = _TEXTS.get(stem, (stem, "delta"))
    number = message.get("summary_index" if group == "summary" else "content_index")
    return whole(message.get("output_index")), group, whole(number), field


def event_at(place: Place, text: str) -> Message:
    """A delta for this place; the voice names the item."""
    output_index, group, number, field = place
    index = {"content": "content_index", "reasoning": "content_index", "summary": "summary_index"}.get(group)
    where = {index: number} if index else {}
    stem = _STEMS.get((group, field), group)
    return {"type": f"{stem}.delta", "output_index": output_index, **where, "delta": text}


def closes(message: Message, place: Place) -> bool:
    """Whether this message ends the text at a place."""
    stem, _, verb = str(message.get("type")).rpartition(".")
    if ended(message):
        return True
    if verb != "done":
        return False
    if stem in _PARTS:
        index, number = whole(message.get("output_index")), whole(message.get(_PARTS[stem]))
        groups = ("summary",) if _PARTS[stem] == "summary_index" else ("content", "reasoning")
        return place[0] == index and place[1] in groups and place[2] == number
    if stem == "response.output_item":
        return place[0] == whole(message.get("output_index"))
    return place == place_of(message)


def texts_of(message: Message) -> Iterator[tuple[Place, dict[str, Any], str]]:
    """The places in an event, or in a whole response, whose text deltas tell: place, holder, field. The text may be None."""
    kind = message.get("type")
    stem, _, verb = kind.rpartition(".") if isinstance(kind, str) else ("", "", "")
    index = whole(message.get("output_index"))
    if verb == "done" and stem in _TEXTS:
        field = _TEXTS[stem][1]
        if field in message:
            yield place_of(message), message, field
    elif stem in _PARTS and isinstance(part := message.get("part"), dict):
        group = "summary" if _PARTS[stem] == "summary_index" else "content"
        yield from _of_part((index, group, whole(message.get(_PARTS[stem]))), part)
    elif stem == "response.output_item" and isinstance(item := message.get("item"), dict):
        yield from _of_item(index, item)
    elif (response := response_of(message)) is not None and isinstance(output := response.get("output"), list):
        for number, item in enumerate(output):
            if isinstance(item, dict):
                yield from _of_item(number, item)


def _of_part(where: tuple[int, str, int], part: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any], str]]:
    index, group, number = where
    group = "reasoning" if part.get("type") == "reasoning_text" else group
    for field in _OF_PART:
        if isinstance(part.get(field, 0), str | None):
            yield (index, group, number, field), part, field


def _of_item(index: int, item: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any], str]]:
    for group in ("content", "summary"):
        parts = item.get(group)
        for number, part in enumerate(parts if isinstance(parts, list) else ()):
            if isinstance(part, dict):
                yield from _of_part((index, group, number), part)
    for field in _OF_ITEM:
        if isinstance(item.get(field, 0), str | None):
            yield (index, "item", 0, field), item, field


class Ear:
    """What an exchange hears of a reply, message by message: each text once. Messages of chat pass as they are."""

    def __init__(self) -> None:
        self._told: set[Place] = set()

    def __call__(self, message: Message) -> Message:
        """The message, with nothing in it that was heard before."""
        if not native(message):
            return heard(message)
        _bare(message)
        _narrow(message)
        if is_delta(message):
            if message["delta"]:
                self._told.add(place_of(message))
            return message
        opening = str(message.get("type")).endswith(".added")
        for place, holder, field in texts_of(message):
            if opening:
                holder[field] = ""
            elif place in self._told:
                holder[field] = None
            elif holder[field]:
                self._told.add(place)
        return message


def _narrow(message: Message) -> None:
    """Keep of the response object what is known; before its end it has no texts."""
    response = response_of(message)
    if response is None:
        return
    for name in response.keys() - _KEPT:
        del response[name]
    if not ended(message):
        response["output"] = []


def _bare(node: Any) -> None:
    """Take out padding, and log probabilities: they would tell what the screen takes out of the text."""
    if isinstance(node, dict):
        node.pop("obfuscation", None)
        if node.get("logprobs"):
            node["logprobs"] = []
        node.pop("top_logprobs", None)
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _bare(value)


def whole(value: Any) -> int:
    """An index; what is none is 0."""
    return value if isinstance(value, int) else 0
