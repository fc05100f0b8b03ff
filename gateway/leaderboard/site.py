"""The public page as a site of plain files for the municipality's web server: no program, no script, no moment of writing.

The same figures give the same bytes: what changes from one run to the next is never written. All links are relative.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gateway.language import CODES, JAPANESE
from gateway.leaderboard import data, pictures
from gateway.leaderboard.definitions import definitions
from gateway.leaderboard.figures import finished, narrowed, read
from gateway.leaderboard.pictures import Pictures
from gateway.leaderboard.query import Level, Order, Query, Who
from gateway.leaderboard.view import View
from gateway.pages import STATIC
from metrics.export.package import SUMS, Contents, digest, package, sums
from metrics.export.rows import COLUMNS, Publisher
from metrics.picture import png, undrawable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from gateway.language import Language
    from gateway.leaderboard.figures import Figures, Source
    from gateway.leaderboard.query import Scope
    from gateway.leaderboard.settings import Leaderboard
    from gateway.pages import Pages
    from metrics.periods import Period
    from metrics.usage import Terms

_STATIC = ("style.css", "icon.svg")
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
"""In the page itself, since we do not know the headers of the web server."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page lies in the site, and the links from there (``view.Links``). ``pages`` are all that exist."""

    here: str
    folder: str
    pages: frozenset[str]

    @property
    def assets(self) -> str:
        """The root of the site."""
        root = self._from_here("")
        return "" if root == "." else f"{root}/"

    def page(self, query: Query) -> str | None:
        """The page of a period, an order and a language; other choices are not published."""
        if query.who is not Who.PEOPLE or query.level is Level.SECTION:
            return None
        path = page_path(query)
        return self._from_here(path) if path in self.pages else None

    def unit(self, code: str) -> None:
        """Departments have no pages outside."""
        del code

    def data(self, ending: str) -> str:
        """A file beside the page."""
        return self._from_here(f"{self.folder}/adoption.{ending}")

    def chart(self, name: str, ending: str) -> str:
        """A picture beside the page."""
        return self._from_here(f"{self.folder}/{name}.{ending}")

    def datasheet(self) -> str:
        """The page about the files."""
        return self._from_here(f"{self.folder}/datasheet.html")

    def _from_here(self, path: str) -> str:
        return posixpath.relpath(path or ".", posixpath.dirname(self.here) or ".")


def period_folder(query: Query) -> str:
    """The folder of a period in a language."""
    folder = f"periods/{query.kind}-{query.at}"
    return folder if query.language == JAPANESE else f"{folder}/{query.language}"


def page_path(query: Query) -> str:
    """The file of a page; the period has to be named."""
    return f"{period_folder(query)}/{'by-rate' if query.order is Order.RATE else 'index'}.html"


def _variants(query: Query) -> list[Query]:
    """The pages of one period: in each language and order."""
    return [query.but(order=order, language=language) for language in CODES for order in Order]


@dataclass(frozen=True)
class Site:
    """Builds the files. ``terms`` are those of the figures of ``source``."""

    pages: Pages
    publisher: Publisher
    settings: Leaderboard
    source: Source
    terms: Terms
    survey: str = ""

    async def build(self, now: datetime, most: int) -> dict[str, bytes]:
        """All files by their paths: for each kind of period the latest finished one and up to ``most`` in all.

        Raises StoreError.
        """
        scope = self.settings.outside()
        starts = [start async for start in self._starts(scope, now, most)]
        known = frozenset(page_path(query) for start in starts for query in _variants(start))
        files = {name: (STATIC / name).read_bytes() for name in _STATIC}
        for number, start in enumerate(starts):
            figures = await read(self.source, start, scope, now)
            for query in _variants(start):
                shown = narrowed(figures, query, scope)
                place = Place(page_path(query), period_folder(query), known)
                files[place.here] = self._page(shown, query, place)
                if query.order is not Order.ORGANISATION:
                    continue
                files |= self._folder(self._view(shown, query, place))
                if number == 0:
                    root = replace(
                        place, here="index.html" if query.language == JAPANESE else f"{query.language}/index.html"
                    )
                    files[root.here] = self._page(shown, query, root)
        return {**files, SUMS: sums(files)}

    async def _starts(self, scope: Scope, now: datetime, most: int) -> AsyncIterator[Query]:
        """Every period to be published, the newest of each kind first; one in which nobody can be shown ends the row."""
        for kind in scope.kinds:
            period = finished(await self.source.latest(kind, now), now)
            for number in range(most):
                if number and not await self._worth(period, now):
                    break
                yield Query(kind, period.at, scope.levels[0])
                period = period.previous()

    async def _worth(self, period: Period, now: datetime) -> bool:
        board = await self.source.board(period, now)
        return bool(board.overall.now.active)

    def _view(self, figures: Figures, query: Query, place: Place) -> View:
        language = self.pages.languages[query.language or JAPANESE]
        return View(figures, query, self.settings.outside(), language, place, None, self.survey)

    def _page(self, figures: Figures, query: Query, place: Place) -> bytes:
        view = self._view(figures, query, place)
        return self._rendered("leaderboard.html", view, {**view.context(), "datasheet": place.datasheet()})

    def _rendered(self, template: str, view: View, values: dict[str, object]) -> bytes:
        text = self.pages.render(
            template,
            language=view.language.code,
            municipality=self.publisher.name,
            support=self.settings.support,
            definitions=self._definitions(view.language),
            content_policy=_POLICY,
            **values,
        )
        return text.encode()

    def _folder(self, view: View) -> dict[str, bytes]:
        """The files beside a page: data, package, pictures, data sheet."""
        folder = period_folder(view.query)
        about = self._definitions(view.language)
        covered = view.figures.board.covered
        found = {f"adoption.{ending}": data.file(ending, self.publisher, view.figures, about) for ending in data.TYPES}
        contents = Contents((covered.first, covered.last), about, self.settings.public.licence)
        found["datapackage.json"] = package(self.publisher, found, contents)
        for name in pictures.NAMES:
            drawn = Pictures(view.figures, view.language)
            wide = drawn.svg(name, "wide")
            found |= {f"{name}.svg": wide.encode(), f"{name}-narrow.svg": drawn.svg(name, "narrow").encode()}
            found[f"{name}.png"] = png(wide)
        sheet = self._sheet(view, found)
        return {f"{folder}/{name}": content for name, content in {**found, "datasheet.html": sheet}.items()}

    def _sheet(self, view: View, files: dict[str, bytes]) -> bytes:
        here = Place(f"{period_folder(view.query)}/datasheet.html", period_folder(view.query), frozenset())
        title = view.language.text("部署別の活用率（{period}）", period=view.language.period(view.figures.board.period))
        values: dict[str, object] = {
            "assets": here.assets,
            "whole_page": "index.html",
            "period_name": view.language.period(view.figures.board.period),
            "days": view.language.days(view.figures.board.covered),
            "publisher": self.publisher,
            "licence": self.settings.public.licence,
            "files": [(name, name, len(content), digest(content)) for name, content in sorted(files.items())],
            "fields": COLUMNS,
            "snippet": f'<img src="{period_folder(view.query)}/bars.svg" alt="{title}" width="960">',
        }
        return self._rendered("datasheet.html", view, values)

    def _definitions(self, language: Language) -> list[tuple[str, str]]:
        return definitions(language, self.terms.smallest_unit)

    async def gaps(self, now: datetime) -> str:
        """Characters of department names that the pictures' font does not have."""
        period = finished(await self.source.latest(self.settings.outside().kinds[0], now), now)
        board = (await self.source.board(period, now)).public()
        return undrawable("".join(row.name for row in board.rows))
