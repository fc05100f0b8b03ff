"""The charts of a page, for a reader's language and a width of screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gateway.language import mark
from gateway.leaderboard.query import Who
from gateway.numbers import count, percent
from metrics.charts import bars, heat, lines, multiples
from metrics.charts.frame import Names
from metrics.purposes import PURPOSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.language import Language
    from gateway.leaderboard.figures import Figures
    from metrics.board import GridRow, Shown
    from metrics.charts.bars import Layout, Legend

NAMES = ("bars", "trend", "heat", "purposes")
Width = Literal["wide", "narrow"]


WITHHELD = mark("秘匿")
OTHERS = mark("少数の用途をまとめたもの")


@dataclass(frozen=True, slots=True)
class Pictures:
    """Draws what a page shows. Each chart begins its ids with its own name, so that all can stand in one page."""

    figures: Figures
    language: Language
    who: Who = Who.PEOPLE

    def svg(self, name: str, width: Width) -> str:
        """A chart of ``NAMES``. Raises KeyError for another name."""
        charts: dict[str, Callable[[Width], str]] = {
            "bars": self.bars, "trend": self.trend, "heat": self.heat, "purposes": self.purposes,
        }  # fmt: skip
        return charts[name](width)

    def bars(self, width: Width) -> str:
        """The departments with the mean and the period before; of robots their uses."""
        return self._robots(width) if self.who is Who.ROBOTS else self._rates(width)

    def _rates(self, width: Width) -> str:
        board, _ = self.figures.board, self.language.text
        overall = board.overall.now
        title = _("部署別の活用率（{period}）", period=self.language.period(board.period))
        said = rate_label(overall, self.language)
        description = _("横棒グラフ。全体は{rate}。同じ値が「部署別の数値」の表にあります。", rate=said)
        mean = _("全体 {rate}", rate=self._percent(overall.rate))
        rows = [
            bars.Bar(row.name, row.now.rate, rate_label(row.now, self.language), _rate(row.before), row.depth)
            for row in board.rows
        ]
        names = Names(f"bars-{width}", title, description)
        return bars.Bars(names, rows, overall.rate, self._legend(mean), self._bars_layout(width)).svg()

    def _robots(self, width: Width) -> str:
        board, _ = self.figures.board, self.language.text
        top = _round_above([row.now.robot_uses or 0 for row in board.rows])

        def part(shown: Shown | None) -> float | None:
            return None if shown is None or shown.robot_uses is None else shown.robot_uses / top

        def label(uses: int | None) -> str:
            return _(WITHHELD) if uses is None else _("{count}回", count=count(uses))

        title = _("部署別のロボットの利用回数（{period}）", period=self.language.period(board.period))
        names = Names(f"bars-{width}", title, _("横棒グラフ。同じ値が「部署別の数値」の表にあります。"))
        rows = [
            bars.Bar(row.name, part(row.now), label(row.now.robot_uses), part(row.before), row.depth)
            for row in board.rows
        ]
        scale = [(step / 4, count(round(top * step / 4))) for step in range(5)]
        return bars.Bars(names, rows, None, self._legend(), self._bars_layout(width), scale).svg()

    def _legend(self, *mean: str) -> Legend:
        period = self.figures.board.period
        return bars.Legend(self.language.period(period), self.language.text(period.kind.before), *mean)

    def _bars_layout(self, width: Width) -> Layout:
        return bars.WIDE if width == "wide" else bars.NARROW

    def trend(self, width: Width) -> str:
        """The whole and the 部 over the periods of the grid: lines, or a panel for each where there are too many."""
        units = [row for row in self.figures.grid.rows if row.depth == 0]
        return self.lines(units, width) if len(units) <= lines.MOST else self._panels(units, width)

    def _panels(self, units: Sequence[GridRow], width: Width) -> str:
        _ = self.language.text
        description = _("部署ごとの小さな棒グラフ。破線は全体。同じ値が「期間ごとの活用率」の表にあります。")
        panels = [(unit.name, [_rate(cell) for cell in unit.cells]) for unit in units]
        whole = [_rate(cell) for cell in self.figures.grid.overall.cells]
        return self._multiples(Names(f"trend-{width}", _("活用率の推移"), description), panels, width, whole)

    def _multiples(
        self,
        names: Names,
        panels: Sequence[tuple[str, Sequence[float | None]]],
        width: Width,
        whole: Sequence[float | None] = (),
    ) -> str:
        """A panel for each name with its values over the periods of the grid; the newest value stands beside the name."""
        return multiples.Multiples(
            names,
            self._columns(),
            [multiples.Panel(name, self._percent(values[-1] if values else None), values) for name, values in panels],
            multiples.WIDE if width == "wide" else multiples.NARROW,
            whole,
        ).svg()

    def lines(self, units: Sequence[GridRow], width: Width) -> str:
        """The whole and these units over the periods of the grid."""
        grid, _ = self.figures.grid, self.language.text
        series = [
            *(lines.Series(unit.name, [_rate(cell) for cell in unit.cells]) for unit in units),
            lines.Series(_("全体"), [_rate(cell) for cell in grid.overall.cells], whole=True),
        ]
        description = _("折れ線グラフ。破線は全体。同じ値が「期間ごとの活用率」の表にあります。")
        names = Names(f"trend-{width}", _("活用率の推移"), description)
        layout = lines.room_for([one.name for one in series], lines.WIDE if width == "wide" else lines.NARROW)
        return lines.Lines(names, self._columns(), series, layout).svg()

    def heat(self, width: Width) -> str:
        """Departments by periods."""
        _ = self.language.text
        description = _("部署と期間ごとに活用率（%）を色の濃さと数字で示した図。")
        names = Names(f"heat-{width}", _("期間ごとの活用率"), description)
        rows = [
            heat.Row(row.name, [(_rate(cell), cell_label(cell, self.language)) for cell in row.cells], row.depth)
            for row in self.units()
        ]
        return heat.Heat(names, self._columns(), rows, heat.WIDE if width == "wide" else heat.NARROW).svg()

    def purposes(self, width: Width) -> str:
        """What it was used for: a panel for each purpose over the periods of the grid."""
        _ = self.language.text
        description = _("用途ごとの小さな棒グラフ。同じ値が「用途別の割合」の表にあります。")
        names = Names(f"purposes-{width}", _("用途別の割合の推移"), description)
        panels = [(purpose_name(name, self.language), shares) for name, shares in purposes(self.figures)]
        return self._multiples(names, panels, width)

    def units(self) -> list[GridRow]:
        """The rows of the heat map: the whole first."""
        return [self.figures.grid.overall, *self.figures.grid.rows]

    def _columns(self) -> list[str]:
        return [self.language.column(period) for period in self.figures.grid.periods]

    def _percent(self, value: float | None) -> str:
        return self.language.text(WITHHELD) if value is None else percent(value)


def purposes(figures: Figures) -> list[tuple[str, list[float | None]]]:
    """Each purpose with its share in each period of the grid, those used most first; None where nothing may be shown."""
    totals: dict[str, int] = {}
    for shares in figures.grid.purposes:
        for share in shares.purposes:
            totals[share.name] = totals.get(share.name, 0) + share.uses
    ordered = sorted(totals, key=lambda name: (name == "", -totals[name], name))
    by_period = [{share.name: share.fraction for share in shares.purposes} for shares in figures.grid.purposes]
    return [(name, [found.get(name, 0.0) if found else None for found in by_period]) for name in ordered]


def purpose_name(name: str, language: Language) -> str:
    """A purpose as the page calls it; uses of purposes too small to be told apart stand together."""
    return language.text(PURPOSES.get(name, name) or OTHERS)


def rate_label(shown: Shown, language: Language) -> str:
    """``41.2%（7／17人）``, or the word for what is withheld."""
    _ = language.text
    if shown.rate is None or shown.active is None:
        return _(WITHHELD)
    active, heads = count(shown.active), count(shown.head_count)
    return _("{rate}（{active}／{heads}人）", rate=percent(shown.rate), active=active, heads=heads)


def cell_label(shown: Shown | None, language: Language) -> str:
    """What stands in a cell of the heat map: whole percents, or the word for withheld, or a dash for no unit."""
    if shown is None:
        return "—"
    return language.text(WITHHELD) if shown.rate is None else f"{shown.rate * 100:.0f}"


def _rate(shown: Shown | None) -> float | None:
    return None if shown is None else shown.rate


def _round_above(values: list[int]) -> int:
    """The end of a scale of counts, whose quarters are whole numbers: 4, 8, 12, 20, 40, 80 and so on."""
    most, power = max([*values, 4]), 1
    while True:
        for factor in (4, 8, 12, 20):
            if factor * power >= most:
                return factor * power
        power *= 10
