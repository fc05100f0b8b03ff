"""How many tokens a request would be, for clients of Claude and Gemini who ask before they send. An estimate.

There is no tokenizer here that fits every model behind an alias, and the provider's own would have to
be shown the text. So it is counted on the high side: a token for each Japanese character, and one for
every three others.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from gateway.documents.attachments import unfold
from gateway.endpoints.base import texts
from gateway.endpoints.door import parse
from gateway.routes.inference import read_body
from gateway.routes.models import identify

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI
    from starlette.requests import Request

    from gateway.app import House

_WIDE = re.compile(r"[^\x00-\u02ff]")
_OTHERS_IN_A_TOKEN = 3
_PICTURE = 1600
"""What a picture costs at most with Claude."""


def mount(app: FastAPI, house: House) -> None:
    """Add the routes to the application."""
    app.add_route("/v1/messages/count_tokens", _counting(house, lambda n: {"input_tokens": n}), methods=["POST"])
    for version in ("v1beta", "v1"):
        path = f"/{version}/models/{{model}}:countTokens"
        app.add_route(path, _counting(house, lambda n: {"totalTokens": n}), methods=["POST"])


def _counting(house: House, shape: Callable[[int], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
    async def route(request: Request) -> Response:
        await identify(house, request)
        body = parse(await read_body(request, house.config.server, frozenset({"application/json"})))
        await unfold(body, house.reader)
        return JSONResponse({**shape(estimate(body)), "sekimori": {"estimate": True}})

    return route


def estimate(body: dict[str, Any]) -> int:
    """About how many tokens all texts of a body are."""
    found = texts({name: value for name, value in body.items() if name != "model"})
    return sum(_tokens(part.text) for part in found.parts) + _PICTURE * len(found.opaque)


def _tokens(text: str) -> int:
    wide = len(_WIDE.findall(text))
    return wide + math.ceil((len(text) - wide) / _OTHERS_IN_A_TOKEN)
