"""An attack on everything that is ever shown of invented cities: no hidden number may follow from it.

The attacker has all boards of a fiscal year (months, quarters, the year at the end of each quarter), knows every head count, and
that persons and uses are sums over units. Amounts are attacked with linear algebra, over units and time at once, and like
persons with interval arithmetic, until nothing changes any more.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.adoption import City, board
from metrics.disclosure import Disclosure, Span
from metrics.families import FEW, SMALLEST_UNIT
from metrics.ledger import Amounts, PersonYear, ledger
from metrics.periods import Kind, Period, containing, month_of
from metrics.roster import Roster, Unit

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from metrics.families import Place

YEAR = containing(Kind.YEAR, date(2026, 4, 1))
PRIME = 2**61 - 1

examples = settings(max_examples=40, deadline=None)
cities = given(st.integers(0, 10**6), st.sampled_from([1, 3, 6]))


def invented(seed: int, months: int) -> City:
    """A city of one to four divisions: units of all sizes, from no use to all, persons who come once or always."""
    chance = random.Random(seed)  # noqa: S311, an invented city
    units: list[Unit] = []
    people: list[PersonYear] = []
    amounts: dict[str, list[Amounts]] = {}

    def unit(code: str, parent: str | None, heads: int) -> None:
        units.append(Unit(code, code, parent, heads, YEAR.first, len(units)))
        level, faithful = chance.choice([0, 0.05, 0.1, 0.3, 0.6, 0.9, 0.97, 1.0]), chance.random() < 0.5
        sums = [Amounts()] * 12
        for number in range(heads):
            days, often = [0] * 12, chance.random() if faithful else 1.0
            for month in range(months):
                if chance.random() < level * (0.3 + 0.7 * often):
                    used = chance.sample(range(28), chance.choice([1, 1, 2, 3, 4, 5, 9]))
                    days[month] = sum(1 << day for day in used)
                    sums[month] = sums[month].plus(Amounts(uses=len(used)))
            if any(days):
                people.append(PersonYear(code, f"{code}-{number}", days))
        amounts[code] = sums

    for division in map(str, range(chance.randint(1, 4))):
        if chance.random() < 0.2:
            unit(division, None, chance.choice([0, 3, 8, 12, 25]))
            continue
        unit(division, None, chance.choice([0, 0, 1, 3, 5, 12]))
        for number in range(chance.randint(1, 4)):
            unit(f"{division}{number}", division, chance.choice([2, 5, 8, 10, 11, 14, 18, 25]))
    after = month_of(YEAR.first, months)
    return City(Roster(units), {2026: ledger(YEAR, people, amounts)}, after)


def published(city: City, months: int) -> list[Span]:
    """Every span of which a board was ever shown."""
    disclosure = city.disclosure(2026)
    spans = {Span(month, month + 1) for month in range(months)}
    for after in range(3, months + 1, 3):
        spans |= {disclosure.begun(Span(first, after)) or Span(first, after) for first in (after - 3, 0)}
    return sorted(spans)


@dataclass
class Knowledge:
    """What the attacker knows: each number between two bounds, and how numbers hang together."""

    low: dict[Hashable, int] = field(default_factory=dict)
    high: dict[Hashable, int] = field(default_factory=dict)
    sums: list[tuple[Sequence[Hashable], Hashable | int]] = field(default_factory=list)
    covers: list[tuple[Hashable, Sequence[Hashable]]] = field(default_factory=list)

    def between(self, name: Hashable, low: int, high: int) -> bool:
        """Learn bounds; whether they are news."""
        before = (self.low.get(name, 0), self.high.get(name, 10**9))
        self.low[name], self.high[name] = max(before[0], low), min(before[1], high)
        return (self.low[name], self.high[name]) != before

    def think(self) -> None:
        """Apply everything until nothing is new."""
        news = True
        while news:
            news = False
            for parts, total in self.sums:
                least, most = (total, total) if isinstance(total, int) else (self.low[total], self.high[total])
                low, high = sum(self.low[part] for part in parts), sum(self.high[part] for part in parts)
                if not isinstance(total, int):
                    news |= self.between(total, low, high)
                for part in parts:
                    news |= self.between(part, least - (high - self.high[part]), most - (low - self.low[part]))
            for whole, parts in self.covers:
                news |= self.between(whole, max(self.low[p] for p in parts), sum(self.high[p] for p in parts))
                for part in parts:
                    others = sum(self.high[p] for p in parts if p != part)
                    news |= self.between(part, self.low[whole] - others, self.high[whole])

    def knows(self, name: Hashable) -> bool:
        return self.low[name] >= self.high[name]


def parts_of(disclosure: Disclosure, place: Place, span: Span) -> list[tuple[str, bool]]:
    """The units below a place, and its own staff (True)."""
    below = [(code, False) for code in disclosure.tree(span).children.get(place, ())]
    return [*below, (place, True)] if below and place is not None else below


def families(disclosure: Disclosure, spans: Iterable[Span]) -> Knowledge:
    """Persons: what the attacker starts from, without knowing how periods hang together."""
    known = Knowledge()
    for span in spans:
        tree, pattern = disclosure.tree(span), disclosure.pattern(span)
        for place in (None, *tree.units):
            below = tree.below.get(place, frozenset())
            count = disclosure.count(below, span)
            known.between((place, False, span), 0, max(count))
            if place is not None:
                known.between((place, True, span), 0, max(disclosure.count(frozenset({place}), span)))
            if place in pattern.shown:
                known.between((place, False, span), count.persons, count.persons)
            if parts := parts_of(disclosure, place, span):
                known.sums.append(([(code, own, span) for code, own in parts], (place, False, span)))
            if rest := pattern.rests.get(place):
                names = [(code, code == place, span) for code in rest]
                departments = frozenset[str]().union(*({c} if own else tree.below[c] for c, own, _ in names))
                known.sums.append((names, disclosure.count(departments, span).persons))
    return known


def over_time(known: Knowledge, disclosure: Disclosure, spans: Sequence[Span]) -> None:
    for span in spans:
        inside = [part for part in spans if part != span and part.first >= span.first and part.after <= span.after]
        covers = [[part for part in inside if part.single], *([a, b] for a in inside for b in inside if a.after == b.first
                  and (a.first, b.after) == span)]  # fmt: skip
        quarters = [part for part in inside if part.first % 3 == 0 and part.after == part.first + 3]
        if sum(part.after - part.first for part in quarters) == span.after - span.first:
            covers.append(quarters)
        for name in [(None, False), *((code, own) for code in disclosure.tree(span).units for own in (False, True))]:
            known.covers += [((*name, span), [(*name, part) for part in cover]) for cover in covers if cover]


@examples
@example(18890, 3)  # all parts of a unit are shown in each month, its own staff as a rest of one; the quarter hides it
@example(933008, 3)  # chains over several units, months and quarters
@example(306209, 6)
@example(609714, 6)
@example(637453, 6)
@cities
def test_no_hidden_number_of_persons_follows(seed: int, months: int) -> None:
    city = invented(seed, months)
    disclosure, spans = city.disclosure(2026), published(city, months)
    attack, alone = families(disclosure, spans), families(disclosure, spans)
    # What the shown figures of the unit itself tell: a rest that is its own staff and nobody else is one of them.
    alone.sums = [known for known in alone.sums if len(known[0]) == 1]
    for known in (attack, alone):
        over_time(known, disclosure, spans)
        known.think()
    for span in spans:
        for place in (None, *disclosure.tree(span).units):
            name = (place, False, span)
            if attack.knows(name) and place not in disclosure.pattern(span).shown:
                assert told(disclosure, place, span, alone) or implied(disclosure, place, span, attack), (
                    place,
                    span,
                    attack.low[name],
                )


def told(disclosure: Disclosure, place: Place, span: Span, alone: Knowledge, *, own: bool = False) -> bool:
    """Whether the shown figures of a unit itself tell its number, or those of all its parts."""
    parts = [] if own else parts_of(disclosure, place, span)
    below = bool(parts) and all(told(disclosure, code, span, alone, own=direct) for code, direct in parts)
    return alone.knows((place, own, span)) or below


def implied(disclosure: Disclosure, place: Place, span: Span, known: Knowledge) -> bool:
    """Nobody, or everybody: known of a unit above, in this span or in others that tell of it; or nobody is there."""
    count = disclosure.count(disclosure.tree(span).below.get(place, frozenset()), span)
    return known.low[place, False, span] in {0, max(count)} and count.persons in {0, count.heads}


@examples
@cities
def test_every_number_that_a_period_tells_obeys_the_rule(seed: int, months: int) -> None:
    city = invented(seed, months)
    disclosure = city.disclosure(2026)
    for span in published(city, months):
        tree, pattern = disclosure.tree(span), disclosure.pattern(span)
        rests = [
            frozenset[str]().union(*({code} if code == place else tree.below[code] for code in rest))
            for place, rest in pattern.rests.items()
        ]
        for departments in (*(tree.below[place] for place in pattern.shown if tree.below.get(place)), *rests):
            heads, persons = disclosure.count(departments, span)
            nothing = (heads, persons) == (0, 0)
            assert nothing or heads >= SMALLEST_UNIT
            assert nothing or (persons not in FEW and heads - persons not in FEW)


@examples
@cities
def test_no_hidden_amount_follows_by_linear_algebra(seed: int, months: int) -> None:
    city = invented(seed, months)
    disclosure, spans = city.disclosure(2026), published(city, months)
    codes = sorted(unit.code for unit in city.roster.rows)
    column = {
        (code, month): number for number, (code, month) in enumerate((c, m) for c in codes for m in range(months))
    }

    def row(departments: frozenset[str], span: Span) -> dict[int, int]:
        return {column[code, month]: 1 for code in departments for month in range(*span)}

    basis: dict[int, dict[int, int]] = {}
    for span in spans:
        for place in disclosure.summed(span):
            absorb(basis, row(disclosure.tree(span).below.get(place, frozenset()), span))
    for span in spans:
        for place in (None, *disclosure.tree(span).units):
            below = disclosure.tree(span).below.get(place, frozenset())
            if place not in disclosure.summed(span) and disclosure.count(below, span).heads:
                assert reduced(basis, row(below, span)), (place, span)


def reduced(basis: dict[int, dict[int, int]], row: dict[int, int]) -> dict[int, int]:
    """What remains of a row of the linear system after all others are taken from it; empty: it follows from them."""
    row = dict(row)
    while (pivot := min((c for c in row if c in basis), default=None)) is not None:
        factor = row[pivot]
        for place, value in basis[pivot].items():
            if left := (row.get(place, 0) - factor * value) % PRIME:
                row[place] = left
            else:
                row.pop(place, None)
    return row


def absorb(basis: dict[int, dict[int, int]], row: dict[int, int]) -> None:
    if row := reduced(basis, row):
        pivot = min(row)
        inverse = pow(row[pivot], -1, PRIME)
        basis[pivot] = {place: value * inverse % PRIME for place, value in row.items()}


@examples
@cities
def test_no_hidden_amount_follows_by_its_bounds(seed: int, months: int) -> None:
    city = invented(seed, months)
    disclosure, spans = city.disclosure(2026), published(city, months)
    known = Knowledge()
    for span in spans:
        tree = disclosure.tree(span)
        for place in (None, *tree.units):
            uses = disclosure.ledger.amount(tree.below.get(place, frozenset()), range(*span)).uses
            for own in (False, True):
                known.between((place, own, span), 0, 10**6)
            if place in disclosure.summed(span):
                known.between((place, False, span), uses, uses)
            if parts := parts_of(disclosure, place, span):
                known.sums.append(([(code, own, span) for code, own in parts], (place, False, span)))
            if not span.single:
                known.sums += [([(place, own, m) for m in span.months], (place, own, span)) for own in (False, True)]
    known.think()
    for span in spans:
        for place in (None, *disclosure.tree(span).units):
            if known.knows((place, False, span)) and place not in disclosure.summed(span):
                nothing = disclosure.ledger.amount(disclosure.tree(span).below.get(place, frozenset()), range(*span))
                assert nothing.uses == 0, (place, span)


@pytest.mark.parametrize("seed", range(5))
def test_boards_hold_no_hidden_number(seed: int) -> None:
    city = invented(seed, 6)
    for kind, month in ((Kind.MONTH, 5), (Kind.QUARTER, 3), (Kind.YEAR, 0)):
        period: Period = containing(kind, month_of(YEAR.first, month))
        span, made = city.span(period), board(city, period)
        assert span is not None
        for row in made.rows:
            if not row.rest:
                assert (row.now.active is None) == (row.code not in city.disclosure(2026).pattern(span).shown)
                assert (row.now.uses is None) == (row.code not in city.disclosure(2026).summed(span))
