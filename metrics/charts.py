"""Bar charts as SVG text, rendered here: no JavaScript, no fonts fetched, readable when printed in grey.

One hue (#0017C1 of the Digital Agency's design system, 11.1:1 on white). What colour says is always said by a number,
a shape or a position too.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BLUE, BLUE_SECTION, PALE = "#0017C1", "#4979F5", "#E8F1FE"
INK, SOFT, LINE = "#1A1A1A", "#595959", "#D9D9D9"
_FONT = "system-ui,'Hiragino Sans','Yu Gothic UI','Meiryo','Noto Sans JP','Noto Sans CJK JP',sans-serif"
_TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``value`` and ``previous`` are fractions, None when not to be shown; ``label`` stands beside the bar."""

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
class Chart:
    """Horizontal bars from 0 to 100 %, in the order given. ``mean`` is a fraction; None draws no line.

    ``identity`` begins the ids inside, so that several charts can stand in one page.
    """

    identity: str
    title: str
    description: str
    bars: Sequence[Bar]
    mean: float | None = None
    mean_label: str = ""
    now_label: str = "今期"
    previous_label: str = "前期"
    layout: Layout = WIDE

    def svg(self) -> str:
        """The whole ``<svg>`` element. Every text is escaped."""
        layout, identity = self.layout, escape(self.identity)
        height = _TOP + layout.row * len(self.bars) + _BOTTOM
        opening = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width} {height}" role="img"'
            f' aria-labelledby="{identity}-title {identity}-desc" font-family="{escape(_FONT)}"'
            f' font-size="{layout.text}" fill="{INK}">'
        )
        parts = (
            opening,
            f'<title id="{identity}-title">{escape(self.title)}</title>',
            f'<desc id="{identity}-desc">{escape(self.description)}</desc>',
            *self._legend(),
            *self._axis(height - _BOTTOM),
            *(part for number, bar in enumerate(self.bars) for part in self._bar(_TOP + number * layout.row, bar)),
            *self._mean(),
            "</svg>",
        )
        return "\n".join(parts)

    def _x(self, value: float) -> float:
        """Where a fraction lies; above 1 it is drawn at 1, and its label says the rest."""
        span = self.layout.width - self._left - self.layout.labels
        return round(self._left + span * min(max(value, 0.0), 1.0), 1)

    @property
    def _left(self) -> int:
        return self.layout.names or self.layout.labels

    def _legend(self) -> Iterator[str]:
        x, y = self._left, 14
        yield f'<rect x="{x}" y="{y - 10}" width="14" height="12" fill="{BLUE}"/>'
        yield f'<text x="{x + 20}" y="{y}" font-size="13">{escape(self.now_label)}</text>'
        x += 34 + 13 * len(self.now_label)
        yield _diamond(x + 6, y - 4)
        yield f'<text x="{x + 18}" y="{y}" font-size="13">{escape(self.previous_label)}</text>'

    def _axis(self, bottom: int) -> Iterator[str]:
        for tick in _TICKS:
            x = self._x(tick / 100)
            yield f'<path d="M{x} {_TOP - 6}V{bottom}" stroke="{LINE}" fill="none"/>'
            anchor = "middle" if self.layout.names or 0 < tick < _TICKS[-1] else "end" if tick else "start"
            yield f'<text x="{x}" y="{bottom + 20}" text-anchor="{anchor}" font-size="12" fill="{SOFT}">{tick}%</text>'

    def _bar(self, top: int, bar: Bar) -> Iterator[str]:
        """A bar whose row begins at ``top``; name and label beside it, or above it in a narrow layout."""
        layout, beside = self.layout, self.layout.names > 0
        y = top + ((layout.row - layout.bar) // 2 if beside else 26)
        line = y + layout.bar // 2 + 5 if beside else top + 20
        weight = ' font-weight="700"' if bar.depth == 0 else ""
        indent = layout.indent * bar.depth
        room = layout.names - indent - 12 if beside else layout.width // 2
        name = escape(_fitted(bar.name, room // layout.text))
        yield f'<text x="{indent if beside else self._left}" y="{line}"{weight}>{name}</text>'
        if bar.value is not None:
            yield self._rect(1.0, y, PALE)
            yield self._rect(bar.value, y, BLUE if bar.depth == 0 else BLUE_SECTION)
        if bar.previous is not None:
            yield _diamond(self._x(bar.previous), y + layout.bar / 2)
        place = f'x="{self._x(1) + 14}"' if beside else f'x="{self._x(1)}" text-anchor="end"'
        ink = INK if bar.value is not None else SOFT
        yield f'<text {place} y="{line}"{weight} fill="{ink}">{escape(bar.label)}</text>'

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
            bars = (_TOP + number * layout.row + 22 for number in range(len(self.bars)))
            path = f"M{x} {_TOP - 22}v12" + "".join(f"M{x} {top}v{layout.bar + 8}" for top in bars)
        yield f'<path d="{path}" stroke="{INK}" stroke-width="1.5" stroke-dasharray="5 3" fill="none"/>'
        # The label turns to the other side of its line where it would leave the picture.
        anchor, shift = ("start", 5) if self.mean < 0.5 else ("end", -5)  # noqa: PLR2004, the middle
        place = f'x="{round(x + shift, 1)}" y="{_TOP - 12}" text-anchor="{anchor}"'
        yield f'<text {place} font-size="13" font-weight="700">{escape(self.mean_label)}</text>'


def _diamond(x: float, y: float) -> str:
    """A mark with a white rim, so that it is seen on a bar as well as beside it."""
    return f'<path d="M{x} {y - 6}l6 6l-6 6l-6 -6z" fill="#FFFFFF" stroke="{INK}" stroke-width="1.5"/>'


def _fitted(text: str, most: int) -> str:
    """A name that is too long for its column ends with an ellipsis; the table has it whole."""
    return text if len(text) <= most else text[: max(most - 1, 1)] + "…"
