"""``POST /v1/responses``: OpenAI's Responses, without anything that the provider would keep for later.

What a caller may ask for does not depend on who will answer: a deployment that speaks Responses itself gets the inspected
body as it came, any other one gets it as chat. By which of the two a message of the reply came is seen in the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.endpoints.chat import Chat
from gateway.endpoints.door import object_at, objects, openai_routes, string_at, strings_at, unsupported
from gateway.endpoints.responses_events import Ear, native
from gateway.endpoints.responses_native import NativeReply
from gateway.endpoints.responses_retold import RetoldVoice
from gateway.endpoints.responses_voice import ResponsesVoice
from gateway.endpoints.spoken import Spoken, content, function_tool, image_part, json_schema, system, text_part
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from gateway.endpoints.base import Key, Message, TextPart
    from gateway.endpoints.door import Voice
    from gateway.errors import ApiError

_STATE = {
    "previous_response_id": "以前のやりとりが検査を経ずに使われるためです。input にやりとりを全部入れて送ってください。",
    "conversation": "以前のやりとりが検査を経ずに使われるためです。input にやりとりを全部入れて送ってください。",
    "prompt": "提供元に保存された指示は検査できません。instructions に書いてください。",
    "background": "返答を後から受け取る方法では検査できません。",
    "store": "このゲートウェイは返答を保存しません。store を false にするか、外してください。",
}
_TEXTS = ("input_text", "output_text", "text", "summary_text", "reasoning_text")
_CARRIED = ("temperature", "top_p", "stream", "user", "service_tier")
_CHAT, _NATIVE = Chat(), NativeReply()


def _spoken(message: Message) -> Chat | NativeReply:
    return _NATIVE if native(message) else _CHAT


class Responses(Spoken):
    """Responses, carried on as chat, or as they came to a deployment that lists ``responses``."""

    name = "responses"
    path = "responses"
    native: str | None = "responses"
    routes = openai_routes("responses")[:2]
    numbers: frozenset[Key] = frozenset({("max_output_tokens",)})

    def check(self, body: Message) -> None:
        """Refuse stored state by name, hosted tools, and whatever could not be inspected."""
        for name, why in _STATE.items():
            if body.get(name):
                raise unsupported(name, why, name)
        if body.get("top_logprobs") or any("logprobs" in item for item in strings_at(body.get("include"), "include")):
            raise unsupported("logprobs", "置き換える前の語が返答に残るためです。", "include")
        super().check(body)

    def to_chat(self, body: Message) -> Message:
        """Instructions and items as messages; functions as tools."""
        text, reasoning = object_at(body.get("text"), "text"), object_at(body.get("reasoning"), "reasoning")
        return {
            "model": body["model"],
            "messages": [*system(string_at(body.get("instructions"), "instructions")), *_messages(body.get("input"))],
            "tools": [_tool(tool) for tool in objects(body.get("tools"), "tools")] or None,
            "tool_choice": _tool_choice(body.get("tool_choice")),
            "response_format": _format(object_at(text.get("format"), "text.format")),
            "verbosity": text.get("verbosity"),
            "reasoning_effort": reasoning.get("effort"),
            "max_completion_tokens": body.get("max_output_tokens"),
            "parallel_tool_calls": body.get("parallel_tool_calls") if body.get("tools") else None,
            **{name: body.get(name) for name in _CARRIED},
        }

    def answers_in_json(self, body: Message) -> bool:
        """Whether ``text.format`` asks for JSON."""
        text = body.get("text")
        wanted = text.get("format") if isinstance(text, dict) else None
        return isinstance(wanted, dict) and wanted.get("type") in ("json_object", "json_schema")

    def groups(self, body: Message) -> int:
        """One reply."""
        del body
        return 1

    def voice(self, body: Message) -> Voice:
        """Events of every type that a reply has."""
        return _EitherVoice(body)

    def prepare_native(self, body: Message) -> Message:
        """Nothing is kept there; thoughts that nobody sealed, which the provider would look for, stay behind."""
        given = body["input"]
        if isinstance(given, list):
            given = [item for item in given if item.get("type") != "reasoning" or _readable(item)]
        dropped = ("previous_response_id", "conversation", "prompt", "background")
        return {**{k: v for k, v in body.items() if k not in dropped}, "input": given, "store": False}

    def ear(self) -> Callable[[Message], Message]:
        """Each text once: a reply as Responses repeats it in up to five events."""
        return Ear()

    def reply_parts(self, message: Message) -> Iterator[TextPart]:
        """By the dialect in which the message came, like all below."""
        return _spoken(message).reply_parts(message)

    def closed_by(self, message: Message, open_keys: Sequence[Key]) -> Sequence[Key]:
        """What ends with this message."""
        return _spoken(message).closed_by(message, open_keys)

    def delta(self, message: Message, key: Key, text: str) -> Message:
        """A message with a text of its own."""
        return _spoken(message).delta(message, key, text)

    def main(self, key: Key) -> bool:
        """The ``content`` of chat, or a text of the answer."""
        return super().main(key) or _NATIVE.main(key)

    def stop(self, message: Message, group: Hashable, text: str) -> list[Message]:
        """End the reply."""
        return _spoken(message).stop(message, group, text)

    def mute(self, message: Message, groups: frozenset[Hashable]) -> bool:
        """Drop what comes after a stop."""
        return _spoken(message).mute(message, groups)

    def ends(self, message: Message) -> bool:
        """Whether it may be the last message."""
        return _spoken(message).ends(message)

    def usage(self, message: Message) -> tuple[int, int] | None:
        """Input and output tokens."""
        return _spoken(message).usage(message)


class _EitherVoice:
    """The voice for the dialect in which the first message came; a fallback happens only before it."""

    media_type = "text/event-stream"

    def __init__(self, body: Message) -> None:
        self._body = body
        self._voice: Voice | None = None

    def whole(self, message: Message) -> tuple[bytes, str]:
        return self._for(message).whole(message)

    def feed(self, message: Message) -> bytes:
        return self._for(message).feed(message)

    def close(self) -> bytes:
        return self._for({}).close()

    def fail(self, error: ApiError) -> bytes:
        return self._for({}).fail(error)

    def _for(self, message: Message) -> Voice:
        if self._voice is None:
            self._voice = RetoldVoice(self._body) if native(message) else ResponsesVoice(self._body)
        return self._voice


def _readable(item: dict[str, Any]) -> bool:
    return bool(item.get("encrypted_content") or item.get("content"))


def _messages(given: Any) -> list[Message]:
    if isinstance(given, str) and given:
        return [{"role": "user", "content": given}]
    if not given:
        raise BadRequest("input を文字列か配列で指定してください。", param="input")
    messages: list[Message] = []
    for item in objects(given, "input"):
        for message in _item(item):
            before = messages[-1] if messages else {}
            # Calls of one turn are items of their own here, and one message in chat.
            if message.get("tool_calls") and before.get("role") == "assistant":
                before["tool_calls"] = [*before.get("tool_calls", ()), *message["tool_calls"]]
            else:
                messages.append(message)
    if not messages:
        raise BadRequest("input に発言がありません。", param="input")
    return messages


def _item(item: dict[str, Any]) -> list[Message]:
    kind = item.get("type", "message")
    if kind == "message":
        role = item.get("role")
        if role not in ("user", "assistant", "system", "developer"):
            raise BadRequest("input の role が正しくありません。", param="input")
        return [{"role": role, "content": _content(item.get("content"))}]
    if kind == "function_call":
        function = {"name": item.get("name"), "arguments": item.get("arguments") or "{}"}
        call = {"id": item.get("call_id"), "type": "function", "function": function}
        return [{"role": "assistant", "content": None, "tool_calls": [call]}]
    if kind == "custom_tool_call":
        call = {
            "id": item.get("call_id"),
            "type": "custom",
            "custom": {"name": item.get("name"), "input": item.get("input") or ""},
        }
        return [{"role": "assistant", "content": None, "tool_calls": [call]}]
    if kind in ("function_call_output", "custom_tool_call_output"):
        return [{"role": "tool", "tool_call_id": item.get("call_id"), "content": _content(item.get("output"))}]
    if kind == "reasoning":  # sealed for the provider that wrote it; chat has no place for it
        return []
    if kind == "item_reference":
        raise unsupported("item_reference", _STATE["conversation"], "input")
    raise unsupported("input のこの種類の項目", "メッセージと関数の呼び出しだけを扱います。", "input")


def _content(value: Any) -> str | list[Message]:
    if value is None or isinstance(value, str):
        return value or ""
    return content([_part(part) for part in objects(value, "input.content")])


def _part(part: dict[str, Any]) -> Message:
    kind = part.get("type")
    if kind in _TEXTS:
        return text_part(string_at(part.get("text"), "input.content.text"))
    if kind == "refusal":
        return text_part(string_at(part.get("refusal"), "input.content.refusal"))
    if kind == "input_image" and isinstance(part.get("image_url"), str):
        detail = {"detail": part["detail"]} if part.get("detail") else {}
        return {"type": "image_url", "image_url": {"url": part["image_url"], **detail}}
    if kind == "input_file" and isinstance(part.get("file_data"), str):
        return {"type": "file", "file": {name: part[name] for name in ("filename", "file_data") if part.get(name)}}
    if kind == "image" and isinstance(source := part.get("source"), dict):
        return image_part(source.get("media_type"), source.get("data"))
    raise unsupported(
        "この種類の添付", "本文にデータとして添えてください（file_id や file_url は使えません）。", "input"
    )


def _tool(tool: dict[str, Any]) -> Message:
    if tool.get("type") == "function":
        return function_tool(tool.get("name"), tool.get("description"), tool.get("parameters"), tool.get("strict"))
    if tool.get("type") == "custom":
        inside = {name: tool[name] for name in ("name", "description", "format") if tool.get(name) is not None}
        return {"type": "custom", "custom": inside}
    raise unsupported(
        "提供元の側で動く道具", "ゲートウェイを通らない通信が起きるためです。function を使ってください。", "tools"
    )


def _tool_choice(choice: Any) -> Any:
    if choice is None or isinstance(choice, str):
        return choice
    kind = object_at(choice, "tool_choice").get("type")
    if kind in ("function", "custom"):
        return {"type": kind, kind: {"name": choice.get("name")}}
    raise unsupported("この tool_choice", "function か custom を指定してください。", "tool_choice")


def _format(wanted: dict[str, Any]) -> Any:
    if wanted.get("type") == "json_schema":
        return json_schema(wanted.get("schema"), str(wanted.get("name") or "answer"), strict=wanted.get("strict"))
    return {"type": "json_object"} if wanted.get("type") == "json_object" else None
