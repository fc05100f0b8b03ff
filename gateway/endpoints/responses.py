"""``POST /v1/responses``: OpenAI's Responses, without anything that the provider would keep for later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.endpoints.door import object_at, objects, openai_routes, string_at, strings_at, unsupported
from gateway.endpoints.responses_voice import ResponsesVoice
from gateway.endpoints.spoken import Spoken, content, function_tool, image_part, json_schema, system, text_part
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from gateway.endpoints.base import Key, Message
    from gateway.endpoints.door import Voice

_STATE = {
    "previous_response_id": "以前のやりとりが検査を経ずに使われるためです。input にやりとりを全部入れて送ってください。",
    "conversation": "以前のやりとりが検査を経ずに使われるためです。input にやりとりを全部入れて送ってください。",
    "prompt": "提供元に保存された指示は検査できません。instructions に書いてください。",
    "background": "返答を後から受け取る方法では検査できません。",
    "store": "このゲートウェイは返答を保存しません。store を false にするか、外してください。",
}
_TEXTS = ("input_text", "output_text", "text", "summary_text", "reasoning_text")
_CARRIED = ("temperature", "top_p", "stream", "user", "service_tier")


class Responses(Spoken):
    """Responses, carried on as chat."""

    name = "responses"
    path = "responses"
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
        return ResponsesVoice(body)


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
