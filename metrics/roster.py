"""The roster: which units there are in a period, how they hang together, and how many persons belong to them.

A row says that from ``valid_from`` on so many persons belong directly to a unit; a 部 is the sum of its 課 and of those who
belong to itself. An abolished unit has a row with nobody.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from metrics.periods import Period


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of the roster: from ``valid_from`` on, so many persons belong directly to the unit."""

    code: str
    name: str
    parent: str | None
    head_count: int
    valid_from: date
    position: int


@dataclass(frozen=True, slots=True)
class Tree:
    """The units in force on the last day of a period.

    ``order`` holds each unit with its depth behind the one above it; ``children`` and ``below`` are by code (None: the whole
    municipality), ``below`` with the unit itself. ``moved`` are units that hung elsewhere earlier in the period.
    """

    units: Mapping[str, Unit]
    order: Sequence[tuple[Unit, int]]
    children: Mapping[str | None, tuple[str, ...]]
    below: Mapping[str | None, frozenset[str]]
    moved: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Roster:
    """All rows, past and future ones included."""

    rows: Sequence[Unit]
    _by_code: dict[str, list[Unit]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for row in sorted(self.rows, key=lambda row: row.valid_from):
            self._by_code.setdefault(row.code, []).append(row)

    def tree(self, period: Period) -> Tree:
        """The units of a period, as they hang together on its last day."""
        units = in_force(self.rows, period.last)
        order = ordered(units)
        children: dict[str | None, list[str]] = defaultdict(list)
        below: dict[str | None, set[str]] = defaultdict(set)
        for unit, _ in order:
            children[unit.parent if unit.parent in units else None].append(unit.code)
            for place in upwards(unit, units):
                below[place].add(unit.code)
        return Tree(
            units,
            order,
            {place: tuple(codes) for place, codes in children.items()},
            {place: frozenset(codes) for place, codes in below.items()},
            frozenset(code for code in units if self._moved(code, period)),
        )

    def head_count(self, codes: Iterable[str], period: Period) -> int:
        """Mean over the days of the period on which the units together had anybody, of their persons; rounded half up."""
        steps: dict[date, int] = defaultdict(int)
        for code in codes:
            before = 0
            for row in self._by_code.get(code, ()):
                if row.valid_from >= period.after:
                    break
                steps[max(row.valid_from, period.first)] += row.head_count - before
                before = row.head_count
        heads = persons = days = 0
        for first, after in pairwise([*sorted(steps), period.after]):
            heads += steps[first]
            if heads > 0:
                days += (after - first).days
                persons += heads * (after - first).days
        return (2 * persons + days) // (2 * days) if days else 0

    def _moved(self, code: str, period: Period) -> bool:
        rows = self._by_code[code]
        start = [row for row in rows if row.valid_from <= period.first][-1:]
        later = [row for row in rows if period.first < row.valid_from < period.after]
        return len({row.parent for row in (*start, *later)}) > 1


def in_force(roster: Iterable[Unit], day: date) -> dict[str, Unit]:
    """The row of each unit with the latest ``valid_from`` on or before a day, by code."""
    rows = sorted((unit for unit in roster if unit.valid_from <= day), key=lambda unit: unit.valid_from)
    return {unit.code: unit for unit in rows}


def ordered(units: Mapping[str, Unit]) -> list[tuple[Unit, int]]:
    """The units with their depth, each behind the one above it, otherwise in the order of the roster.

    A unit whose parent is not in force stands at the top; units in a circle are left out.
    """
    below: dict[str | None, list[Unit]] = defaultdict(list)
    for unit in sorted(units.values(), key=lambda unit: (unit.position, unit.code)):
        below[unit.parent if unit.parent in units else None].append(unit)
    found: list[tuple[Unit, int]] = []
    waiting = [(unit, 0) for unit in reversed(below[None])]
    while waiting:
        unit, depth = waiting.pop()
        found.append((unit, depth))
        waiting.extend((child, depth + 1) for child in reversed(below[unit.code]))
    return found


def upwards(unit: Unit, units: Mapping[str, Unit]) -> list[str | None]:
    """The unit's code, those above it, and None for all together. Only for units that hang in no circle."""
    chain: list[str | None] = [unit.code]
    while (parent := units[str(chain[-1])].parent) in units:
        chain.append(parent)
    return [*chain, None]
