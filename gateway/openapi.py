"""The OpenAPI description of every API path: made from the endpoints, published at ``/openapi.json``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gateway.endpoints.door import Endpoint

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_OBJECTS: Schema = {"type": "array", "items": {"type": "object"}, "minItems": 1}
_ROLED: Schema = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"role": {"enum": ["user", "assistant", "system"]}, "content": _TEXT},
        "required": ["role", "content"],
    },
}
_COUNT: Schema = {"type": "integer", "minimum": 1, "maximum": 128}
_INPUT: Schema = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_TOOLS: Schema = {"type": "array", "items": {"type": "object"}}


def _body(*required: str, **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


_BODIES: dict[str, Schema] = {
    "chat": _body("model", "messages", model=_TEXT, messages=_ROLED, stream=_FLAG, n=_COUNT, tools=_TOOLS),
    "responses": _body(
        "model",
        "input",
        model=_TEXT,
        input={"oneOf": [_TEXT, _ROLED]},
        instructions=_TEXT,
        stream=_FLAG,
        tools=_TOOLS,
        text={"type": "object"},
        reasoning={"type": "object"},
    ),
    "completions": _body("model", "prompt", model=_TEXT, prompt=_INPUT, stream=_FLAG, n=_COUNT),
    "embeddings": _body("model", "input", model=_TEXT, input=_INPUT, dimensions=_COUNT),
    "images": _body("model", "prompt", model=_TEXT, prompt=_TEXT, n=_COUNT),
    "transcriptions": _body(
        "model",
        "file",
        model=_TEXT,
        file={"type": "string", "format": "binary"},
        prompt=_TEXT,
        language=_TEXT,
        response_format={"enum": ["json", "text", "verbose_json", "srt", "vtt"]},
    ),
    "messages": _body(
        "model",
        "max_tokens",
        "messages",
        model=_TEXT,
        max_tokens={"type": "integer", "minimum": 1},
        messages=_ROLED,
        system=_TEXT,
        stream=_FLAG,
        tools=_TOOLS,
    ),
    "gemini": _body(
        "contents",
        contents=_OBJECTS,
        systemInstruction={"type": "object"},
        generationConfig={"type": "object"},
        tools=_TOOLS,
    ),
    "ollama_chat": _body(
        "model", "messages", model=_TEXT, messages=_ROLED, stream=_FLAG, options={"type": "object"}, tools=_TOOLS
    ),
    "ollama_generate": _body("model", "prompt", model=_TEXT, prompt=_TEXT, system=_TEXT, stream=_FLAG),
    "simple": _TEXT,
}
_CHECK = _body(
    text=_TEXT, document={"type": "object"}, zone={"enum": ["external", "on_premises"]}, direction={"enum": ["request", "reply"]}
)  # fmt: skip
_JSON, _LINES, _PLAIN, _EVENTS = "application/json", "application/x-ndjson", "text/plain", "text/event-stream"
# Paths that are no endpoint's: method, body, types of the request, types of the answer.
_OTHERS: dict[str, tuple[str, Schema | None, Sequence[str], Sequence[str]]] = {
    "/v1/check": ("post", _CHECK, (_JSON,), (_JSON,)),
    "/v1/check/batch": ("post", _TEXT, ("application/jsonl", _PLAIN), (_LINES,)),
    "/v1/moderations": ("post", _body("input", input=_INPUT), (_JSON,), (_JSON,)),
    "/v1/messages/count_tokens": ("post", _BODIES["messages"], (_JSON,), (_JSON,)),
    "/v1beta/models/{model}:countTokens": ("post", _BODIES["gemini"], (_JSON,), (_JSON,)),
    "/v1/models/{model}:countTokens": ("post", _BODIES["gemini"], (_JSON,), (_JSON,)),
    "/api/show": ("post", _body("model", model=_TEXT), (_JSON,), (_JSON,)),
    **dict.fromkeys(("/v1/models", "/v1/models/{model}", "/openai/v1/models", "/openai/v1/models/{model}", "/v1beta/models", "/v1beta/models/{model}", "/api/tags", "/api/version"), ("get", None, (), (_JSON,))),
}  # fmt: skip
_STATUSES = (400, 401, 403, 404, 405, 408, 413, 415, 429, 502, 503, 504)
_VOICES = {
    "gemini": (_JSON, _EVENTS),
    "ollama_chat": (_JSON, _LINES),
    "ollama_generate": (_JSON, _LINES),
    "simple": (_PLAIN,),
    "transcriptions": (_JSON, _PLAIN),
}


class UndescribedEndpointError(LookupError):
    """An endpoint has no description of its body."""


def describe(endpoints: Iterable[Endpoint], title: str) -> dict[str, Any]:
    """The whole document (OpenAPI 3.1). Raises UndescribedEndpointError."""
    paths = {path: _operation(path, *other) for path, other in _OTHERS.items()}
    for endpoint in endpoints:
        if endpoint.name not in _BODIES:
            raise UndescribedEndpointError(f"{endpoint.name} has no body in gateway/openapi.py")
        types = tuple(each for each in sorted(endpoint.media_types) if each)
        for path in endpoint.routes:
            answers = _VOICES.get(endpoint.name, (_JSON, _EVENTS))
            paths[path] = _operation(path, "post", _body_of(endpoint.name, path), types, answers)
    keys = {"bearer": {"type": "http", "scheme": "bearer"}, "x-api-key": _key("x-api-key"), "api-key": _key("api-key")}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": {**keys, "x-goog-api-key": _key("x-goog-api-key")}},
        "security": [{"bearer": []}, {"x-api-key": []}, {"api-key": []}, {"x-goog-api-key": []}],
    }


def _body_of(name: str, path: str) -> Schema:
    """The body; without ``model`` where the path names it."""
    body = _BODIES[name]
    if "{model}" not in path or "required" not in body:
        return body
    return {**body, "required": [each for each in body["required"] if each != "model"]}


def _operation(
    path: str, method: str, body: Schema | None, asked: Sequence[str], answered: Sequence[str]
) -> dict[str, Any]:
    plain = path == "/v1/simple"
    error = {
        "description": "an error",
        "content": {_PLAIN: {"schema": _TEXT}} if plain else {_JSON: {"schema": {"type": "object"}}},
    }
    # An event or a line is an object of the dialect; the stream as a whole has no schema.
    schemas: dict[str, Schema] = {_JSON: {"type": "object"}, _PLAIN: _TEXT}
    answer = {kind: {"schema": schemas[kind]} if kind in schemas else {} for kind in answered}
    if path.startswith(("/v1beta/", "/v1/models/")) and path.endswith("streamGenerateContent"):
        answer[_JSON] = {"schema": {"type": "array"}}
    operation: dict[str, Any] = {
        "operationId": re.sub(r"[^a-z0-9]+", "_", f"{method}{path}".lower()),
        "responses": {"200": {"description": "the answer", "content": answer}, **{str(s): error for s in _STATUSES}},
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z]+$"}}
            for name in re.findall(r"\{(\w+)\}", path)
        ],
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {kind: {"schema": body} for kind in asked}}
    return {method: operation}


def _key(header: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "header", "name": header}
