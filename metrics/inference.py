"""What a reader can work out about persons from everything that is shown of a fiscal year: interval arithmetic.

Head counts are public, persons of a unit are those of its parts, and persons of a longer period are at least those of each
shorter one inside it and at most all of them together. ``follows`` asks whether a number that is not shown can be worked out so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.disclosure import Span
    from metrics.families import Count, Pattern, Place
    from metrics.roster import Tree

    Name = tuple[Place, bool, Span]
    """A unit with all below it, or (True) its own staff alone; and when."""


class Shown(Protocol):
    """What is shown of each span, and what everybody knows."""

    def tree(self, span: Span) -> Tree:
        """The units of a span."""
        ...

    def count(self, departments: frozenset[str], span: Span) -> Count:
        """Head count and active persons."""
        ...

    def pattern(self, span: Span) -> Pattern:
        """Who is shown."""
        ...


def follows(shown: Shown, spans: Sequence[Span]) -> frozenset[Name]:
    """The hidden numbers of persons that follow from what is shown of all these spans together.

    What the unit's own figures tell is not hidden, nor what is clear since nobody or everybody was active. Somebody who was in
    two units counts in both, so that parts may come to more than their total: then a reader knows no more than that.
    """
    exact = _read(shown, spans) or _read(shown, spans, exact=False)
    if exact is None:  # no city has such figures: nothing can be worked out from them
        return frozenset()
    hidden = [
        (place, False, span)
        for span in spans
        for place in (None, *shown.tree(span).units)
        if place not in shown.pattern(span).shown and exact.knows((place, False, span))
    ]
    found = [name for name in hidden if not _clear(shown, name, exact)]
    alone = _read(shown, spans, alone=True) if found else None
    return frozenset(name for name in found if alone is None or not _told(shown, name, alone))


@dataclass(slots=True)
class _Knowledge:
    """Each number between two bounds, and how numbers hang together. ``sums``: parts and their total."""

    numbers: dict[Name, int] = field(default_factory=dict)
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    sums: list[tuple[list[int], int]] = field(default_factory=list)
    covers: list[tuple[int, list[int]]] = field(default_factory=list)

    def between(self, name: Name, low: int, high: int) -> int:
        """The number of a name, which lies between these bounds."""
        number = self.numbers.setdefault(name, len(self.low))
        if number == len(self.low):
            self.low.append(low)
            self.high.append(high)
        else:
            self.low[number], self.high[number] = max(self.low[number], low), min(self.high[number], high)
        return number

    def total(self, low: int, high: int) -> int:
        """A number without a name: the sum of a rest."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def knows(self, name: Name) -> bool:
        """Whether a number is known exactly."""
        number = self.numbers[name]
        return self.low[number] >= self.high[number]

    def think(self) -> bool:
        """Apply everything until nothing is new; False once two things contradict each other.

        Each round that goes on narrows some bound, and none passes another, so it ends.
        """
        low, high = self.low, self.high
        news = True
        while news:
            if any(least > most for least, most in zip(low, high, strict=True)):
                return False
            self.sums = [(parts, total) for parts, total in self.sums if any(low[n] < high[n] for n in (total, *parts))]
            self.covers = [
                (whole, parts) for whole, parts in self.covers if any(low[n] < high[n] for n in (whole, *parts))
            ]
            before = sum(high) - sum(low)
            for parts, total in self.sums:
                least, most = sum(low[part] for part in parts), sum(high[part] for part in parts)
                low[total], high[total] = max(low[total], least), min(high[total], most)
                for part in parts:
                    low[part] = max(low[part], low[total] - most + high[part])
                    high[part] = min(high[part], high[total] - least + low[part])
            for whole, parts in self.covers:
                most = sum(high[part] for part in parts)
                low[whole] = max(low[whole], *(low[part] for part in parts))
                high[whole] = min(high[whole], most)
                for part in parts:
                    low[part] = max(low[part], low[whole] - most + high[part])
                    high[part] = min(high[part], high[whole])
            news = sum(high) - sum(low) < before
        return True


def _read(shown: Shown, spans: Sequence[Span], *, alone: bool = False, exact: bool = True) -> _Knowledge | None:
    """What a reader knows in the end; None for what cannot be.

    ``alone``: without comparing units, from each unit's own figures. ``exact``: parts come to their total.
    """
    known = _Knowledge()
    for span in spans:
        _read_span(known, shown, span, alone=alone)
    for span in spans:
        covers = _covers(span, spans)
        for place, own in product((None, *shown.tree(span).units), (False, True)) if covers else ():
            whole = known.numbers.get((place, own, span))
            for cover in covers:
                parts = [number for part in cover if (number := known.numbers.get((place, own, part))) is not None]
                if whole is not None and len(parts) == len(cover):
                    known.covers.append((whole, parts))
    if not exact:
        known.covers += [(total, parts) for parts, total in known.sums]
        known.sums = []
    return known if known.think() else None


def _read_span(known: _Knowledge, shown: Shown, span: Span, *, alone: bool) -> None:
    tree, pattern = shown.tree(span), shown.pattern(span)
    for place in (None, *tree.units):
        count = shown.count(tree.below.get(place, frozenset()), span)
        whole = known.between((place, False, span), 0, max(count))
        if place is not None:
            known.between((place, True, span), 0, max(shown.count(frozenset({place}), span)))
        if place in pattern.shown:
            known.between((place, False, span), count.persons, count.persons)
        if not alone and (names := _parts(shown, place, span)):
            known.sums.append(([known.between(name, 0, max(_count(shown, name))) for name in names], whole))
        if (rest := pattern.rests.get(place)) and (not alone or len(rest) == 1):
            names = [(code, code == place, span) for code in rest]
            together = frozenset[str]().union(*(_departments(shown, name) for name in names))
            persons = shown.count(together, span).persons
            members = [known.between(name, 0, max(_count(shown, name))) for name in names]
            known.sums.append((members, known.total(persons, persons)))


def _parts(shown: Shown, place: Place, span: Span) -> list[Name]:
    """The units below a place, and its own staff."""
    below: list[Name] = [(code, False, span) for code in shown.tree(span).children.get(place, ())]
    return [*below, (place, True, span)] if below and place is not None else below


def _departments(shown: Shown, name: Name) -> frozenset[str]:
    place, own, span = name
    return frozenset({place}) if own and place is not None else shown.tree(span).below.get(place, frozenset())


def _count(shown: Shown, name: Name) -> Count:
    return shown.count(_departments(shown, name), name[2])


def _covers(span: Span, spans: Sequence[Span]) -> list[list[Span]]:
    """The ways in which shorter spans make up this one: months, quarters, two behind each other."""
    inside = [part for part in spans if part != span and part.first >= span.first and part.after <= span.after]
    quarters = [part for part in inside if part.first % 3 == 0 and part.after == part.first + 3]
    ways = [
        [part for part in inside if part.single],
        quarters if sum(part.after - part.first for part in quarters) == span.after - span.first else [],
        *(
            [a, b]
            for a in inside
            for b in inside
            if a.first == span.first and a.after == b.first and b.after == span.after
        ),
    ]
    return [way for way in ways if way]


def _told(shown: Shown, name: Name, alone: _Knowledge) -> bool:
    """Whether the shown figures of a unit itself tell its number, or those of all its parts."""
    place, own, span = name
    parts = [] if own else _parts(shown, place, span)
    below = bool(parts) and all(_told(shown, part, alone) for part in parts)
    return alone.knows(name) or below


def _clear(shown: Shown, name: Name, known: _Knowledge) -> bool:
    """Nobody, or everybody."""
    count = _count(shown, name)
    return known.low[known.numbers[name]] in {0, max(count)} and count.persons in {0, count.heads}
