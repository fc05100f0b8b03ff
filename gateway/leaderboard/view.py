"""The values that the templates of the adoption page need: filters as links, tiles, pictures, rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from gateway.language import CODES, mark
from gateway.leaderboard.figures import NotShownError, finished
from gateway.leaderboard.pictures import NAMES, Pictures, cell_label, purpose_name, purposes, rate_label
from gateway.leaderboard.query import Level, Order, Who
from gateway.numbers import count, decimal, percent
from metrics.charts.heat import step
from metrics.periods import Kind, containing, today

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.language import Language
    from gateway.leaderboard.figures import Figures
    from gateway.leaderboard.query import Query, Scope
    from metrics.board import GridRow, Row, Shown
    from metrics.periods import Period

LEVELS = {Level.WHOLE: mark("全体だけ"), Level.DIVISION: mark("部"), Level.SECTION: mark("部と課")}
WHO = {Who.PEOPLE: mark("職員"), Who.ROBOTS: mark("ロボット")}
ORDERS = {Order.ORGANISATION: mark("組織の順"), Order.RATE: mark("活用率の高い順")}
LANGUAGES = {"ja": "日本語", "en": "English"}


class Links(Protocol):
    """Addresses as the page writes them; None where there is no such page, and then no link."""

    @property
    def assets(self) -> str:
        """Where style sheet and icon lie, with a slash at the end."""

    def page(self, query: Query) -> str | None:
        """The same page for another query."""

    def unit(self, code: str) -> str | None:
        """The page of one department."""

    def data(self, ending: str) -> str:
        """The figures as ``csv``, ``xlsx`` or ``json``."""

    def chart(self, name: str, ending: str) -> str:
        """A chart of ``pictures.NAMES`` as ``svg`` or ``png``."""


@dataclass(frozen=True, slots=True)
class Item:
    """A link of a filter. ``href`` None: it cannot be chosen."""

    word: str
    href: str | None
    current: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure in large: what it is, how much, and what it is made of."""

    name: str
    value: str
    made_of: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything that one page is made of. ``now`` is None for a page that has to be the same whenever it is written."""

    figures: Figures
    query: Query
    scope: Scope
    language: Language
    links: Links
    now: datetime | None
    survey: str = ""
    """The municipality's survey that the estimate of hours rests on."""
    alone: bool = False
    """Whether it is the page of one department, of which nothing is shown in days, weeks and unfinished months."""

    def context(self) -> dict[str, Any]:
        """The values of ``leaderboard.html``."""
        board, grid = self.figures.board, self.figures.grid
        pictures = Pictures(self.figures, self.language, self.query.who)
        robots = self.query.who is Who.ROBOTS
        charts = {
            name: _both(pictures, name) for name in NAMES if name != "heat"
        }  # on the page the heat map is a table
        return {
            **self.frame(),
            "board": board,
            "robots": robots,
            "tiles": self.tiles(board.overall, board.overall.now),
            "rows": board.rows,
            "charts": charts,
            "heat": self.heat(pictures.units()),
            "columns": [(self.language.column(period), self.language.period(period)) for period in grid.periods],
            "purposes": [
                (purpose_name(name, self.language), [None if v is None else percent(v) for v in values])
                for name, values in purposes(self.figures)
            ],
            "shares": self.shares(),
            "sums": self.sums(),
            "help_offered": any(row.offer_help for row in board.rows),
            "hidden": any(row.now.hidden for row in (board.overall, *board.rows)),
        }

    def frame(self) -> dict[str, Any]:
        """The values that every page of figures has: filters, period, languages."""
        period, board = self.figures.board.period, self.figures.board
        return {
            "assets": self.links.assets,
            "languages": self._languages(),
            "filters": self._filters(),
            "steps": self._steps(),
            "period": period,
            "period_name": self.language.period(period),
            "days": self.language.days(period),
            "covered": None if board.complete else self.language.days(board.covered),
            "moment": None if self.now is None else self.language.moment(self.now),
            "public": self.scope.public,
            "unit_page": self.links.unit,
            "data_file": self.links.data,
            "chart_file": self.links.chart,
        }

    def unit_context(self, code: str) -> dict[str, Any]:
        """The values of ``unit.html``. Raises NotShownError where there is no such department to be shown."""
        board, grid = self.figures.board, self.figures.grid
        rows = {row.code: row for row in board.rows if not row.rest}
        if code not in rows:
            raise NotShownError(code)
        row = rows[code]
        lines = {line.code: line for line in grid.rows}
        units = [lines[one] for one in (code, row.parent) if one in lines]
        own = lines[code].cells if code in lines else (None,) * len(grid.periods)
        children = tuple(one for one in board.rows if one.parent == code)
        pictures = Pictures(self.figures, self.language)
        family = Pictures(replace(self.figures, board=replace(board, rows=(row, *children))), self.language)
        frame = self.frame()
        return {
            **frame,
            "filters": frame["filters"][:1],  # the period; level, callers and order are of no use here
            "board": board,
            "row": row,
            "children": children,
            "bars": {"wide": family.bars("wide"), "narrow": family.bars("narrow")},
            "parent": rows.get(row.parent or ""),
            "tiles": self.tiles(row, row.now),
            "trend": {"wide": pictures.lines(units, "wide"), "narrow": pictures.lines(units, "narrow")},
            "columns": grid.periods,
            "months": [
                (self.language.period(period), shown, overall)
                for period, shown, overall in zip(grid.periods, own, grid.overall.cells, strict=True)
            ],
        }

    def _filters(self) -> list[tuple[str, list[Item]]]:
        """The groups of links that have more than one thing to choose from."""
        _, query = self.language.text, self.query
        kinds = [
            self._item(_(kind.word), self._around(kind), kind is query.kind)
            for kind in self.scope.kinds
            if not (self.alone and kind in {Kind.DAY, Kind.WEEK})
        ]
        groups = [
            (_("期間"), kinds),
            (_("表示"), [self._item(_(LEVELS[v]), query.but(level=v), v is query.level) for v in self.scope.levels]),
            (_("利用者"), [self._item(_(WHO[who]), query.but(who=who), who is query.who) for who in Who]),
            (_("並び"), [self._item(_(ORDERS[v]), query.but(order=v), v is query.order) for v in Order]),
        ]
        usable = [(name, [item for item in items if item.href is not None]) for name, items in groups]
        return [(name, items) for name, items in usable if len(items) > 1]

    def _item(self, word: str, query: Query, current: bool) -> Item:  # noqa: FBT001, a word of the item
        return Item(word, self.links.page(query), current)

    def _languages(self) -> list[Item]:
        items = [
            Item(LANGUAGES[code], self.links.page(self.query.but(language=code)), code == self.language.code, code)
            for code in CODES
        ]
        return [item for item in items if item.href is not None or item.current]

    def _steps(self) -> list[Item]:
        """Back and forward by one period; forward only to what has begun."""
        period, query, _ = self.figures.board.period, self.query, self.language.text
        before, after = period.previous(), period.next()
        there = self.links.page(query.but(at=after.at)) if self._there(after) else None
        return [
            Item(
                _(period.kind.before), self.links.page(query.but(at=before.at)), language=self.language.period(before)
            ),
            Item(_(period.kind.following), there, language=self.language.period(after)),
        ]

    def _there(self, period: Period) -> bool:
        """Whether a period can be shown yet: outside when it is over, of one department when its first month is over."""
        if self.now is None:
            return True
        if self.scope.public:
            return finished(period, self.now) == period
        if self.alone:
            month = containing(Kind.MONTH, period.first)
            return finished(month, self.now) == month
        return period.start <= self.now

    def _around(self, kind: Kind) -> Query:
        """The same page for another kind of period: around the same days, or the last one before that can be shown."""
        last = self.figures.board.period.last
        period = containing(kind, last if self.now is None else min(last, today(self.now)))
        query = self.query.but(kind=kind, at=period.at)
        if self._there(period) and self.links.page(query) is not None:
            return query
        return query.but(at=period.previous().at)

    def tiles(self, row: Row, shown: Shown) -> list[Tile]:
        """The figures of a unit in large; one that is not there is left out, one that is withheld says so."""
        _ = self.language.text
        heads = count(shown.head_count)
        tiles = []
        if shown.retention is not None:
            made_of = _("月に4日以上使った職員の割合")
            tiles.append(Tile(_("定着率"), percent(shown.retention), made_of))
        if shown.uses is not None:
            made_of = _("職員が受け取った回答の数")
            tiles.append(Tile(_("利用回数"), _("{count}回", count=count(shown.uses)), made_of))
        if shown.uses_per_head is not None:
            made_of = _("利用回数 ÷ 対象職員 {heads}人", heads=heads)
            tiles.append(Tile(_("1人当たり"), _("{count}回", count=decimal(shown.uses_per_head)), made_of))
        if shown.hours_saved is not None:
            value = _("{count}時間", count=count(round(shown.hours_saved)))
            made_of = _("利用回数 × 1回当たりの時間（{survey}）", survey=self.survey or _("庁内アンケート"))
            tiles.append(Tile(_("削減時間（推計）"), value, made_of))
        if shown.cost_yen:
            value = _("{count}円", count=count(round(shown.cost_yen)))
            tiles.append(Tile(_("費用（目安）"), value, _("トークン数 × 設定された単価（ロボットを含む）")))
        before = row.before
        if before is not None and before.rate is not None:
            made_of = rate_label(before, self.language)
            tiles.append(Tile(_("{before}の活用率", before=_(self.figures.board.period.kind.before)),
                              percent(before.rate), made_of))  # fmt: skip
        return tiles

    def heat(self, units: Sequence[GridRow]) -> list[tuple[GridRow, list[tuple[str, str]]]]:
        """For each unit the words and the style class of its cells."""
        return [
            (
                unit,
                [
                    (
                        cell_label(cell, self.language),
                        "none" if cell is None or cell.rate is None else f"s{step(cell.rate)}",
                    )
                    for cell in unit.cells
                ],
            )
            for unit in units
        ]

    def sums(self) -> list[tuple[str, str]]:
        """What is told of the whole, and inside only: tokens, and what the policy found and stopped."""
        _, board = self.language.text, self.figures.board
        found = [] if board.overall.now.tokens is None else [(_("トークン数"), count(board.overall.now.tokens))]
        for name, value in (
            (_("100回当たりの検知"), board.findings_per_100),
            (_("100回当たりの停止"), board.blocks_per_100),
        ):
            if value is not None:
                found.append((name, _("{count}件", count=decimal(value))))
        return [] if self.scope.public else found

    def shares(self) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """By tool, model and deployment: name, uses and share."""
        _, shares = self.language.text, self.figures.board.shares
        groups = [(_("用途別"), shares.purposes), (_("ツール別"), shares.tools), (_("モデル別"), shares.models)]
        if not self.scope.public:
            groups.append((_("配備別"), shares.deployments))
        others = _("その他（まとめ）")
        return [
            (
                heading,
                [
                    (purpose_name(share.name, self.language) if share.name else others, count(share.uses),
                     percent(share.fraction))
                    for share in found
                ],
            )
            for heading, found in groups
            if found
        ]  # fmt: skip


def _both(pictures: Pictures, name: str) -> dict[str, str]:
    return {"wide": pictures.svg(name, "wide"), "narrow": pictures.svg(name, "narrow")}
