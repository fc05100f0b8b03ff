"""A request of each API with a text at each of its places, and replies likewise.

The rows of the coverage manifest, and what the tests send through the running house. A new endpoint
needs its rows here, or the manifest cannot be made.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

Body = dict[str, Any]
Sample = Callable[[str], Body]


def _document(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""A picture of one pixel."""


def _sound() -> Body:
    """A sound file as a form carries it, without a second of sound."""
    return {"type": "audio", "format": "wav", "data": b"RIFF\x04\0\0\0WAVE"}


def _function(text: str, name: str = "lookup") -> Body:
    schema = {"type": "object", "properties": {"x": {"type": "string", "description": text, "enum": [text]}}}
    return {"name": name, "description": text, "parameters": schema}


def _chat(**more: Any) -> Body:
    return {"messages": [{"role": "user", "content": "こんにちは"}], **more}


def _said(role: str, content: Any, **more: Any) -> Body:
    return {"messages": [{"role": "user", "content": "こんにちは"}, {"role": role, "content": content, **more}]}


def _call(text: str) -> Body:
    function = {"name": "lookup", "arguments": json.dumps({"who": text})}
    return {"id": "call_1", "type": "function", "function": function}


_CHAT: dict[str, Sample] = {
    "system": lambda t: _said("system", t),
    "user": lambda t: _said("user", [{"type": "text", "text": t}]),
    "assistant": lambda t: _said("assistant", t),
    "tool call": lambda t: _said("assistant", None, tool_calls=[_call(t)]),
    "tool result": lambda t: _said("tool", json.dumps({"found": t}), tool_call_id="call_1"),
    "tool description": lambda t: _chat(tools=[{"type": "function", "function": _function(t)}]),
    "name": lambda t: _said("user", "x", name=t),
    "metadata": lambda t: _chat(metadata={"note": t, t: "x"}, stop=[t]),
    "unknown field": lambda t: _chat(x_future=[{"deep": t}]),
    "image": lambda _: _said("user", [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}}]),
    "document": lambda t: _said(
        "user",
        [{"type": "file", "file": {"filename": "a.txt", "file_data": f"data:text/plain;base64,{_document(t)}"}}],
    ),
    "stored state": lambda _: _chat(data_sources=[{"type": "azure_search", "parameters": {"index_name": "minutes"}}]),
    "tools elsewhere": lambda _: _chat(
        tools=[{"type": "mcp", "server_label": "x", "server_url": "https://example.com"}]
    ),
    "log probabilities": lambda _: _chat(logprobs=True),
}


def _responses(item: Body | None = None, **more: Any) -> Body:
    return {"input": [{"role": "user", "content": "こんにちは"}, *([item] if item else [])], **more}


_RESPONSES: dict[str, Sample] = {
    "system": lambda t: _responses(instructions=t),
    "user": lambda t: _responses({"role": "user", "content": [{"type": "input_text", "text": t}]}),
    "assistant": lambda t: _responses(
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": t, "annotations": []}]}
    ),
    "tool call": lambda t: _responses(
        {"type": "function_call", "call_id": "c", "name": "lookup", "arguments": json.dumps({"who": t})}
    ),
    "tool result": lambda t: _responses({"type": "function_call_output", "call_id": "c", "output": t}),
    "tool description": lambda t: _responses(tools=[{"type": "function", **_function(t)}]),
    "name": lambda t: _responses({"role": "user", "content": "x", "name": t}),
    "metadata": lambda t: _responses(metadata={"note": t, t: "x"}),
    "unknown field": lambda t: _responses(x_future=[{"deep": t}]),
    "image": lambda _: _responses(
        {
            "role": "user",
            "content": [{"type": "input_image", "image_url": f"data:image/png;base64,{PICTURE}", "detail": "auto"}],
        }
    ),
    "document": lambda t: _responses(
        {"role": "user", "content": [{"type": "input_file", "filename": "a.txt", "file_data": _document(t)}]}
    ),
    "stored state": lambda _: _responses(previous_response_id="resp_1"),
    "tools elsewhere": lambda _: _responses(tools=[{"type": "web_search"}]),
}


def _messages(content: Any = "こんにちは", role: str = "user", **more: Any) -> Body:
    return {"max_tokens": 100, "messages": [{"role": role, "content": content}], **more}


_MESSAGES: dict[str, Sample] = {
    "system": lambda t: _messages(system=[{"type": "text", "text": t, "cache_control": {"type": t}}]),
    "user": lambda t: _messages([{"type": "text", "text": t}]),
    "assistant": lambda t: _messages([{"type": "thinking", "thinking": t, "signature": ""}, {"type": "text", "text": t}], "assistant"),
    "tool call": lambda t: _messages([{"type": "tool_use", "id": "t", "name": "lookup", "input": {"who": t, t: 1}}], "assistant"),
    "tool result": lambda t: _messages([{"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": t}]}]),
    "tool description": lambda t: _messages(tools=[{"name": "lookup", "description": t, "input_schema": _function(t)["parameters"]}]),
    "name": lambda t: _messages([{"type": "text", "text": "x", "name": t}]),
    "metadata": lambda t: _messages(metadata={"note": t}, stop_sequences=[t]),
    "unknown field": lambda t: _messages(x_future=[{"deep": t}]),
    "image": lambda _: _messages([{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}}]),
    "document": lambda t: _messages(
        [{"type": "document", "title": "a.txt", "source": {"type": "base64", "media_type": "text/plain", "data": _document(t)}}]
    ),
    "stored state": lambda _: _messages(container="container_1"),
    "tools elsewhere": lambda _: _messages(tools=[{"type": "web_search_20250305", "name": "web_search"}]),
}  # fmt: skip


def _gemini(*parts: Body, role: str = "user", **more: Any) -> Body:
    return {"contents": [{"role": role, "parts": list(parts or [{"text": "こんにちは"}])}], **more}


_GEMINI: dict[str, Sample] = {
    "system": lambda t: _gemini(systemInstruction={"parts": [{"text": t}]}),
    "user": lambda t: _gemini({"text": t}),
    "assistant": lambda t: _gemini({"text": t}, role="model"),
    "tool call": lambda t: _gemini({"functionCall": {"name": "lookup", "args": {"who": t, t: 1}}}, role="model"),
    "tool result": lambda t: _gemini({"functionResponse": {"name": "lookup", "response": {"found": t}}}),
    "tool description": lambda t: _gemini(tools=[{"functionDeclarations": [_function(t)]}]),
    "name": lambda t: _gemini({"text": "x", "name": t}),
    "metadata": lambda t: _gemini(labels={"note": t}, generationConfig={"stopSequences": [t]}),
    "unknown field": lambda t: _gemini(xFuture=[{"deep": t}]),
    "image": lambda _: _gemini({"inlineData": {"mimeType": "image/png", "data": PICTURE}}),
    "document": lambda t: _gemini({"inlineData": {"mimeType": "text/plain", "data": _document(t)}}),
    "stored state": lambda _: _gemini(cachedContent="cachedContents/1"),
    "tools elsewhere": lambda _: _gemini(tools=[{"googleSearch": {}}]),
}

_OLLAMA: dict[str, Sample] = {
    **{name: sample for name, sample in _CHAT.items() if name not in {"user", "tool call", "tool result", "document", "stored state", "log probabilities"}},
    "user": lambda t: _said("user", t),
    "tool call": lambda t: _said("assistant", "", tool_calls=[{"function": {"name": "lookup", "arguments": {"who": t}}}]),
    "tool result": lambda t: _said("tool", t, tool_name="lookup"),
    "metadata": lambda t: _chat(options={"stop": [t]}, keep_alive=t),
    "image": lambda _: _said("user", "x", images=[PICTURE]),
}  # fmt: skip

_GENERATE: dict[str, Sample] = {
    "system": lambda t: {"prompt": "x", "system": t},
    "user": lambda t: {"prompt": t},
    "metadata": lambda t: {"prompt": "x", "options": {"stop": [t]}},
    "unknown field": lambda t: {"prompt": "x", "x_future": [{"deep": t}]},
    "image": lambda _: {"prompt": "x", "images": [PICTURE]},
    "stored state": lambda _: {"prompt": "x", "context": [1, 2, 3]},
}

REQUESTS: dict[str, dict[str, Sample]] = {
    "chat": _CHAT,
    "responses": _RESPONSES,
    "messages": _MESSAGES,
    "gemini": _GEMINI,
    "ollama_chat": _OLLAMA,
    "ollama_generate": _GENERATE,
    "simple": {"user": lambda t: {"prompt": t}},
    "completions": {
        "user": lambda t: {"prompt": ["x", t]},
        "metadata": lambda t: {"prompt": "x", "suffix": t, "stop": [t]},
        "unknown field": lambda t: {"prompt": "x", "x_future": [{"deep": t}]},
        "token numbers": lambda _: {"prompt": [1, 2, 3]},
    },
    "embeddings": {
        "user": lambda t: {"input": ["x", t]},
        "unknown field": lambda t: {"input": "x", "x_future": [{"deep": t}]},
        "token numbers": lambda _: {"input": [[1, 2, 3]]},
    },
    "images": {
        "user": lambda t: {"prompt": t},
        "unknown field": lambda t: {"prompt": "x", "x_future": [{"deep": t}]},
    },
    "transcriptions": {
        "user": lambda t: {"prompt": t, "file": _sound()},
        "unknown field": lambda t: {"x_future": t, "x_list[]": [t], "file": _sound()},
        "audio": lambda _: {"file": _sound()},
        "token numbers": lambda _: {"file": _sound(), "include[]": ["logprobs"]},
    },
}
"""By endpoint and place; without ``model`` and ``stream``. ``image`` and what is to be refused carry no text."""


def _reply(message: Body, index: int = 0) -> Body:
    return {"index": index, **message, "finish_reason": "stop"}


def chat_reply(text: str, place: str, name: str) -> Body:
    """A whole chat reply (``name``: ``message``) or one chunk (``delta``) with a text at a place."""
    said: Body = {"content": "はい。"}
    if place == "reply reasoning":
        said = {"content": "はい。", "reasoning_content": text}
    elif place == "reply refusal":
        said = {"content": None, "refusal": text}
    elif place == "reply tool arguments":
        said = {"content": None, "tool_calls": [{**_call(text), "index": 0}]}
    elif place == "reply unknown field":
        said = {"content": "はい。", "annotations": [{"type": "url_citation", "url_citation": {"title": text}}]}
    elif place == "reply text":
        said = {"content": text}
    choices = [_reply({name: {"role": "assistant", **said}})]
    if place == "reply, every choice":
        choices.append(_reply({name: {"role": "assistant", "content": text}}, 1))
    kind = "chat.completion" if name == "message" else "chat.completion.chunk"
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": "m", "choices": choices}


CHAT_REPLIES = (
    "reply text",
    "reply reasoning",
    "reply refusal",
    "reply tool arguments",
    "reply, every choice",
    "reply unknown field",
)
"""Places of a chat reply. Every dialect of conversation tells them from a chat reply that was screened."""


def other_reply(text: str, place: str, serves: str) -> Body | None:
    """A reply of an API that is no conversation; None where it has no such place."""
    if serves == "completions" and place in {"reply text", "reply, every choice"}:
        index = 1 if place == "reply, every choice" else 0
        return {"object": "text_completion", "choices": [{"index": index, "text": text, "finish_reason": "stop"}]}
    if serves == "images/generations" and place == "reply text":
        return {"created": 1, "data": [{"b64_json": PICTURE, "revised_prompt": text}]}
    if serves == "audio/transcriptions" and place == "reply text":
        return {"text": text, "segments": [{"id": 0, "start": 0.0, "end": 1.0, "text": text}]}
    return None
