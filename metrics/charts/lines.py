"""Lines over periods: the whole as a broken line, units with a mark of their own shape and their name at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from metrics.charts.frame import (
    BLUE,
    BLUE_SECTION,
    INK,
    LINE,
    SOFT,
    Names,
    ceiling,
    clipped,
    ems,
    fitted,
    opening,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST = 8
"""So many lines can be told apart by their marks; more are told by the heat map."""

# Shapes that stay apart in grey and at four pixels, and the blues that lie furthest from their neighbours.
_MARKS = ("circle", "square", "triangle", "diamond", "ring", "box", "cross", "wedge")
_BLUES = (BLUE, BLUE_SECTION, "#00118F", "#7096F8", BLUE, BLUE_SECTION, "#00118F", "#7096F8")
_LABEL_ROW = 19
_FEW = 4  # so many columns all have their label in any layout
_TOP, _BOTTOM = 18, 34


@dataclass(frozen=True, slots=True)
class Series:
    """One line: a fraction for each period, None where there is none to be shown. ``whole`` is drawn as the mean is."""

    name: str
    values: Sequence[float | None]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures in pixels. ``names`` is the room on the right for names, ``every`` how many periods share one label."""

    width: int
    height: int
    axis: int
    names: int
    text: int
    every: int


WIDE = Layout(width=960, height=360, axis=48, names=160, text=14, every=1)
NARROW = Layout(width=358, height=320, axis=44, names=92, text=12, every=3)


@dataclass(frozen=True)
class Lines:
    """The chart: ``columns`` are the periods from old to new, as many as each series has values."""

    names: Names
    columns: Sequence[str]
    series: Sequence[Series]
    layout: Layout = WIDE

    def svg(self) -> str:
        """The whole ``<svg>`` element. Raises ValueError for more lines than can be told apart."""
        if sum(not series.whole for series in self.series) > MOST:
            raise ValueError(f"at most {MOST} lines can be told apart")
        layout = self.layout
        parts = (
            opening(self.names, layout.width, layout.height, layout.text),
            *self._axes(),
            *(self._whole(series) for series in self.series if series.whole),
            *(part for number, series in enumerate(self._units()) for part in self._line(number, series)),
            *self._ends(),
            "</svg>",
        )
        return "\n".join(parts)

    def _units(self) -> list[Series]:
        return [series for series in self.series if not series.whole]

    @cached_property
    def _top(self) -> float:
        return ceiling([value for series in self.series for value in series.values if value is not None])

    def _x(self, column: int) -> float:
        span = self.layout.width - self.layout.axis - self.layout.names
        return round(self.layout.axis + span * (column / max(len(self.columns) - 1, 1)), 1)

    def _y(self, value: float) -> float:
        return round(_TOP + (self.layout.height - _TOP - _BOTTOM) * (1 - clipped(value, self._top)), 1)

    def _axes(self) -> Iterator[str]:
        right, layout = self._x(len(self.columns) - 1), self.layout
        for part in range(6):
            value = self._top * part / 5
            y = self._y(value)
            yield f'<path d="M{layout.axis} {y:g}H{max(right, layout.axis + 8):g}" stroke="{LINE}" fill="none"/>'
            yield words(layout.axis - 8, y + 4, f"{value * 100:g}%", text_anchor="end", font_size=12, fill=SOFT)
        last = len(self.columns) - 1
        every = layout.every if last > _FEW else 1
        for number, column in enumerate(self.columns):
            if (last - number) % every == 0:
                place = "start" if number == 0 == last else "middle"
                bottom = layout.height - _BOTTOM + 22
                yield words(self._x(number), bottom, column, text_anchor=place, font_size=12, fill=SOFT)

    def _points(self, series: Series) -> list[tuple[float, float] | None]:
        return [None if v is None else (self._x(number), self._y(v)) for number, v in enumerate(series.values)]

    def _line(self, number: int, series: Series) -> Iterator[str]:
        colour, points = _BLUES[number], self._points(series)
        yield f'<path d="{_path(points)}" stroke="{colour}" stroke-width="2" fill="none" stroke-linejoin="round"/>'
        marks = "".join(_mark(_MARKS[number], *point) for point in points if point is not None)
        yield f'<path d="{marks}" fill="{_filling(number, colour)}" stroke="{colour}" stroke-width="1.5"/>'

    def _whole(self, series: Series) -> str:
        path = _path(self._points(series))
        return f'<path d="{path}" stroke="{INK}" stroke-width="2.5" stroke-dasharray="6 3" fill="none"/>'

    def _ends(self) -> Iterator[str]:
        """Names beside the last value of each line, pushed apart until none lies on another."""
        found: list[tuple[float, float, int | None, Series]] = []
        number = 0
        for series in self.series:
            shown = [point for point in self._points(series) if point is not None]
            if shown:
                found.append((shown[-1][1], shown[-1][0], None if series.whole else number, series))
            number += not series.whole
        found.sort(key=lambda end: end[0])
        layout = self.layout
        left = self._x(len(self.columns) - 1) + 12
        for (y, x, mark, series), place in zip(found, self._apart([end[0] for end in found]), strict=True):
            yield f'<path d="M{x + 6:g} {y:g}L{left:g} {place:g}h6" stroke="{LINE}" fill="none"/>'
            if mark is None:
                yield f'<path d="M{left + 4:g} {place:g}h12" stroke="{INK}" stroke-width="2.5" stroke-dasharray="5 2"/>'
            else:
                colour = _BLUES[mark]
                shape = _mark(_MARKS[mark], left + 10, place)
                yield f'<path d="{shape}" fill="{_filling(mark, colour)}" stroke="{colour}" stroke-width="1.5"/>'
            name = fitted(series.name, (layout.width - left - 20) / layout.text)
            yield words(left + 20, place + 5, name, font_weight=700 if series.whole else 400)

    def _apart(self, wanted: list[float]) -> list[float]:
        """Heights near the wanted ones (ascending) with a row between each two, inside the picture."""
        places: list[float] = []
        for y in wanted:
            places.append(max(y, places[-1] + _LABEL_ROW) if places else max(y, 10.0))
        bottom = self.layout.height - 12.0
        for number in range(len(places) - 1, -1, -1):
            places[number] = min(places[number], bottom)
            bottom = places[number] - _LABEL_ROW
        return [round(place, 1) for place in places]


def room_for(names: Sequence[str], layout: Layout) -> Layout:
    """The layout with no more room on the right than the names need."""
    widest = max((ems(name) for name in names), default=0.0)
    return replace(layout, names=min(layout.names, round(widest * layout.text) + 44))


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """Straight lines between neighbours; a missing point is a gap."""
    path, pen_down = "", False
    for point in points:
        if point is None:
            pen_down = False
            continue
        path += f"{'L' if pen_down else 'M'}{point[0]:g} {point[1]:g}"
        pen_down = True
    return path or "M0 0"


def _filling(number: int, colour: str) -> str:
    return "#FFFFFF" if _MARKS[number] in {"ring", "box", "cross"} else colour


def _mark(shape: str, x: float, y: float) -> str:
    """A closed path around a point, 8 pixels wide."""
    match shape:
        case "circle" | "ring":
            return f"M{x - 4:g} {y:g}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"
        case "square" | "box":
            return f"M{x - 3.5:g} {y - 3.5:g}h7v7h-7z"
        case "triangle":
            return f"M{x:g} {y - 4.5:g}l4.5 8h-9z"
        case "wedge":
            return f"M{x:g} {y + 4.5:g}l4.5 -8h-9z"
        case "cross":
            return f"M{x - 4:g} {y - 4:g}l8 8m0 -8l-8 8"
    return f"M{x:g} {y - 5:g}l5 5l-5 5l-5 -5z"
