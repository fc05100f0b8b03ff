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
        body = {
            "status": "ok" if ready else "unavailable",
            "policy_revision": house.policy.revision,
            "checks": checks,
            # Faults of files that were refused: the last good policy holds, so this gateway is ready all the same.
            "policy_faults": [str(fault) for fault in house.live.faults],
            **({"details": {"redaction": said(faults)}} if (faults := house.reloader.faults) else {}),
        }
        return JSONResponse(body, status_code=200 if ready else 503)

    return route


def metrics(house: House) -> Route:
    """Prometheus' text format. Holds no key, person or text."""

    async def route(request: Request) -> Response:
        del request
        content, media_type = house.instruments.render()
        return Response(content, media_type=media_type)

    return route
