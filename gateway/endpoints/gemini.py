"""``POST /v1beta/models/{model}:generateContent`` and ``:streamGenerateContent``: Gemini's API, carried on as chat.

The same below ``/v1/``, as newer clients ask.

Google's JSON takes ``camelCase`` and ``snake_case`` alike, and so does this.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from gateway.endpoints.door import check_count, object_at, objects, string_at, strings_at, unsupported
from gateway.endpoints.gemini_voice import GeminiVoice
from gateway.endpoints.spoken import Spoken, content, function_tool, image_part, json_schema, system, text_part
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.endpoints.base import Key, Message
    from gateway.endpoints.door import Voice

_STREAM, _ARRAY = "stream", "array"
_CONFIG = {
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "candidateCount": "n",
    "maxOutputTokens": "max_completion_tokens",
    "stopSequences": "stop",
    "seed": "seed",
    "presencePenalty": "presence_penalty",
    "frequencyPenalty": "frequency_penalty",
}
_MODES = {"AUTO": "auto", "ANY": "required", "NONE": "none", "VALIDATED": "auto"}
_TYPES = frozenset({"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"})


class Gemini(Spoken):
    """Contents with parts. Whether it streams stands in the path, as does the model."""

    name = "gemini"
    path = "gemini/generateContent"
    routes: tuple[str, ...] = tuple(
        f"/{version}/models/{{model}}:{verb}"
        for version in ("v1beta", "v1")
        for verb in ("generateContent", "streamGenerateContent")
    )
    numbers: frozenset[Key] = frozenset(
        (config, name)
        for config in ("generationConfig", "generation_config")
        for name in ("seed", "maxOutputTokens", "max_output_tokens")
    )

    def receive(self, body: Message, path: Mapping[str, str]) -> Message:
        """Model and streaming from the path; ``alt=sse`` chooses between events and a JSON array."""
        stream = path["path"].endswith(":streamGenerateContent")
        told = {_STREAM: stream, **({_ARRAY: True} if stream and path.get("?alt") != "sse" else {})}
        return {**{k: v for k, v in body.items() if k != _ARRAY}, "model": path["model"], **told}

    def check(self, body: Message) -> None:
        """Refuse stored state, hosted tools, and answers that are no text."""
        if at(body, "cachedContent"):
            raise unsupported("cachedContent", "提供元に保存された内容は検査できません。", "cachedContent")
        config = object_at(at(body, "generationConfig"), "generationConfig")
        modalities = [each.upper() for each in strings_at(at(config, "responseModalities"), "responseModalities")]
        if modalities not in ([], ["TEXT"]) or at(config, "speechConfig"):
            raise unsupported("文字以外での返答", "内容を検査できないためです。", "generationConfig")
        if at(config, "responseLogprobs") or at(config, "logprobs"):
            raise unsupported("logprobs", "置き換える前の語が返答に残るためです。", "generationConfig")
        check_count(at(config, "candidateCount"), "candidateCount")
        super().check(body)

    def to_chat(self, body: Message) -> Message:
        """Contents as messages; function declarations as tools."""
        contents = body.get("contents")
        contents = [contents] if isinstance(contents, dict) else contents
        if not objects(contents, "contents"):
            raise BadRequest("contents を1件以上の配列で指定してください。", param="contents")
        config = object_at(at(body, "generationConfig"), "generationConfig")
        instruction = at(body, "systemInstruction")
        calls = _Calls()
        return {
            "model": body["model"],
            "stream": body[_STREAM],
            "messages": [
                *system(_texts(instruction)),
                *(message for turn in objects(contents, "contents") for message in _turn(turn, calls)),
            ],
            "tools": [tool for given in objects(body.get("tools"), "tools") for tool in _tools(given)] or None,
            "tool_choice": _tool_choice(at(body, "toolConfig")),
            "response_format": _format(config),
            **{ours: at(config, theirs) for theirs, ours in _CONFIG.items()},
        }

    def answers_in_json(self, body: Message) -> bool:
        """Whether ``responseMimeType`` asks for JSON."""
        return _format(object_at(at(body, "generationConfig"), "generationConfig")) is not None

    def groups(self, body: Message) -> int:
        """The number of candidates asked for."""
        return at(object_at(at(body, "generationConfig"), "generationConfig"), "candidateCount") or 1

    def voice(self, body: Message) -> Voice:
        """Candidates; as events, or as the items of an array."""
        return GeminiVoice(body, array=bool(body.get(_ARRAY)))


class _Calls:
    """Ids for calls that Gemini names by function alone: the n-th result of a name answers its n-th call."""

    def __init__(self) -> None:
        self._open: dict[str, list[str]] = {}
        self._count = 0

    def call(self, given: dict[str, Any]) -> str:
        self._count += 1
        new = str(given.get("id") or f"call_{self._count}")
        self._open.setdefault(str(given.get("name")), []).append(new)
        return new

    def answer(self, given: dict[str, Any]) -> str:
        waiting = self._open.get(str(given.get("name"))) or []
        if given.get("id"):
            return str(given["id"])
        return waiting.pop(0) if waiting else "call_0"


def at(node: Mapping[str, Any], name: str) -> Any:
    """A field by its ``camelCase`` name, or by its ``snake_case`` one."""
    if name in node:
        return node[name]
    return node.get(re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", name))


def _turn(turn: dict[str, Any], calls: _Calls) -> list[Message]:
    role = turn.get("role") or "user"
    if role not in ("user", "model", "function", "tool"):
        raise BadRequest("contents の role は user か model にしてください。", param="contents")
    asked, answered, parts = [], [], []
    for part in objects(turn.get("parts"), "contents.parts"):
        if isinstance(call := at(part, "functionCall"), dict):
            function = {"name": call.get("name"), "arguments": json.dumps(call.get("args") or {}, ensure_ascii=False)}
            asked.append({"id": calls.call(call), "type": "function", "function": function})
        elif isinstance(result := at(part, "functionResponse"), dict):
            text = json.dumps(result.get("response") or {}, ensure_ascii=False)
            answered.append({"role": "tool", "tool_call_id": calls.answer(result), "content": text})
        elif not part.get("thought"):
            parts.append(_part(part))
    if role == "model":
        said: Message = {"role": "assistant", "content": content(parts) or None}
        return [said | ({"tool_calls": asked} if asked else {})]
    return [*answered, *([{"role": "user", "content": content(parts)}] if parts else [])]


def _part(part: dict[str, Any]) -> Message:
    if "text" in part:
        return text_part(string_at(part["text"], "contents.parts.text"))
    if isinstance(data := at(part, "inlineData"), dict):
        kind = str(at(data, "mimeType") or "")
        if kind.startswith("image/"):
            return image_part(kind, data.get("data"))
        name = str(at(data, "displayName") or "document")
        return {"type": "file", "file": {"filename": name, "file_data": f"data:{kind};base64,{data.get('data')}"}}
    raise unsupported("この種類の parts", "文字、関数、データとして添えた画像とファイルだけを扱います。", "contents")


def _texts(instruction: Any) -> str:
    if instruction is None or isinstance(instruction, str):
        return instruction or ""
    parts = objects(object_at(instruction, "systemInstruction").get("parts"), "systemInstruction.parts")
    return "\n".join(string_at(part.get("text"), "systemInstruction.parts.text") for part in parts)


def _tools(given: dict[str, Any]) -> list[Message]:
    others = [name for name in given if name not in {"functionDeclarations", "function_declarations"}]
    if any(given[name] is not None for name in others):
        raise unsupported("提供元の側で動く道具", "functionDeclarations を使ってください。", "tools")
    return [
        function_tool(
            each.get("name"),
            each.get("description"),
            at(each, "parametersJsonSchema") or _lower(each.get("parameters")),
        )
        for each in objects(at(given, "functionDeclarations"), "tools.functionDeclarations")
    ]


def _lower(schema: Any) -> Any:
    """Google's schemas write types in capitals; JSON Schema does not."""
    if isinstance(schema, list):
        return [_lower(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: value.lower() if name == "type" and isinstance(value, str) and value in _TYPES else _lower(value)
        for name, value in schema.items()
    }


def _tool_choice(config: Any) -> Any:
    calling = object_at(at(object_at(config, "toolConfig"), "functionCallingConfig"), "functionCallingConfig")
    names = at(calling, "allowedFunctionNames")
    if str(calling.get("mode")) == "ANY" and isinstance(names, list) and len(names) == 1:
        return {"type": "function", "function": {"name": names[0]}}
    return _MODES.get(str(calling.get("mode")))


def _format(config: dict[str, Any]) -> Any:
    if at(config, "responseMimeType") != "application/json":
        return None
    schema = at(config, "responseJsonSchema") or _lower(at(config, "responseSchema"))
    return json_schema(schema) if schema else {"type": "json_object"}
