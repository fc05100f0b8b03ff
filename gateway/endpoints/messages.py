"""``POST /v1/messages``: Anthropic's Messages, carried on as chat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gateway.endpoints.door import object_at, objects, string_at, unsupported
from gateway.endpoints.messages_voice import MessagesVoice
from gateway.endpoints.spoken import Spoken, content, function_tool, image_part, json_schema, system, text_part
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.endpoints.base import Key, Message
    from gateway.endpoints.door import Voice

_ELSEWHERE = {
    "mcp_servers": "ゲートウェイを通らない通信が起きるためです。",
    "container": "提供元に保存された状態は検査できません。",
}
_CARRIED = ("temperature", "top_p", "top_k", "thinking", "stream", "user")


class Messages(Spoken):
    """Messages of Anthropic's API, whole and streamed, with tools and thinking."""

    name = "messages"
    path = "messages"
    routes = ("/v1/messages",)
    numbers: frozenset[Key] = frozenset({("max_tokens",)})

    def receive(self, body: Message, path: Mapping[str, str]) -> Message:
        """``metadata.user_id`` names a person, as OpenAI's ``user`` does, and goes the same way."""
        body = super().receive(body, path)
        metadata = body.get("metadata")
        if isinstance(metadata, dict) and isinstance(metadata.get("user_id"), str):
            rest = {name: value for name, value in metadata.items() if name != "user_id"}
            body = {**body, "metadata": rest, "user": metadata["user_id"]}
        return body

    def check(self, body: Message) -> None:
        """Refuse what works outside the gateway's sight, and whatever is no message."""
        for name, why in _ELSEWHERE.items():
            if body.get(name):
                raise unsupported(name, why, name)
        if not objects(body.get("messages"), "messages"):
            raise BadRequest("messages を1件以上の配列で指定してください。", param="messages")
        most = body.get("max_tokens")
        if most is not None and (type(most) is not int or most < 1):
            raise BadRequest("max_tokens は1以上の整数で指定してください。", param="max_tokens")
        super().check(body)

    def to_chat(self, body: Message) -> Message:
        """Blocks as parts, tool results as messages of their own."""
        choice = object_at(body.get("tool_choice"), "tool_choice")
        tools = [_tool(tool) for tool in objects(body.get("tools"), "tools")]
        return {
            "model": body["model"],
            "messages": [
                *system(_text(body.get("system"), "system")),
                *(m for given in objects(body.get("messages"), "messages") for m in _messages(given)),
            ],
            "tools": tools or None,
            "tool_choice": _tool_choice(choice),
            "parallel_tool_calls": False if tools and choice.get("disable_parallel_tool_use") else None,
            "max_completion_tokens": body.get("max_tokens"),
            "stop": body.get("stop_sequences") or None,
            "response_format": _format(body),
            **{name: body.get(name) for name in _CARRIED},
        }

    def answers_in_json(self, body: Message) -> bool:
        """Whether a JSON schema is given for the answer."""
        return _schema(body) is not None

    def groups(self, body: Message) -> int:
        """One reply."""
        del body
        return 1

    def voice(self, body: Message) -> Voice:
        """Content blocks, one after the other."""
        return MessagesVoice(body)


def _messages(given: dict[str, Any]) -> list[Message]:
    role, said = given.get("role"), given.get("content")
    if role not in ("user", "assistant", "system"):
        raise BadRequest("messages の role は user か assistant にしてください。", param="messages")
    if isinstance(said, str):
        return [{"role": role, "content": said}]
    blocks = objects(said, "messages.content")
    return [_assistant(blocks)] if role == "assistant" else _user(role, blocks)


def _assistant(blocks: list[dict[str, Any]]) -> Message:
    calls, thoughts, parts = [], [], []
    for block in blocks:
        kind = block.get("type")
        if kind == "tool_use":
            arguments = json.dumps(block.get("input") or {}, ensure_ascii=False)
            function = {"name": block.get("name"), "arguments": arguments}
            calls.append({"id": block.get("id"), "type": "function", "function": function})
        elif kind in ("thinking", "redacted_thinking"):
            thoughts.append(dict(block))
        else:
            parts.append(_part(block))
    message: Message = {"role": "assistant", "content": content(parts) or None}
    return message | ({"tool_calls": calls} if calls else {}) | ({"thinking_blocks": thoughts} if thoughts else {})


def _user(role: str, blocks: list[dict[str, Any]]) -> list[Message]:
    """Results of tools come first, as chat wants them; their images go into the user's own message."""
    results, parts = [], []
    for block in blocks:
        if block.get("type") != "tool_result":
            parts.append(_part(block))
            continue
        given = block.get("content")
        inside = [text_part(given)] if isinstance(given, str) else [_part(b) for b in objects(given, "tool_result")]
        text = "\n".join(part["text"] for part in inside if part["type"] == "text")
        results.append({"role": "tool", "tool_call_id": block.get("tool_use_id"), "content": text})
        parts += [part for part in inside if part["type"] != "text"]
    return [*results, *([{"role": role, "content": content(parts)}] if parts else [])]


def _part(block: dict[str, Any]) -> Message:
    kind, source = block.get("type"), block.get("source")
    if kind == "text":
        return text_part(string_at(block.get("text"), "messages.content.text"))
    if kind == "image" and isinstance(source, dict) and source.get("type") == "base64":
        return image_part(source.get("media_type"), source.get("data"))
    if kind == "image" and isinstance(source, dict) and source.get("type") == "url":
        return {"type": "image_url", "image_url": {"url": source.get("url")}}
    if kind == "document" and isinstance(source, dict) and source.get("type") == "base64":
        data = f"data:{source.get('media_type') or 'application/pdf'};base64,{source.get('data')}"
        return {"type": "file", "file": {"filename": str(block.get("title") or "document"), "file_data": data}}
    if kind == "search_result":
        head = [str(block[name]) for name in ("title", "source") if isinstance(block.get(name), str)]
        return text_part("\n".join([*head, _text(block.get("content"), "search_result")]))
    raise unsupported("この種類のブロック", "本文にデータとして添えてください。", "messages")


def _text(value: Any, param: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return "\n".join(string_at(block.get("text"), param) for block in objects(value, param))


def _tool(tool: dict[str, Any]) -> Message:
    if tool.get("type") not in (None, "custom"):
        raise unsupported("提供元が定める道具", "input_schema のある道具を使ってください。", "tools")
    return function_tool(tool.get("name"), tool.get("description"), tool.get("input_schema"))


def _tool_choice(choice: dict[str, Any]) -> Any:
    if choice.get("type") == "tool":
        return {"type": "function", "function": {"name": choice.get("name")}}
    return {"auto": "auto", "any": "required", "none": "none"}.get(str(choice.get("type")))


def _schema(body: Message) -> Any:
    config = body.get("output_config")
    wanted = body.get("output_format") or (config.get("format") if isinstance(config, dict) else None)
    return wanted.get("schema") if isinstance(wanted, dict) and wanted.get("type") == "json_schema" else None


def _format(body: Message) -> Any:
    schema = _schema(body)
    return None if schema is None else json_schema(schema)
