"""Adoption figures: from head counts and counted uses to rates, and what may not be shown.

Pure functions. The definitions, all for one period:

* **対象職員数** (head count): the sum over a unit and all units below it of ``head_count`` in the roster row that is in
  force, which is the one with the latest ``valid_from`` on or before the last day of the period. A roster row counts
  the persons who belong directly to the unit; a 部 is the sum of its 課 and of those who belong to itself.
* **利用した職員数** (persons active): different person pseudonyms with at least one answered exchange opened in the
  period in the unit or below it. Someone who used two 課 counts once in each, and once in their 部. Robots, and
  applications that name no person, are nobody.
* **活用率** (rate): persons active ÷ head count. Above 1 when the roster is behind; it is shown as it is.
* **利用回数** (uses): answered exchanges opened in the period, those of robots and applications included.
* **全体** (overall): the same figures over all units of the roster together.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from metrics.roster import Unit, in_force, ordered, upwards

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

SMALLEST_UNIT = 10
"""Below this head count no figure is shown: too few to be a crowd."""

FEW = range(1, 3)
"""So few persons, active or inactive, could be recognised or recognise each other."""

HELP_BELOW = 2 / 3
"""A unit whose rate is below this part of the overall rate is offered help first."""


class Withheld(StrEnum):
    """Why a figure is not shown. The value is the sentence on the page; it never says which of two numbers is small."""

    SMALL_UNIT = f"対象職員が{SMALLEST_UNIT}人未満のため"
    FEW_PERSONS = f"利用した職員、またはしていない職員が{FEW[0]}〜{FEW[-1]}人のため"


@dataclass(frozen=True, slots=True)
class Use:
    """Answered exchanges of one person (None: of nobody) in one department within a period."""

    department: str
    person: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Figure:
    """What may be shown of a unit. Withheld: ``active``, ``rate`` and ``uses`` are None and do not exist here."""

    head_count: int
    active: int | None
    rate: float | None
    uses: int | None
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A unit with its figures; ``depth`` is 0 for a 部, 1 for its 課. ``before`` is None where it did not exist."""

    code: str
    name: str
    depth: int
    now: Figure
    before: Figure | None
    offer_help: bool

    @property
    def change(self) -> float | None:
        """Rate minus the previous rate, as a fraction; None unless both are shown."""
        if self.before is None or self.now.rate is None or self.before.rate is None:
            return None
        return self.now.rate - self.before.rate


@dataclass(frozen=True, slots=True)
class Report:
    """All units in the order of the organisation. ``elsewhere`` counts uses of departments outside the roster."""

    overall: Line
    lines: tuple[Line, ...]
    elsewhere: int


def figure(head_count: int, active: int, uses: int) -> Figure:
    """The figure of a unit, or the reason why it is withheld."""
    if head_count < SMALLEST_UNIT:
        return Figure(head_count, None, None, None, Withheld.SMALL_UNIT)
    if active in FEW or head_count - active in FEW:
        return Figure(head_count, None, None, None, Withheld.FEW_PERSONS)
    return Figure(head_count, active, active / head_count, uses)


def figures(units: Mapping[str, Unit], uses: Iterable[Use]) -> dict[str | None, Figure]:
    """The figure of every unit by code, and of all together under None."""
    heads: dict[str | None, int] = defaultdict(int)
    persons: dict[str | None, set[str]] = defaultdict(set)
    counts: dict[str | None, int] = defaultdict(int)
    above = {unit.code: upwards(unit, units) for unit, _ in ordered(units)}
    for code, chain in above.items():
        for place in chain:
            heads[place] += units[code].head_count
    for use in uses:
        for place in above.get(use.department, ()):
            counts[place] += use.count
            if use.person is not None:
                persons[place].add(use.person)
    return {place: figure(heads[place], len(persons[place]), counts[place]) for place in (None, *above)}


def report(roster: Sequence[Unit], days: tuple[date, date], uses: Sequence[Use], uses_before: Sequence[Use]) -> Report:
    """The figures of a period and of the one before it; ``days`` are the last days of the two, this one first.

    Units without persons and without uses (abolished ones) are left out.
    """
    units = in_force(roster, days[0])
    now, before = figures(units, uses), figures(in_force(roster, days[1]), uses_before)
    overall = now[None].rate

    def line(code: str | None, name: str, depth: int) -> Line:
        rate = now[code].rate
        low = code is not None and rate is not None and overall is not None and rate < overall * HELP_BELOW
        return Line(code or "", name, depth, now[code], before.get(code), low)

    used = {use.department for use in uses}
    lines = tuple(
        line(unit.code, unit.name, depth)
        for unit, depth in ordered(units)
        if now[unit.code].head_count or unit.code in used
    )
    return Report(line(None, "全体", 0), lines, sum(use.count for use in uses if use.department not in units))
