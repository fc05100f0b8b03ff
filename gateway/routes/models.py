"""``GET /v1/models``: the aliases of the configuration, in OpenAI's list format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from gateway.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from gateway.app import House
    from gateway.upstreams.base import Deployment

_CREATED = 0
"""OpenAI's clients want a time; an alias has none."""


def models(house: House) -> Callable[[Request], Awaitable[Response]]:
    """The route function of the list; needs a key like any other."""

    async def route(request: Request) -> Response:
        await _identify(house, request)
        return JSONResponse({"object": "list", "data": [_model(*entry) for entry in house.upstreams.models()]})

    return route


def model(house: House) -> Callable[[Request], Awaitable[Response]]:
    """The route function of one model, or 404."""

    async def route(request: Request) -> Response:
        await _identify(house, request)
        for alias, deployments in house.upstreams.models():
            if alias == request.path_params["model"]:
                return JSONResponse(_model(alias, deployments))
        raise NotFound("そのモデルはこのゲートウェイにありません。", code="model_not_found", param="model")

    return route


async def _identify(house: House, request: Request) -> None:
    await house.identity.identify(request.headers, request.client.host if request.client else None)


def _model(alias: str, deployments: tuple[Deployment, ...]) -> dict[str, Any]:
    zones = sorted({deployment.zone for deployment in deployments})
    return {"id": alias, "object": "model", "created": _CREATED, "owned_by": "sekimori", "sekimori": {"zones": zones}}
