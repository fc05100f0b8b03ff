"""Horizontal bars from zero, one for each department, with the mean and the period before."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from metrics.charts.frame import (
    BLUE,
    BLUE_SECTION,
    INK,
    LINE,
    PALE,
    SOFT,
    Names,
    clipped,
    diamond,
    ems,
    fitted,
    opening,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PERCENT = ((0.0, "0%"), (0.25, "25%"), (0.5, "50%"), (0.75, "75%"), (1.0, "100%"))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``value`` and ``previous`` are parts of the scale, None when not to be shown; ``label`` stands beside it."""

    name: str
    value: float | None
    label: str
    previous: float | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures in pixels. ``names`` is the width of the name column; 0 puts each name above its bar."""

    width: int
    names: int
    labels: int
    row: int
    bar: int
    text: int
    indent: int


WIDE = Layout(width=960, names=200, labels=190, row=34, bar=18, text=15, indent=18)
NARROW = Layout(width=358, names=0, labels=8, row=56, bar=16, text=14, indent=0)
_TOP, _BOTTOM = 54, 34


@dataclass(frozen=True, slots=True)
class Legend:
    """Words of the legend, and of the mean's line."""

    now: str = "今期"
    previous: str = "前期"
    mean: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """The chart, its bars in the order given. ``mean`` is a part of the scale; None draws no line.

    The scale goes from 0 to 1; ``ticks`` are places on it with their words.
    """

    names: Names
    bars: Sequence[Bar]
    mean: float | None = None
    legend: Legend = Legend()
    layout: Layout = WIDE
    ticks: Sequence[tuple[float, str]] = PERCENT

    def svg(self) -> str:
        """The whole ``<svg>`` element. Every text is escaped."""
        layout = self.layout
        height = _TOP + layout.row * len(self.bars) + _BOTTOM
        parts = (
            opening(self.names, layout.width, height, layout.text),
            *self._legend(),
            *self._axis(height - _BOTTOM),
            *self._tracks(),
            *(part for number, bar in enumerate(self.bars) for part in self._bar(_TOP + number * layout.row, bar)),
            *self._mean(),
            *self._marks(),
            "</svg>",
        )
        return "\n".join(parts)

    def _x(self, value: float) -> float:
        """Where a fraction lies; above 1 it is drawn at 1, and its label says the rest."""
        span = self.layout.width - self._left - self.layout.labels
        return round(self._left + span * clipped(value), 1)

    @property
    def _left(self) -> int:
        return self.layout.names or self.layout.labels

    def _legend(self) -> Iterator[str]:
        x, y = self._left, 14
        yield f'<rect x="{x}" y="{y - 10}" width="14" height="12" fill="{BLUE}"/>'
        yield f'<text x="{x + 20}" y="{y}" font-size="13">{escape(self.legend.now)}</text>'
        x += 34 + round(13 * ems(self.legend.now))
        yield diamond(x + 6, y - 4)
        yield f'<text x="{x + 18}" y="{y}" font-size="13">{escape(self.legend.previous)}</text>'

    def _axis(self, bottom: int) -> Iterator[str]:
        for tick, word in self.ticks:
            x = self._x(tick)
            yield f'<path d="M{x} {_TOP - 6}V{bottom}" stroke="{LINE}" fill="none"/>'
            anchor = "middle" if self.layout.names or 0 < tick < 1 else "end" if tick else "start"
            yield f'<text x="{x}" y="{bottom + 20}" text-anchor="{anchor}" font-size="12" fill="{SOFT}">{escape(word)}</text>'

    def _bar(self, top: int, bar: Bar) -> Iterator[str]:
        """A bar whose row begins at ``top``; name and label beside it, or above it in a narrow layout."""
        layout, beside = self.layout, self.layout.names > 0
        y = self._y(top)
        line = y + layout.bar // 2 + 5 if beside else top + 20
        weight = ' font-weight="700"' if bar.depth == 0 else ""
        indent = layout.indent * bar.depth
        room = layout.names - indent - 12 if beside else layout.width // 2
        name = escape(fitted(bar.name, room / layout.text))
        yield f'<text x="{indent if beside else self._left}" y="{line}"{weight}>{name}</text>'
        if bar.value is not None:
            yield self._rect(bar.value, y, BLUE if bar.depth == 0 else BLUE_SECTION)
        place = f'x="{self._x(1) + 14}"' if beside else f'x="{self._x(1)}" text-anchor="end"'
        ink = INK if bar.value is not None else SOFT
        yield f'<text {place} y="{line}"{weight} fill="{ink}">{escape(bar.label)}</text>'

    def _y(self, top: int) -> int:
        """Where the bar of a row begins."""
        return top + ((self.layout.row - self.layout.bar) // 2 if self.layout.names else 26)

    def _tracks(self) -> Iterator[str]:
        """The whole scale behind each bar."""
        left, right, bar = self._x(0), self._x(1), self.layout.bar
        tops = (self._y(_TOP + n * self.layout.row) for n, one in enumerate(self.bars) if one.value is not None)
        path = "".join(f"M{left:g} {y}H{right:g}v{bar}H{left:g}z" for y in tops)
        if path:
            yield f'<path d="{path}" fill="{PALE}"/>'

    def _marks(self) -> Iterator[str]:
        """The period before, over bars and mean line."""
        for number, bar in enumerate(self.bars):
            if bar.previous is not None:
                y = self._y(_TOP + number * self.layout.row)
                yield diamond(self._x(bar.previous), y + self.layout.bar / 2)

    def _rect(self, value: float, y: int, colour: str) -> str:
        start = self._x(0)
        width = round(self._x(value) - start, 1)
        return f'<rect x="{start}" y="{y}" width="{width}" height="{self.layout.bar}" fill="{colour}"/>'

    def _mean(self) -> Iterator[str]:
        """A broken line with its label; in a narrow layout it leaves out the names above the bars."""
        if self.mean is None:
            return
        layout, x = self.layout, self._x(self.mean)
        bottom = _TOP + layout.row * len(self.bars)
        path = f"M{x} {_TOP - 22}V{bottom}"
        if not layout.names:
            bars = (_TOP + number * layout.row + 22 for number, bar in enumerate(self.bars) if bar.value is not None)
            path = f"M{x} {_TOP - 22}v12" + "".join(f"M{x} {top}v{layout.bar + 8}" for top in bars)
        yield f'<path d="{path}" stroke="{INK}" stroke-width="1.5" stroke-dasharray="5 3" fill="none"/>'
        # The label turns to the other side of its line where it would leave the picture.
        anchor, shift = ("start", 5) if self.mean < 0.5 else ("end", -5)  # noqa: PLR2004, the middle
        place = f'x="{round(x + shift, 1)}" y="{_TOP - 12}" text-anchor="{anchor}"'
        yield f'<text {place} font-size="13" font-weight="700">{escape(self.legend.mean)}</text>'
