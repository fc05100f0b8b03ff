"""Small multiples: one panel for each thing, all with the same periods and the same scale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from metrics.charts.frame import BLUE, INK, LINE, SOFT, Names, ceiling, clipped, fitted, opening, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: a fraction for each period, None where there is none to be shown; ``label`` is the newest one in words."""

    title: str
    label: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures in pixels; ``across`` panels stand in a line, ``plot`` is the height of the columns."""

    width: int
    across: int
    gap: int
    plot: int
    text: int


WIDE = Layout(width=960, across=4, gap=28, plot=76, text=15)
NARROW = Layout(width=358, across=2, gap=18, plot=64, text=14)
_HEAD, _FOOT = 54, 36


@dataclass(frozen=True)
class Multiples:
    """The chart: ``columns`` are the periods from old to new, as many as each panel has values.

    ``mean`` is drawn as a broken line in every panel.
    """

    names: Names
    columns: Sequence[str]
    panels: Sequence[Panel]
    layout: Layout = WIDE
    mean: Sequence[float | None] = ()

    def svg(self) -> str:
        """The whole ``<svg>`` element. Every text is escaped."""
        layout = self.layout
        lines = max(-(-len(self.panels) // layout.across), 1)
        parts = (
            opening(self.names, layout.width, lines * (_HEAD + layout.plot + _FOOT), layout.text),
            *(part for number, panel in enumerate(self.panels) for part in self._panel(number, panel)),
            "</svg>",
        )
        return "\n".join(parts)

    @property
    def _width(self) -> float:
        layout = self.layout
        return (layout.width - layout.gap * (layout.across - 1)) / layout.across

    @cached_property
    def _top(self) -> float:
        """One scale for all panels, so that heights can be compared."""
        shown = [*self.mean, *(value for panel in self.panels for value in panel.values)]
        return ceiling([value for value in shown if value is not None])

    def _panel(self, number: int, panel: Panel) -> Iterator[str]:
        layout = self.layout
        left = round((number % layout.across) * (self._width + layout.gap), 1)
        top = number // layout.across * (_HEAD + layout.plot + _FOOT)
        yield words(left, top + 18, fitted(panel.title, self._width / layout.text), font_weight=700)
        yield words(left, top + 38, fitted(panel.label, self._width / 13), font_size=13, fill=SOFT)
        yield from self._scale(left, top + _HEAD)
        yield from self._columns(left, top + _HEAD, panel)
        yield from self._mean(left, top + _HEAD)

    def _scale(self, left: float, top: int) -> Iterator[str]:
        """The ground line, and the top of the scale with its number."""
        width, plot = self._width, self.layout.plot
        yield f'<path d="M{left:g} {top + 0.5:g}h{width:g}" stroke="{LINE}" stroke-dasharray="2 3" fill="none"/>'
        yield f'<path d="M{left:g} {top + plot + 0.5:g}h{width:g}" stroke="{INK}" fill="none"/>'
        yield words(left + width, top - 5, f"{self._top * 100:g}%", text_anchor="end", font_size=11, fill=SOFT)
        if self.columns:
            below = top + plot + 16
            yield words(left, below, self.columns[0], font_size=11, fill=SOFT)
            if len(self.columns) > 1:
                yield words(left + width, below, self.columns[-1], text_anchor="end", font_size=11, fill=SOFT)

    def _mean(self, left: float, top: int) -> Iterator[str]:
        """A level over each column, joined by upright lines; broken as the mean is everywhere."""
        path, step, pen_down = "", self._width / max(len(self.columns), 1), False
        for place, value in enumerate(self.mean):
            if value is not None:
                x, y = left + place * step, top + self.layout.plot * (1 - clipped(value, self._top))
                path += f"{'L' if pen_down else 'M'}{round(x, 1):g} {round(y, 1):g}h{round(step, 1):g}"
            pen_down = value is not None
        if path:
            yield f'<path d="{path}" stroke="#FFFFFF" stroke-width="3.5" fill="none"/>'
            yield f'<path d="{path}" stroke="{INK}" stroke-width="1.5" stroke-dasharray="4 2" fill="none"/>'

    def _columns(self, left: float, top: int, panel: Panel) -> Iterator[str]:
        plot, step, path = self.layout.plot, self._width / max(len(self.columns), 1), ""
        for place, value in enumerate(panel.values):
            if value is None:
                middle = left + (place + 0.5) * step
                yield words(middle, top + plot - 4, "×", text_anchor="middle", font_size=11, fill=SOFT)
                continue
            x, height = left + (place + 0.14) * step, plot * clipped(value, self._top)
            path += f"M{x:.1f} {top + plot}v{-height:.1f}h{step * 0.72:.1f}v{height:.1f}z"
        if path:
            yield f'<path d="{path}" fill="{BLUE}"/>'
