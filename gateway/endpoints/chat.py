"""``POST /v1/chat/completions``: OpenAI's chat format, whole and streamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.endpoints.base import Key, Message, TextPart
from gateway.endpoints.door import Door, check_count, check_model, objects, openai_routes, unsupported
from gateway.endpoints.leaves import leaves, plain, sealed
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

# What a provider would do elsewhere, or read from what was given to it before: nobody here sees any of it.
_ELSEWHERE = {
    "data_sources": "提供元の検索結果は検査を経ずに使われるためです。",
    "web_search_options": "ゲートウェイを通らない通信が起きるためです。",
    "search_parameters": "ゲートウェイを通らない通信が起きるためです。",
    "plugins": "ゲートウェイを通らない通信が起きるためです。",
    "mcp_servers": "ゲートウェイを通らない通信が起きるためです。",
    "store": "このゲートウェイは返答を保存しません。store を false にするか、外してください。",
}
_TOOLS = ("function", "custom")
_OF_CHOICE = frozenset({"index", "message", "delta", "finish_reason", "stop_reason", "logprobs"})
READ = frozenset(
    {"choices", "usage", "id", "object", "created", "model", "system_fingerprint", "service_tier", "sekimori"}
)
# The text proper, in the order in which a model writes it. Any other field (reasoning) comes before.
_PROPER = ("content", "refusal", "tool_calls", "function_call")


class Chat(Door):
    """Chat completions. A group is a choice; its texts are ``(choice, field…)``."""

    name = "chat"
    path = "chat/completions"
    serves = "chat/completions"
    routes = openai_routes("chat/completions")
    numbers: frozenset[Key] = frozenset({("seed",), ("max_tokens",), ("max_completion_tokens",)})

    def check(self, body: Message) -> None:
        """Refuse a body without messages, and replies that could not be inspected."""
        check_model(body)
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            raise BadRequest("messages を1件以上の配列で指定してください。", param="messages")
        if not all(isinstance(message, dict) for message in messages):
            raise BadRequest("messages の各要素はオブジェクトにしてください。", param="messages")
        for name, why in _ELSEWHERE.items():
            if body.get(name) not in (None, False, []):  # an empty object switches a search on
                raise unsupported(name, why, name)
        if any(message.get("audio") for message in messages):
            raise unsupported("messages の audio", "提供元に保存された音声は検査できません。", "messages")
        for tool in objects(body.get("tools"), "tools"):
            if tool.get("type", "function") not in _TOOLS:
                raise unsupported(
                    "提供元の側で動く道具",
                    "ゲートウェイを通らない通信が起きるためです。function を使ってください。",
                    "tools",
                )
        if not isinstance(body.get("stream_options"), dict | None):
            raise BadRequest("stream_options はオブジェクトにしてください。", param="stream_options")
        check_count(body.get("n"))
        _check_reply(body)

    def prepare(self, body: Message) -> Message:
        """Ask for the token counts of a stream: without them its usage would be lost."""
        if not body.get("stream"):
            return body
        options = {**(body.get("stream_options") or {}), "include_usage": True}
        return {**body, "stream_options": options}

    def ear(self) -> Callable[[Message], Message]:
        """Without log probabilities, which would tell what the screen takes out of the text."""
        return heard

    def groups(self, body: Message) -> int:
        """The number of choices asked for."""
        return body.get("n") or 1

    def answers_in_json(self, body: Message) -> bool:
        """Whether ``response_format`` asks for JSON."""
        wanted = body.get("response_format")
        return isinstance(wanted, dict) and wanted.get("type") in ("json_object", "json_schema")

    def reply_parts(self, message: Message) -> Iterator[TextPart]:
        """What stands beside the choices, then choice by choice: reasoning and other fields, the text, tool calls."""
        yield from beside(message, READ, 0)
        for choice in _choices(message):
            index = choice.get("index", 0)
            yield from beside(choice, _OF_CHOICE, index, "choice")
            for name, partial in (("message", False), ("delta", True)):
                reply = choice.get(name)
                if not isinstance(reply, dict):
                    continue
                for field in (*(f for f in reply if f not in _PROPER and f != "role"), "content", "refusal"):
                    yield from _leaves(reply, field, (index, field), partial=partial)
                yield from _tool_parts(reply, index, partial=partial)

    def closed_by(self, message: Message, open_keys: Sequence[Key]) -> Sequence[Key]:
        """A finish reason ends all texts of its choice; the text proper ends the reasoning before it."""
        closed = []
        for choice in _choices(message):
            delta = choice.get("delta")
            if not isinstance(delta, dict):
                continue
            index, finished = choice.get("index", 0), bool(choice.get("finish_reason"))
            proper = any(delta.get(field) for field in _PROPER)
            closed += [k for k in open_keys if k[0] == index and (finished or (proper and k[1] not in _PROPER))]
        return sorted(closed, key=lambda key: _PROPER.index(key[1]) if key[1] in _PROPER else -1)

    def delta(self, message: Message, key: Key, text: str) -> Message:
        """A chunk with a text of its own, in the envelope of the given one."""
        index, field, *rest = key
        change: dict[str, Any]
        if field == "tool_calls":
            change = {"tool_calls": [{"index": rest[0], "function": {rest[1]: text}}]}
        elif field == "function_call":
            change = {"function_call": {rest[0]: text}}
        else:
            change = {str(field): _nested(rest, text)}
        choice = {"index": index, "delta": change, "finish_reason": None}
        return {**_envelope(message), "choices": [choice]}

    def text_key(self, group: Hashable) -> Key:
        """The choice's ``content``."""
        return (group, "content")

    def stop(self, message: Message, group: Hashable, text: str) -> list[Message]:
        """End the choice with ``finish_reason: content_filter``; tool calls are taken back."""
        for choice in _choices(message):
            if choice.get("index", 0) != group:
                continue
            reply = choice.get("message")
            for taken in (reply, choice.get("delta")):
                if isinstance(taken, dict):
                    taken.pop("tool_calls", None)
                    taken.pop("function_call", None)
            choice["finish_reason"] = None
            if isinstance(reply, dict):
                reply["content"] = (reply.get("content") or "") + text
                choice["finish_reason"] = "content_filter"
                return []
        last = {"index": group, "delta": {}, "finish_reason": "content_filter"}
        return [self.delta(message, self.text_key(group), text), {**_envelope(message), "choices": [last]}]

    def mute(self, message: Message, groups: frozenset[Hashable]) -> bool:
        """Drop the chunks of choices that were ended."""
        choices = _choices(message)
        kept = [c for c in choices if "delta" not in c or c.get("index", 0) not in groups]
        if len(kept) < len(choices):
            message["choices"] = kept
            return bool(kept) or bool(message.get("usage"))
        return True

    def ends(self, message: Message) -> bool:
        """A whole reply, a chunk with a finish reason, or one without choices (usage)."""
        choices = _choices(message)
        return not choices or any("message" in c or c.get("finish_reason") for c in choices)

    def usage(self, message: Message) -> tuple[int, int] | None:
        """``usage.prompt_tokens`` and ``usage.completion_tokens``."""
        usage = message.get("usage")
        if not isinstance(usage, dict):
            return None
        counts = usage.get("prompt_tokens"), usage.get("completion_tokens")
        return tuple(n if isinstance(n, int) and n >= 0 else 0 for n in counts)  # type: ignore[return-value]

    def for_caller(self, message: Message, body: Message) -> Message | None:
        """Keep the usage chunk of a stream from a caller who did not ask for it."""
        if body.get("stream") and not (body.get("stream_options") or {}).get("include_usage"):
            if not message.get("choices") and message.get("usage"):
                return None
            message.pop("usage", None)
        return message


def heard(message: Message) -> Message:
    """A message of chat or completions without log probabilities and padding."""
    message.pop("obfuscation", None)
    message.pop("prompt_logprobs", None)
    for choice in _choices(message):
        if choice.get("logprobs"):
            choice["logprobs"] = None
        choice.pop("prompt_logprobs", None)
        choice.pop("token_ids", None)
    return message


def beside(node: Message, known: frozenset[str], group: Hashable, *place: Hashable) -> Iterator[TextPart]:
    """The texts in all fields but those known: whole, wherever they stand. ``place`` tells nodes of one message apart."""
    if node.keys() <= known:
        return
    for path, holder, index in leaves({name: value for name, value in node.items() if name not in known}):
        yield TextPart((group, "beside", *place, *path), node if len(path) == 1 else holder, index)


def _check_reply(body: Message) -> None:
    """Refuse what would bring back something that cannot be inspected or restored."""
    if body.get("logprobs") or body.get("top_logprobs"):
        raise unsupported("logprobs", "置き換える前の語が返答に残るためです。", "logprobs")
    if body.get("modalities") not in (None, [], ["text"]) or body.get("audio"):
        raise unsupported("文字以外での返答", "内容を検査できないためです。", "modalities")


def _choices(message: Message) -> list[dict[str, Any]]:
    choices = message.get("choices")
    return [c for c in choices if isinstance(c, dict)] if isinstance(choices, list) else []


def _nested(steps: Sequence[Hashable], text: str) -> Any:
    """A text at its place below a field: in objects, and in the one item of a list that it belongs to."""
    if not steps:
        return text
    inside = _nested(steps[1:], text)
    if not isinstance(steps[0], int):
        return {steps[0]: inside}
    return [{"index": steps[0], **inside} if isinstance(inside, dict) and steps[0] else inside]


def _envelope(message: Message) -> Message:
    return {k: v for k, v in message.items() if k not in {"choices", "usage"}}


def _leaves(holder: Any, index: Any, key: Key, *, partial: bool) -> Iterator[TextPart]:
    value = holder.get(index) if isinstance(holder, dict) else holder[index]
    if isinstance(value, str) and value:
        yield TextPart(key, holder, index, partial)
    elif isinstance(value, dict):
        for name, inner in value.items():
            passed = isinstance(inner, str) and ((name in {"type", "id"} and plain(inner)) or sealed(name, inner))
            if not passed:
                yield from _leaves(value, name, (*key, name), partial=partial)
    elif isinstance(value, list):
        for n, item in enumerate(value):
            place = item.get("index", n) if isinstance(item, dict) else n
            yield from _leaves(value, n, (*key, place), partial=partial)


def _tool_parts(reply: dict[str, Any], index: Hashable, *, partial: bool) -> Iterator[TextPart]:
    calls = reply.get("tool_calls")
    for n, call in enumerate(calls if isinstance(calls, list) else ()):
        place = call.get("index", n) if isinstance(call, dict) else n
        if not isinstance(call, dict):
            continue
        for form, value in call.items():
            if form in {"function", "custom"} and isinstance(value, dict):
                yield from _function_parts(value, (index, "tool_calls", place), partial=partial)
            elif form not in {"index", "id", "type"}:
                yield from _leaves(call, form, (index, "tool_calls", place, form), partial=False)
    if isinstance(function := reply.get("function_call"), dict):
        yield from _function_parts(function, (index, "function_call"), partial=partial)


def _function_parts(function: dict[str, Any], key: Key, *, partial: bool) -> Iterator[TextPart]:
    """The name comes in one piece; arguments are JSON and may come in many."""
    for field, text in function.items():
        if isinstance(text, str) and text:
            many = partial and field != "name"
            yield TextPart((*key, field), function, field, many, json=field == "arguments")
        elif isinstance(text, (dict, list)):  # some servers write arguments as an object
            yield from _leaves(function, field, (*key, field), partial=False)
