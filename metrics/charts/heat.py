"""A heat map, departments by periods: five steps of one blue, and the number in each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrics.charts.frame import INK, LINE, SOFT, Names, fitted, opening, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STEPS = (("#E8F1FE", INK), ("#C5D7FB", INK), ("#7096F8", INK), ("#264AF4", "#FFFFFF"), ("#00118F", "#FFFFFF"))
"""Colour of a fifth of the scale, and of the text on it: each at least 4.5:1."""


def step(value: float) -> int:
    """Which fifth of the scale from 0 to 1 a fraction lies in, from 0 to 4."""
    return min(int(max(value, 0.0) * len(STEPS) + 1e-9), len(STEPS) - 1)


@dataclass(frozen=True, slots=True)
class Row:
    """A department: for each period a fraction, or None with the word that stands there instead (withheld, none)."""

    name: str
    cells: Sequence[tuple[float | None, str]]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures in pixels. ``most`` is how many periods fit, the newest ones."""

    width: int
    names: int
    row: int
    text: int
    most: int


WIDE = Layout(width=960, names=180, row=34, text=14, most=12)
NARROW = Layout(width=358, names=104, row=34, text=12, most=5)
_TOP = 64


@dataclass(frozen=True, slots=True)
class Heat:
    """The chart: ``columns`` are the periods from old to new, as many as each row has cells."""

    names: Names
    columns: Sequence[str]
    rows: Sequence[Row]
    layout: Layout = WIDE

    def svg(self) -> str:
        """The whole ``<svg>`` element. Every text is escaped."""
        layout = self.layout
        height = _TOP + layout.row * len(self.rows) + 8
        parts = (
            opening(self.names, layout.width, height, layout.text),
            *self._legend(),
            *self._heads(),
            *(part for number, row in enumerate(self.rows) for part in self._row(_TOP + number * layout.row, row)),
            "</svg>",
        )
        return "\n".join(parts)

    @property
    def _shown(self) -> Sequence[str]:
        return self.columns[-self.layout.most :]

    @property
    def _cell(self) -> float:
        return (self.layout.width - self.layout.names) / max(len(self._shown), 1)

    def _x(self, column: int) -> float:
        return self.layout.names + self._cell * column

    def _legend(self) -> Iterator[str]:
        width = 64 if self.layout.names > NARROW.names else 48
        left = self.layout.width - width * len(STEPS)
        yield words(left - 8, 16, "%", text_anchor="end", font_size=12, fill=SOFT)
        for number, (colour, ink) in enumerate(STEPS):
            low, high = (round(100 * edge / len(STEPS)) for edge in (number, number + 1))
            yield f'<rect x="{left + number * width}" y="2" width="{width}" height="20" fill="{colour}"/>'
            middle = left + (number + 0.5) * width
            yield words(middle, 16, f"{low}–{high}", text_anchor="middle", font_size=11, fill=ink)

    def _heads(self) -> Iterator[str]:
        for number, column in enumerate(self._shown):
            middle = self._x(number) + self._cell / 2
            yield words(middle, _TOP - 10, column, text_anchor="middle", font_size=12, fill=SOFT)

    def _row(self, top: int, row: Row) -> Iterator[str]:
        layout, line = self.layout, top + self.layout.row // 2 + 5
        indent = 14 * row.depth
        name = fitted(row.name, (layout.names - indent - 10) / layout.text)
        yield words(indent, line, name, font_weight=700 if row.depth == 0 else 400)
        for number, (value, word) in enumerate(row.cells[-layout.most :]):
            x, middle = round(self._x(number), 1), self._x(number) + self._cell / 2
            size = f'x="{x + 1:g}" y="{top + 1}" width="{round(self._cell - 2, 1):g}" height="{layout.row - 2}"'
            colour, ink = ("#FFFFFF", SOFT) if value is None else STEPS[step(value)]
            edge = f' stroke="{LINE}"' if value is None else ""
            yield f'<rect {size} fill="{colour}"{edge}/>'
            yield words(middle, line, word, text_anchor="middle", fill=ink)
