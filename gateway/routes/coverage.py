"""``/admin/coverage``: which places of which API are inspected, as JSON or as a page; ``/openapi.json``. Nothing secret."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from gateway.coverage.manifest import manifest
from gateway.language import mark
from gateway.openapi import describe
from gateway.pages import Pages, language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI
    from starlette.requests import Request

    from gateway.app import House
    from gateway.endpoints.door import Endpoint

WORDS = {
    "inspected": mark("検査する"),
    "refused": mark("受け付けない"),
    "policy": mark("方針が決める（文字でないもの）"),
    "none": mark("そのAPIにない"),
    "missed": mark("検査していない"),
}
PLACES = {
    "system": mark("システムへの指示"),
    "user": mark("利用者の発言"),
    "assistant": mark("以前の回答"),
    "tool call": mark("以前の道具の呼び出し"),
    "tool result": mark("道具の結果"),
    "tool description": mark("道具の説明"),
    "name": mark("発言者の名前"),
    "metadata": mark("付帯の情報"),
    "unknown field": mark("知らない項目"),
    "image": mark("画像"),
    "audio": mark("音声"),
    "document": mark("添付の文書"),
    "stored state": mark("提供元に保存された状態"),
    "tools elsewhere": mark("提供元の側で動く道具"),
    "log probabilities": mark("語ごとの確率"),
    "token numbers": mark("文字でなく番号で書かれた文"),
    "reply text": mark("回答の本文"),
    "reply reasoning": mark("回答の考え"),
    "reply refusal": mark("回答の断り"),
    "reply tool arguments": mark("回答の道具の呼び出し"),
    "reply, every choice": mark("二つ目以降の回答"),
    "reply unknown field": mark("回答の知らない項目"),
    "native reply text": mark("Responses のままの回答の本文"),
    "native reply refusal": mark("Responses のままの回答の断り"),
    "native reply reasoning": mark("Responses のままの回答の考え"),
    "native reply tool arguments": mark("Responses のままの回答の道具の呼び出し"),
    "native reply custom tool input": mark("Responses のままの回答の自由な形の道具への入力"),
    "native reply unknown field": mark("Responses のままの回答の知らない項目"),
    "native reply unknown event": mark("Responses のままの回答の知らない出来事"),
}


def mount(app: FastAPI, house: House, endpoints: Sequence[Endpoint]) -> None:
    """Add the page; the manifest is worked out once, when the house is built."""
    pages = Pages()
    rows = [asdict(row) for row in manifest(endpoints)]

    async def page(request: Request) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"rows": rows})
        return pages.page(
            "coverage.html",
            language=language_of(request),
            municipality=house.config.municipality.name,
            rows=rows,
            words=WORDS,
            places=PLACES,
        )

    description = describe(endpoints, "Sekimori")

    async def openapi(request: Request) -> Response:
        del request
        return JSONResponse(description)

    app.add_route("/admin/coverage", page, methods=["GET"])
    app.add_route("/openapi.json", openapi, methods=["GET"])
