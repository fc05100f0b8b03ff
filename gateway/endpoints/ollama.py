"""``POST /api/chat`` and ``POST /api/generate``: Ollama's own API, for tools that speak only that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gateway.endpoints.door import object_at, objects, string_at, unsupported
from gateway.endpoints.ollama_voice import OllamaVoice
from gateway.endpoints.spoken import Spoken, content, image_part, json_schema, system, text_part
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.endpoints.base import Key, Message
    from gateway.endpoints.door import Voice

_OPTIONS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "num_predict": "max_completion_tokens",
    "stop": "stop",
    "seed": "seed",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
}


class OllamaChat(Spoken):
    """Messages with images and tools. It streams unless told not to."""

    name = "ollama_chat"
    path = "ollama/chat"
    routes = ("/api/chat",)
    numbers: frozenset[Key] = frozenset(("options", name) for name in ("seed", "num_ctx", "num_predict"))

    def receive(self, body: Message, path: Mapping[str, str]) -> Message:
        """Streaming is Ollama's habit; a tag of the model's name that nobody configured is dropped."""
        body = super().receive(body, path)
        model = body.get("model")
        named = {"model": model.removesuffix(":latest")} if isinstance(model, str) else {}
        return {"stream": True, **body, **named}

    def to_chat(self, body: Message) -> Message:
        """Messages nearly as they are; options by their other names."""
        messages = [_message(each, number) for number, each in enumerate(objects(body.get("messages"), "messages"))]
        if not messages:
            raise BadRequest("messages を1件以上の配列で指定してください。", param="messages")
        return {"messages": messages, "tools": objects(body.get("tools"), "tools") or None, **_common(body)}

    def answers_in_json(self, body: Message) -> bool:
        """Whether ``format`` is ``json`` or a schema."""
        return bool(body.get("format"))

    def groups(self, body: Message) -> int:
        """One reply."""
        del body
        return 1

    def voice(self, body: Message) -> Voice:
        """Lines of JSON with a ``message`` each."""
        return OllamaVoice(body)


class OllamaGenerate(OllamaChat):
    """One prompt, one answer."""

    name = "ollama_generate"
    path = "ollama/generate"
    routes = ("/api/generate",)

    def check(self, body: Message) -> None:
        """Refuse what would hide texts in numbers, or needs the bare model."""
        for name in ("context", "raw", "template", "suffix"):
            if body.get(name):
                raise unsupported(name, "検査できないか、会話として引き継げないためです。", name)
        super().check(body)

    def to_chat(self, body: Message) -> Message:
        """The prompt as the user's message."""
        prompt = string_at(body.get("prompt"), "prompt")
        images = _images(body.get("images"))
        said = {"role": "user", "content": content([text_part(prompt), *images]) if images else prompt}
        return {"messages": [*system(string_at(body.get("system"), "system")), said], **_common(body)}

    def voice(self, body: Message) -> Voice:
        """Lines of JSON with a ``response`` each."""
        return OllamaVoice(body, field="response")


def _common(body: Message) -> Message:
    options = object_at(body.get("options"), "options")
    most = options.get("num_predict")
    return {
        "model": body["model"],
        "stream": body.get("stream"),
        "user": body.get("user"),
        "response_format": _format(body.get("format")),
        **{ours: options.get(theirs) for theirs, ours in _OPTIONS.items()},
        # -1 and -2 mean as much as there is room for.
        "max_completion_tokens": most if isinstance(most, int) and most > 0 else None,
    }


def _message(given: dict[str, Any], number: int) -> Message:
    """A message; calls and results are matched by their place, since Ollama gives calls no ids."""
    role, text, images = given.get("role"), string_at(given.get("content"), "messages.content"), given.get("images")
    if role == "tool":
        named = given.get("tool_call_id") or f"call_{given.get('tool_name') or given.get('name') or number}"
        return {"role": "tool", "tool_call_id": str(named), "content": text}
    if role not in ("user", "assistant", "system"):
        raise BadRequest("messages の role が正しくありません。", param="messages")
    said: Message = {"role": role, "content": text}
    if images:
        said["content"] = content([text_part(text), *_images(images)])
    calls = [_call(call) for call in objects(given.get("tool_calls"), "messages.tool_calls")]
    return said | ({"tool_calls": calls} if calls else {})


def _call(call: dict[str, Any]) -> Message:
    function = object_at(call.get("function"), "messages.tool_calls.function")
    arguments = function.get("arguments") or {}
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    new = str(call.get("id") or f"call_{function.get('name')}")
    return {"id": new, "type": "function", "function": {"name": function.get("name"), "arguments": text}}


def _images(images: Any) -> list[Message]:
    given = images or []
    if not isinstance(given, list) or not all(isinstance(image, str) for image in given):
        raise BadRequest("images は base64 の文字列の配列にしてください。", param="images")
    return [image_part("image/png", image) for image in given]


def _format(wanted: Any) -> Any:
    if isinstance(wanted, dict):
        return json_schema(wanted)
    return {"type": "json_object"} if wanted else None
