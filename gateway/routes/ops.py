"""``/healthz``, ``/readyz``, ``/metrics``: for those who run the gateway."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from gateway.reload import said

if TYPE_CHECKING:
    from starlette.requests import Request

    from gateway.app import House

Route = Callable[["Request"], Awaitable[Response]]


async def healthz(request: Request) -> Response:
    """The process lives. Says nothing about what it can do: that is ``/readyz``."""
    del request
    return JSONResponse({"status": "ok"})


def readyz(house: House) -> Route:
    """200 when requests can be served, else 503, with each part's state."""

    async def route(request: Request) -> Response:
        del request
        checks = {
            "policy": "ok",
            "inspection": "ok" if house.inspector.ready else "stalled",
            "records": "ok" if await house.records_ready() else "unavailable",
        }
        ready = all(state == "ok" for state in checks.values())
        body: dict[str, object] = {
            "status": "ok" if ready else "unavailable",
            "policy_revision": house.policy.revision,
            "checks": checks,
        }
        if faults := house.reloader.faults:  # what holds is the last good file: requests are served
            body["details"] = {"redaction": said(faults)}
        return JSONResponse(body, status_code=200 if ready else 503)

    return route


def metrics(house: House) -> Route:
    """Prometheus' text format. Holds no key, person or text."""

    async def route(request: Request) -> Response:
        del request
        content, media_type = house.instruments.render()
        return Response(content, media_type=media_type)

    return route
