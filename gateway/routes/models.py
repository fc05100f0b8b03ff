"""The model aliases of the configuration, in the list format of each dialect. None of them holds a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from gateway.endpoints.door import parse
from gateway.errors import NotFound
from gateway.routes.inference import read_body

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI
    from starlette.requests import Request

    from gateway.app import House
    from gateway.upstreams.base import Deployment

_CREATED = 0
_EPOCH = "1970-01-01T00:00:00Z"
"""Clients want a time; an alias has none."""
_GEMINI_METHODS = ("generateContent", "streamGenerateContent", "countTokens")
_OLLAMA_VERSION = "0.12.0"
"""Of the API that is spoken; clients ask whether it is new enough."""

Entry = tuple[str, tuple["Deployment", ...]]


def mount(app: FastAPI, house: House) -> None:
    """Add the lists to the application; each needs a key like any other path."""
    for path in ("/v1/models", "/openai/v1/models"):
        app.add_route(path, _many(house, _openai_list), methods=["GET"])
        app.add_route(f"{path}/{{model:path}}", _one(house, _openai), methods=["GET"])
    app.add_route(
        "/v1beta/models", _many(house, lambda _, entries: {"models": [_gemini(e) for e in entries]}), methods=["GET"]
    )
    app.add_route("/v1beta/models/{model:path}", _one(house, lambda _, entry: _gemini(entry)), methods=["GET"])
    app.add_route(
        "/api/tags", _many(house, lambda _, entries: {"models": [_ollama(e) for e in entries]}), methods=["GET"]
    )
    app.add_route("/api/version", _many(house, lambda *_: {"version": _OLLAMA_VERSION}), methods=["GET"])
    app.add_route("/api/show", _show(house), methods=["POST"])


def _many(
    house: House, shape: Callable[[Request, list[Entry]], dict[str, Any]]
) -> Callable[[Request], Awaitable[Response]]:
    async def route(request: Request) -> Response:
        await identify(house, request)
        return JSONResponse(shape(request, house.upstreams.models()))

    return route


def _one(house: House, shape: Callable[[Request, Entry], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
    async def route(request: Request) -> Response:
        await identify(house, request)
        return JSONResponse(shape(request, _find(house, request.path_params["model"])))

    return route


def _show(house: House) -> Callable[[Request], Awaitable[Response]]:
    async def route(request: Request) -> Response:
        await identify(house, request)
        body = parse(await read_body(request, house.config.server, frozenset({"application/json", ""})))
        alias, _ = _find(house, str(body.get("model") or body.get("name") or "").removesuffix(":latest"))
        capabilities = ["completion", "tools"]
        return JSONResponse(
            {"details": _details(), "model_info": {"general.name": alias}, "capabilities": capabilities}
        )

    return route


async def identify(house: House, request: Request) -> None:
    """Let in who has a key. Raises 401."""
    await house.identity.identify(request.headers, request.client.host if request.client else None)


def _find(house: House, name: str) -> Entry:
    for alias, deployments in house.upstreams.models():
        if alias == name:
            return alias, deployments
    raise NotFound("そのモデルはこのゲートウェイにありません。", code="model_not_found", param="model")


def _openai_list(request: Request, entries: list[Entry]) -> dict[str, Any]:
    """OpenAI's list; clients of Anthropic, who name their version, and of Google, by their key, get theirs."""
    if "x-goog-api-key" in request.headers:
        return {"models": [_gemini(entry) for entry in entries]}
    data = [_openai(request, entry) for entry in entries]
    if "anthropic-version" not in request.headers:
        return {"object": "list", "data": data}
    ids = [alias for alias, _ in entries]
    return {"data": data, "has_more": False, "first_id": ids[0] if ids else None, "last_id": ids[-1] if ids else None}


def _openai(request: Request, entry: Entry) -> dict[str, Any]:
    alias, deployments = entry
    if "x-goog-api-key" in request.headers:
        return _gemini(entry)
    zones = sorted({deployment.zone for deployment in deployments})
    if "anthropic-version" in request.headers:
        return {"id": alias, "type": "model", "display_name": alias, "created_at": _EPOCH, "sekimori": {"zones": zones}}
    return {"id": alias, "object": "model", "created": _CREATED, "owned_by": "sekimori", "sekimori": {"zones": zones}}


def _gemini(entry: Entry) -> dict[str, Any]:
    alias, _ = entry
    return {"name": f"models/{alias}", "displayName": alias, "supportedGenerationMethods": list(_GEMINI_METHODS)}


def _ollama(entry: Entry) -> dict[str, Any]:
    alias, _ = entry
    return {"name": alias, "model": alias, "modified_at": _EPOCH, "size": 0, "digest": "", "details": _details()}


def _details() -> dict[str, Any]:
    return {"format": "", "family": "", "families": [], "parameter_size": "", "quantization_level": ""}
