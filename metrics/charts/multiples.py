"""Small multiples: one panel for each unit, all with the same rows and the same scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrics.charts.frame import BLUE, INK, PALE, SOFT, Names, ceiling, clipped, ems, fitted, opening, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: ``shares`` are fractions by row, or None where ``note`` says why nothing is shown."""

    title: str
    note: str
    shares: Sequence[float] | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures in pixels; ``across`` panels stand in a line."""

    width: int
    across: int
    gap: int
    row: int
    text: int


WIDE = Layout(width=960, across=4, gap=28, row=22, text=13)
NARROW = Layout(width=358, across=1, gap=16, row=26, text=14)
_HEAD, _FOOT, _NUMBER = 50, 22, 44


@dataclass(frozen=True, slots=True)
class Multiples:
    """The chart: ``rows`` name what each panel has a bar for. ``reference`` marks the whole's share in every panel."""

    names: Names
    rows: Sequence[str]
    panels: Sequence[Panel]
    reference: Sequence[float] | None = None
    layout: Layout = WIDE

    def svg(self) -> str:
        """The whole ``<svg>`` element. Every text is escaped."""
        layout = self.layout
        lines = -(-len(self.panels) // layout.across)
        parts = (
            opening(self.names, layout.width, max(lines, 1) * self._height, layout.text),
            *(part for number, panel in enumerate(self.panels) for part in self._panel(number, panel)),
            "</svg>",
        )
        return "\n".join(parts)

    @property
    def _height(self) -> int:
        return _HEAD + self.layout.row * len(self.rows) + _FOOT

    @property
    def _width(self) -> float:
        layout = self.layout
        return (layout.width - layout.gap * (layout.across - 1)) / layout.across

    def _panel(self, number: int, panel: Panel) -> Iterator[str]:
        layout = self.layout
        left = round((number % layout.across) * (self._width + layout.gap), 1)
        top = number // layout.across * self._height
        yield f'<path d="M{left:g} {top + 0.5}h{self._width:g}" stroke="{INK}" fill="none"/>'
        title = fitted(panel.title, self._width / (layout.text + 2))
        yield words(left, top + 22, title, font_size=layout.text + 2, font_weight=700)
        yield words(left, top + 40, fitted(panel.note, self._width / 12), font_size=12, fill=SOFT)
        if panel.shares is not None:
            for place, (name, share) in enumerate(zip(self.rows, panel.shares, strict=True)):
                mark = self.reference[place] if self.reference and panel.shares is not self.reference else None
                yield from self._bar((left, top + _HEAD + place * layout.row), name, share, mark)

    def _bar(self, corner: tuple[float, int], name: str, share: float, mark: float | None) -> Iterator[str]:
        (left, top), layout = corner, self.layout
        names = round(min(max((ems(row) for row in self.rows), default=0) * layout.text, self._width * 0.45) + 8)
        line, start = top + layout.row // 2 + 5, left + names
        span = self._width - names - _NUMBER
        yield words(left, line, fitted(name, (names - 6) / layout.text))
        bar = f'y="{top + 5}" height="{layout.row - 8}"'
        yield f'<rect x="{start:g}" {bar} width="{span:g}" fill="{PALE}"/>'
        width = round(span * clipped(share, self._top), 1)
        yield f'<rect x="{start:g}" {bar} width="{width:g}" fill="{BLUE}"/>'
        if mark is not None:
            x = round(start + span * clipped(mark, self._top), 1)
            yield f'<path d="M{x:g} {top + 2}v{layout.row - 2}" stroke="#FFFFFF" stroke-width="4"/>'
            yield f'<path d="M{x:g} {top + 2}v{layout.row - 2}" stroke="{INK}" stroke-width="1.5"/>'
        yield words(left + self._width, line, f"{share * 100:.0f}%", text_anchor="end", fill=INK)

    @property
    def _top(self) -> float:
        """One scale for all panels, so that lengths can be compared."""
        shares = [share for panel in self.panels for share in panel.shares or ()]
        return ceiling([*shares, *(self.reference or ())])
