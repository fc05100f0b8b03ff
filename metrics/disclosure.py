"""What may be shown over a fiscal year, so that nothing about one or two persons follows from what is shown.

**Within a period** (``metrics.families``). A unit is shown by itself only if its head count reaches the smallest size and
neither one nor two of its persons were active, or inactive. Below each unit that is shown, all that may not be shown by
itself, and those who belong to the unit directly, stand together in its *rest*. Since the rest follows from the total and
the others, it has to satisfy the rule itself and to leave each of its parts open; otherwise more units go into it, the
smallest first. What stands below a unit that is not shown is not shown either. Where even all parts together are not
enough, the unit above them is not shown. So every number that can be computed within a period may be shown.

**Over time.** Months are the finest periods for which units are shown. What is hidden in a month is hidden in the quarter
and the year of which the month is part, and what is hidden in these as far as they are finished stays hidden in them: nothing
that is shown later changes what was hidden before. Then there is always another city, in which one use or one person of a
hidden unit belongs to another unit of the same rest in the same month, and which agrees with everything ever shown. Persons
(not amounts) of a quarter or year are shown all the same where that other city agrees with them too, because each
unit of the rest has somebody who was active in more than one of the months.

A fiscal year begins with the first month that has a use and may be shown: neither what was before the introduction nor a
trial by two persons is part of it. Where
units were moved in the middle of a period, and something was hidden before, only the whole is shown.

The method is the cell suppression of the statistical offices (Hundepool et al., *Statistical Disclosure Control*, 2012,
chapter 4), with a merged remainder instead of gaps. Two kinds of numbers are not hidden by it, since hiding them would be
pretence: that nobody (or everybody) in a part was active when that is shown of the unit above it, and what follows from the
shown months of the same unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from metrics.families import SMALLEST_UNIT, Count, Families, Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metrics.families import Place
    from metrics.ledger import Ledger
    from metrics.periods import Period
    from metrics.roster import Roster, Tree

QUARTER = 3
"""Months of a quarter."""


class Span(NamedTuple):
    """Some months of a fiscal year, by index: a month, or a quarter or the year as far as it is finished."""

    first: int
    after: int

    @property
    def months(self) -> list[Span]:
        """Each month of it."""
        return [Span(month, month + 1) for month in range(*self)]

    @property
    def single(self) -> bool:
        """Whether it is one month."""
        return self.after == self.first + 1


class _Moves(NamedTuple):
    """What another city could do with the persons of a part: move one away, have one less or one more, take one in."""

    only: bool
    less: bool
    more: bool
    room: bool


@dataclass(slots=True)
class Disclosure:
    """Decides for one fiscal year. ``period`` gives the days of a span, for head counts and the tree."""

    ledger: Ledger
    roster: Roster
    period: Callable[[Span], Period]
    smallest: int = SMALLEST_UNIT
    _trees: dict[Span, Tree] = field(default_factory=dict)
    _patterns: dict[Span, Pattern] = field(default_factory=dict)
    _counts: dict[tuple[Span, frozenset[str]], Count] = field(default_factory=dict)

    def tree(self, span: Span) -> Tree:
        """The units of a span."""
        if span not in self._trees:
            self._trees[span] = self.roster.tree(self.period(span))
        return self._trees[span]

    def count(self, departments: frozenset[str], span: Span) -> Count:
        """Head count and active persons of departments taken together."""
        key = (span, departments)
        if key not in self._counts:
            heads = self.roster.head_count(departments, self.period(span))
            self._counts[key] = Count(heads, self.ledger.persons(departments, range(*span)).bit_count())
        return self._counts[key]

    def begun(self, span: Span) -> Span | None:
        """The span without the months before the year's first use that may be shown; None where nothing is left."""
        for month in Span(0, span.after).months:
            whole = self.tree(month).below.get(None, frozenset())
            if self.count(whole, month).persons and None in self.pattern(month).shown:
                return Span(max(month.first, span.first), span.after)
        return None

    def pattern(self, span: Span) -> Pattern:
        """Who is shown, by active persons."""
        if span not in self._patterns:
            hidden = self._hidden_before(span)
            families = Families(
                self.tree(span),
                lambda departments: self.count(departments, span),
                hidden,
                lambda place, codes: self._bounds(place, codes, span),
                lambda place: {
                    self.pattern(part).rests.get(place, frozenset()) for part in set(self._parts_before(span))
                },
                self.smallest,
            )
            self._patterns[span] = families.pattern()
        return self._patterns[span]

    def stayed(self, month: Span) -> Pattern:
        """Who is shown in a month by persons who came to stay: some of those shown by active persons."""
        above = self.pattern(month)

        def count(departments: frozenset[str]) -> Count:
            stayed = self.ledger.stayed(departments, month.first).bit_count()
            return Count(self.count(departments, month).heads, stayed)

        def bounds(place: Place, codes: frozenset[str]) -> tuple[int, int]:
            heads, active = self.count(self._departments(place, codes, month), month)
            return 0, active if self._knows(place, codes, month) else max(heads, active)

        tree = self.tree(month)
        hidden = frozenset(place for place in (None, *tree.units) if place not in above.shown)
        return Families(tree, count, hidden, bounds, smallest=self.smallest).pattern()

    def summed(self, span: Span) -> frozenset[Place]:
        """Units whose amounts may be shown: those that stand for themselves in every month in which they were there."""
        hidden = {place for month in span.months for place in self._hidden(month)}
        tree = self.tree(span)
        if None in hidden or (hidden and tree.moved):
            return frozenset() if None in hidden else frozenset({None})
        found: set[Place] = {None}
        waiting: list[Place] = [None]
        while waiting:  # from above: below what is hidden nothing is shown
            alone = [code for code in tree.children.get(waiting.pop(), ()) if code not in hidden]
            found.update(alone)
            waiting += alone
        return frozenset(found)

    def _hidden(self, span: Span) -> frozenset[Place]:
        shown = self.pattern(span).shown
        return frozenset(place for place in (None, *self.tree(span).units) if place not in shown)

    def _parts_before(self, span: Span) -> Iterator[Span]:
        """Spans inside this one for which something was shown: its months, its quarters, and itself when it was shorter."""
        if span.single:
            return
        yield from span.months
        if len(quarters := _quarters(span)) > 1:
            for quarter in quarters:
                yield from (Span(quarter.first, after) for after in range(quarter.first + 2, quarter.after + 1))
        yield from (Span(span.first, after) for after in range(span.first + 2, span.after))

    def _hidden_before(self, span: Span) -> frozenset[Place]:
        """What must stay hidden because of what is hidden in spans inside this one."""
        hidden: set[Place] = set()
        for part in set(self._parts_before(span)):
            below = self._hidden(part)
            if part.single and None not in below:
                below -= self._released(part, span)
            hidden |= below
            hidden |= self._stuck(part, span)
        if hidden and self.tree(span).moved:
            return frozenset(self.tree(span).children.get(None, ())) | hidden
        return frozenset(hidden)

    def _stuck(self, inside: Span, span: Span) -> set[Place]:
        """Units whose total would say what in their rest is whose: nobody in it could have belonged to another part.

        In another city that agrees with all that is shown, one person of the rest belongs to another part: somebody who was
        active at no other time; or one part has somebody less there, and another somebody more, who are active at other times.
        """
        stuck: set[Place] = set()
        for place, rest in self.pattern(inside).rests.items():
            heads, persons = self.count(self.tree(inside).below[place], inside)
            if len(rest) == 1 or place not in self.tree(span).below or not 0 < persons < heads:
                continue
            moves = [self._moves(self._departments(place, frozenset({code}), inside), inside, span) for code in rest]
            for number, (only, less, more, room) in enumerate(moves):
                others = moves[:number] + moves[number + 1 :]
                if not any(
                    (only and other.room) or (other.only and room) or (less and other.more) or (more and other.less)
                    for other in others
                ):
                    stuck.add(place)
        return stuck

    def _moves(self, departments: frozenset[str], inside: Span, span: Span) -> _Moves:
        here = self.ledger.persons(departments, range(*inside))
        elsewhere = self.ledger.persons(departments, range(span.first, inside.first)) | self.ledger.persons(
            departments, range(inside.after, span.after)
        )
        heads, persons = self.count(departments, span)
        return _Moves(bool(here & ~elsewhere), bool(here & elsewhere), bool(elsewhere & ~here), persons < heads)

    def _released(self, month: Span, span: Span) -> frozenset[Place]:
        """Units hidden in a month whose persons may be shown in a longer span all the same."""
        released: set[Place] = set()
        tree = self.tree(month)
        for place, rest in self.pattern(month).rests.items():
            leaves = all(code == place or not tree.children.get(code) for code in rest)
            longer = [part for part in (*self._parts_before(span), span) if _contains(part, month) and not part.single]
            if leaves and all(self._slack(frozenset({code}), month, part) for code in rest for part in longer):
                released |= rest - {place}
        return frozenset(released)

    def _slack(self, departments: frozenset[str], month: Span, span: Span) -> bool:
        """Whether one person more or less in the month changes nothing in the span."""
        here, total = self.count(departments, month).persons, self.count(departments, span).persons
        summed = sum(self.count(departments, part).persons for part in span.months)
        if not (here < total < summed):
            return False
        if month.after == span.after:
            before = self.count(departments, Span(span.first, month.first)).persons
            return total < before + here
        return True

    def _departments(self, place: Place, codes: frozenset[str], span: Span) -> frozenset[str]:
        """The departments of some parts of a unit."""
        below = self.tree(span).below
        return frozenset[str]().union(*({code} if code == place else below[code] for code in codes))

    def _bounds(self, place: Place, codes: frozenset[str], span: Span) -> tuple[int, int]:
        """What shown months, quarters and shorter spans tell about the persons of some parts of a unit together."""
        departments = self._departments(place, codes, span)
        low, high = 0, max(self.count(departments, span))
        if span.single:
            return low, high
        known = {
            inside: self.count(departments, inside).persons
            for inside in set(self._parts_before(span))
            if self._knows(place, codes, inside)
        }
        low = max(known.values(), default=0)
        covers = [span.months, _quarters(span), *([*pair] for pair in _cuts(span))]
        sums = [sum(known[inside] for inside in cover) for cover in covers if all(inside in known for inside in cover)]
        return low, min(high, *sums) if sums else high

    def _knows(self, place: Place, codes: frozenset[str], span: Span) -> bool:
        """Whether the number of some parts of a unit can be read off what is shown of a span."""
        pattern = self.pattern(span)
        if pattern.rests.get(place) == codes:
            return True
        return all((code != place and code in pattern.shown) or self.implied(code, span) for code in codes)

    def implied(self, code: str, span: Span) -> bool:
        """Whether nobody, or everybody, was active in the nearest unit above that is shown, and so in this one."""
        units, shown = self.tree(span).units, self.pattern(span).shown
        if code not in units:
            return False
        place: Place = code
        while place is not None and place not in shown:
            parent = units[place].parent
            place = parent if parent in units else None
        if place not in shown:
            return False
        heads, persons = self.count(self.tree(span).below[place], span)
        return persons == 0 or persons >= heads


def _contains(span: Span, month: Span) -> bool:
    return span.first <= month.first and month.after <= span.after


def _quarters(span: Span) -> list[Span]:
    """The quarters of a span, the first and the last as far as they lie in it."""
    numbers = range(span.first // QUARTER, (span.after - 1) // QUARTER + 1)
    return [Span(max(n * QUARTER, span.first), min((n + 1) * QUARTER, span.after)) for n in numbers]


def _cuts(span: Span) -> Iterator[tuple[Span, Span]]:
    """The two pieces of a span before and after each month's end; only those that are spans of their own are known."""
    for middle in range(span.first + 1, span.after):
        yield Span(span.first, middle), Span(middle, span.after)
