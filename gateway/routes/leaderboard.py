"""``/leaderboard`` for staff and ``/public/leaderboard`` for everybody: pages, pictures and files without JavaScript."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from gateway.language import CODES, choose, mark
from gateway.leaderboard import data, pictures
from gateway.leaderboard.access import CHALLENGE, Access, read_access
from gateway.leaderboard.definitions import definitions
from gateway.leaderboard.figures import NotShownError, Records, read
from gateway.leaderboard.pictures import Pictures
from gateway.leaderboard.query import Query, parse
from gateway.leaderboard.view import View
from gateway.pages import HEADERS, STATIC, Pages
from metrics.export.rows import Publisher
from metrics.periods import PeriodError
from metrics.picture import png
from metrics.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from fastapi import FastAPI
    from starlette.requests import Request

    from gateway.app import House
    from gateway.config import Config
    from gateway.language import Language
    from gateway.leaderboard.figures import Source
    from gateway.leaderboard.query import Scope

INSIDE, OUTSIDE = "/leaderboard", "/public/leaderboard"
_PICTURES_KEPT = 64
_PUBLIC_CACHE = "public, max-age=300"
_PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """The links of a page that the gateway serves (``view.Links``)."""

    base: str
    query: Query
    scope: Scope
    assets: str = "/static/"

    def page(self, query: Query) -> str:
        """Relative: the page of a department stays on it."""
        return query.address()

    def unit(self, code: str) -> str | None:
        """Departments have pages inside only."""
        return None if self.scope.public else f"{self.base}/units/{code}{self.query.address()}"

    def data(self, ending: str) -> str:
        """Of the same figures as the page."""
        return f"{self.base}/data/adoption.{ending}{self.query.address()}"

    def chart(self, name: str, ending: str) -> str:
        """Of the same figures as the page."""
        return f"{self.base}/charts/{name}.{ending}{self.query.address()}"


def mount(
    app: FastAPI,
    house: House,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    source: Source | None = None,
) -> None:
    """Add the pages and their style sheet to the application; ``now`` is the clock, ``source`` a test's own figures.

    Raises ValueError for a configured token that is missing or too short.
    """
    config = house.config
    source = source or Records(house.store, config.adoption.terms(), house.memory)
    settings = config.leaderboard.internal
    access = read_access(settings.networks, settings.token_env, os.environ)
    desks = [Desk(Pages(), config, source, now, (INSIDE, config.leaderboard.inside()), access)]
    if config.leaderboard.public.enabled:
        desks.append(Desk(desks[0].pages, config, source, now, (OUTSIDE, config.leaderboard.outside()), Access()))
    for desk in desks:
        desk.mount(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")


@dataclass(frozen=True)
class Desk:
    """Serves one audience: ``place`` is where its pages lie and what it may ask for."""

    pages: Pages
    config: Config
    source: Source
    now: Callable[[], datetime]
    place: tuple[str, Scope]
    access: Access
    draw: Callable[[str], bytes] = field(default_factory=lambda: lru_cache(_PICTURES_KEPT)(png))
    """From SVG to PNG; what was drawn lately is not drawn again, whoever asks how often."""

    def mount(self, app: FastAPI) -> None:
        """Add the routes."""
        base, scope = self.place
        routes = {"": self.page, "/data/adoption.{ending}": self.data, "/charts/{name}.{ending}": self.chart}
        if not scope.public:
            routes["/units/{code}"] = self.unit
        for path, route in routes.items():
            app.add_route(base + path, self._guarded(route), methods=["GET"])

    def _guarded(self, route: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """Nobody passes without access; what is no period and a database that is silent are told on a page."""

        async def guarded(request: Request) -> Response:
            address = request.client.host if request.client else None
            if not self.access.admits(address, request.headers.get("Authorization", "")):
                asks = self.access.token is not None
                answer = self._problem(
                    request, 401 if asks else 403, mark("このページは、庁内の決められた端末からご覧ください。")
                )
                answer.headers.update(CHALLENGE if asks else {})
                return answer
            try:
                answer = await route(request)
            except PeriodError as error:
                return self._problem(request, 400, mark("期間や表示の指定が正しくありません。"), str(error))
            except NotShownError:
                return self._problem(
                    request, 404, mark("そのページはありません。部署の数値が秘匿されている場合もあります。")
                )
            except StoreError:
                return self._problem(
                    request, 503, mark("ただいま記録を読み出せません。しばらくしてから開き直してください。")
                )

            if self.place[1].public:
                answer.headers["Cache-Control"] = _PUBLIC_CACHE
            return answer

        return guarded

    async def page(self, request: Request) -> Response:
        """All departments."""
        view = await self._view(request)
        return await asyncio.to_thread(lambda: self._answer("leaderboard.html", view, view.context()))

    async def unit(self, request: Request) -> Response:
        """One department."""
        view = replace(await self._view(request), alone=True)
        code, whole_page = request.path_params["code"], self.place[0] + view.query.address()
        return await asyncio.to_thread(
            lambda: self._answer("unit.html", view, {**view.unit_context(code), "whole_page": whole_page})
        )

    async def data(self, request: Request) -> Response:
        """The figures as a file."""
        ending = _known(request.path_params["ending"], data.TYPES)
        view = await self._view(request)
        publisher = Publisher(self.config.municipality.code, self.config.municipality.name)
        about = self._definitions(view.language)
        content = await asyncio.to_thread(data.file, ending, publisher, view.figures, about)
        period = view.figures.board.period
        name = f"adoption-{period.kind}-{period.at}.{ending}"
        headers = _headers({"Content-Disposition": f'attachment; filename="{name}"'})
        return Response(content, media_type=data.TYPES[ending], headers=headers)

    async def chart(self, request: Request) -> Response:
        """A chart as a picture, for other pages too (``<img src=…>``); ``width=narrow`` is for small screens."""
        name = _known(request.path_params["name"], pictures.NAMES)
        ending = _known(request.path_params["ending"], _PICTURES)
        view = await self._view(request)
        width: pictures.Width = "narrow" if request.query_params.get("width") == "narrow" else "wide"
        svg = Pictures(view.figures, view.language, view.query.who).svg(name, width)
        headers = _headers({"Cross-Origin-Resource-Policy": "cross-origin"} if view.scope.public else {})
        content = await asyncio.to_thread(self.draw, svg) if ending == "png" else svg
        return Response(content, media_type=_PICTURES[ending], headers=headers)

    async def _view(self, request: Request) -> View:
        base, scope = self.place
        query = parse(request.query_params, scope, CODES)
        now = self.now()
        figures = await read(self.source, query, scope, now)
        query = query.but(at=figures.board.period.at)
        survey = self.config.adoption.survey
        source = survey.source if survey else ""
        return View(figures, query, scope, self._language(request), Addresses(base, query, scope), now, source)

    def _language(self, request: Request) -> Language:
        asked, accepted = request.query_params.get("lang"), request.headers.get("Accept-Language", "")
        return self.pages.languages[choose(asked, accepted)]

    def _definitions(self, language: Language) -> list[tuple[str, str]]:
        return definitions(language, self.config.adoption.terms().smallest_unit)

    def _answer(self, template: str, view: View, context: dict[str, Any]) -> Response:
        return self.pages.page(
            template,
            language=view.language.code,
            municipality=self.config.municipality.name,
            support=self.config.leaderboard.support,
            definitions=self._definitions(view.language),
            **context,
        )

    def _problem(self, request: Request, status: int, message: str, detail: str = "") -> Response:
        return self.pages.page(
            "problem.html",
            status=status,
            language=self._language(request).code,
            municipality=self.config.municipality.name,
            message=message,
            detail=detail,
            back=self.place[0],
        )


def _known(name: str, names: Collection[str]) -> str:
    if name not in names:
        raise NotShownError(name)
    return name


def _headers(more: dict[str, str]) -> dict[str, str]:
    return {**HEADERS, "Vary": "Accept-Language", **more}
