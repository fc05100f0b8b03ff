"""``/leaderboard``: adoption by department, a page that needs no JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

    from gateway.app import House


def mount(app: FastAPI, house: House) -> None:
    """Add the page and its style sheet to the application."""

    async def page(request: Request) -> Response:
        del request, house
        return HTMLResponse("<!doctype html><html lang=ja><title>部署別の活用率</title><h1>準備中</h1>")

    app.add_route("/leaderboard", page, methods=["GET"])
