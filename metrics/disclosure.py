"""What may be shown over a fiscal year, so that nothing about one or two persons follows from what is shown.

**Within a period** (``metrics.families``). A unit is shown by itself only if its head count reaches the smallest size and
neither one nor two of its persons were active, or inactive. Below each unit that is shown, all that may not be shown by
itself, and those who belong to the unit directly, stand together in its *rest*. Since the rest follows from the total and
the others, it has to satisfy the rule itself and to leave each of its parts open; otherwise more units go into it, the
smallest first. What stands below a unit that is not shown is not shown either. Where even all parts together are not
enough, the unit above them is not shown. So every number that can be computed within a period may be shown.

**Over time.** Months are the finest periods for which units are shown; a quarter is shown when it is over, and a year grows
by whole quarters, so what is hidden once never follows from what is shown later.

* *Amounts* of a unit are shown for a quarter or year only if the unit stood for itself in each of its months. Then for every
  hidden use there is another city, in which it belongs to another unit of the same rest in the same month, and which agrees with
  every amount ever shown.
* *Persons* of a quarter or year are no sums of those of its months. A unit that was hidden in one of these is shown in the longer
  period only if its number in the month, and those of all that stood in its rest, stay open: no more than in the longer period,
  no fewer than are missing in the other months, together as many as the rest has. Likewise a longer rest has to leave its
  parts open although the shown months bound them. All this is interval arithmetic, over units and time. In the end it is run
  over everything together (``metrics.inference``); where a hidden number follows, the longer period shows the whole alone.

A fiscal year begins with the first month that has a use and may be shown: neither what was before the introduction nor a
trial by two persons is part of it. Where units were moved in the middle of a period and something was hidden in it, amounts
are shown of the whole only, and so are persons if a hidden number would follow.

The method is the cell suppression of the statistical offices (Hundepool et al., *Statistical Disclosure Control*, 2012,
chapter 4), with a merged remainder instead of gaps. Two kinds of numbers are not hidden by it, since hiding them would be
pretence: that nobody (or everybody) in a part was active when that is shown of the unit above it, and what follows from the
shown months of the same unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from metrics import inference
from metrics.families import SMALLEST_UNIT, Count, Families, Pattern, is_open, pieces_of

if TYPE_CHECKING:
    from collections.abc import Callable

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


@dataclass(slots=True)
class Disclosure:
    """Decides for one fiscal year. ``period`` gives the days of a span, for head counts and the tree."""

    ledger: Ledger
    roster: Roster
    period: Callable[[Span], Period]
    smallest: int = SMALLEST_UNIT
    _trees: dict[Span, Tree] = field(default_factory=dict)
    _patterns: dict[Span, Pattern] = field(default_factory=dict)
    _staying: dict[Span, Pattern] = field(default_factory=dict)
    _sums: dict[Span, frozenset[Place]] = field(default_factory=dict)
    _within: dict[Span, frozenset[Span]] = field(default_factory=dict)
    _unseen: dict[Span, frozenset[Place]] = field(default_factory=dict)
    _quarterly: dict[tuple[frozenset[str], Span], int] = field(default_factory=dict)
    _told: dict[tuple[frozenset[str], Span, Span], tuple[int, int]] = field(default_factory=dict)
    _known: dict[tuple[Place, frozenset[str], Span], tuple[int, int]] = field(default_factory=dict)
    _together: dict[tuple[Place, Span], frozenset[frozenset[str]]] = field(default_factory=dict)
    _of_parts: dict[tuple[Place, frozenset[str], Span], frozenset[str]] = field(default_factory=dict)
    _counts: dict[tuple[frozenset[str], Span], Count] = field(default_factory=dict)
    _persons: dict[tuple[frozenset[str], Span], int] = field(default_factory=dict)

    def tree(self, span: Span) -> Tree:
        """The units of a span."""
        if span not in self._trees:
            self._trees[span] = self.roster.tree(self.period(span))
        return self._trees[span]

    def count(self, departments: frozenset[str], span: Span) -> Count:
        """Head count and active persons of departments taken together."""
        key = (departments, span)
        if (found := self._counts.get(key)) is None:
            heads = self.roster.head_count(departments, self.period(span))
            found = self._counts[key] = Count(heads, self.persons(departments, span))
        return found

    def persons(self, departments: frozenset[str], span: Span) -> int:
        """Active persons of departments taken together."""
        key = (departments, span)
        if (found := self._persons.get(key)) is None:
            found = self._persons[key] = self.ledger.persons(departments, range(*span)).bit_count()
        return found

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
                lambda place: self._groups(place, span),
                self.smallest,
            )
            self._patterns[span] = families.pattern()
            self._narrow(span)
        return self._patterns[span]

    def _narrow(self, span: Span) -> None:
        """Show of a longer span only the whole, or nothing, where by it hidden numbers would follow from all spans together.

        ``Families`` sees one unit's parts and what other spans tell of each; chains over several units and spans are rare.
        """
        if span.single or not self._patterns[span].shown:
            return
        before = sorted(self._inside(span))
        spans = sorted([*before, span])
        if not (found := inference.follows(self, spans)) or found <= (known := inference.follows(self, before)):
            return
        parts = frozenset(code for code in self.tree(span).children.get(None, ()) if self._below(code, span))
        self._patterns[span] = Pattern(frozenset({None}), {None: parts}) if len(parts) > 1 else Pattern()
        if not inference.follows(self, spans) <= known:
            self._patterns[span] = Pattern()

    def stayed(self, month: Span) -> Pattern:
        """Who is shown in a month by persons who came to stay: some of those shown by active persons."""
        if month not in self._staying:
            self._staying[month] = self._decide_stayed(month)
        return self._staying[month]

    def _decide_stayed(self, month: Span) -> Pattern:
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
        if span not in self._sums:
            self._sums[span] = self._decide_summed(span)
        return self._sums[span]

    def _decide_summed(self, span: Span) -> frozenset[Place]:
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
        if span not in self._unseen:
            shown = self.pattern(span).shown
            self._unseen[span] = frozenset(place for place in (None, *self.tree(span).units) if place not in shown)
        return self._unseen[span]

    def _below(self, place: Place, span: Span) -> frozenset[str]:
        return self.tree(span).below.get(place, frozenset())

    def _inside(self, span: Span) -> frozenset[Span]:
        """The shorter spans within this one for which something is shown: months, quarters, a shorter year."""
        if span not in self._within:
            quarters, shorter = _quarters(span), (Span(span.first, after) for after in _ends(span))
            self._within[span] = frozenset((*span.months, *quarters, *shorter)) - {span}
        return self._within[span]

    def _hidden_before(self, span: Span) -> frozenset[Place]:
        """What must stay hidden because of what is hidden in spans inside this one."""
        hidden = frozenset[str | None]().union(*(self._kept(inside, span) for inside in self._inside(span)))
        if hidden and self.tree(span).moved:
            hidden |= frozenset(self.tree(span).children.get(None, ()))
        return hidden

    def _kept(self, inside: Span, span: Span) -> frozenset[Place]:
        """What is hidden in a shorter span and would follow, if the longer one were shown."""
        units = self.tree(inside).units
        kept: set[Place] = set()
        for place in self._hidden(inside):
            if place is None or not self.implied(place, inside):
                low, high = self._seen(self._below(place, inside), inside, span)
                kept |= {place} if low >= high else set()
        for place, rest in self.pattern(inside).rests.items():
            heads, persons = self.count(self._below(place, inside), inside)
            if len(rest) > 1 and 0 < persons < heads and not self._stays_open(place, inside, span):
                kept |= rest & units.keys() - {place}
        return frozenset(kept)

    def _stays_open(self, place: Place, inside: Span, span: Span) -> bool:
        """Whether the rest of a shorter span leaves its parts open, if the longer span were shown as well."""
        rest = self.pattern(inside).rests[place]
        total = self.persons(self._departments(place, rest, inside), inside)

        def bounds(codes: frozenset[str]) -> tuple[int, int]:
            low, high = self._bounds(place, codes, inside)
            least, most = self._seen(self._departments(place, codes, inside), inside, span)
            return max(low, least), min(high, most)

        return all(
            is_open([bounds(piece) for piece in pieces], total) for pieces in pieces_of(rest, self._groups(place, span))
        )

    def _groups(self, place: Place, span: Span) -> frozenset[frozenset[str]]:
        """The rests of a unit in shorter spans: their sums are known."""
        key = (place, span)
        if (found := self._together.get(key)) is None:
            rests = (self.pattern(inside).rests.get(place, frozenset()) for inside in self._inside(span))
            found = self._together[key] = frozenset(rests)
        return found

    def _seen(self, departments: frozenset[str], inside: Span, span: Span) -> tuple[int, int]:
        """What longer spans would tell about persons in a shorter one: no more than in all, no fewer than are missing."""
        low, high = 0, max(self.count(departments, inside))
        for longer in (span, *self._inside(span)):
            if longer != inside and longer.first <= inside.first and inside.after <= longer.after:
                key = (departments, inside, longer)
                if (told := self._told.get(key)) is None:
                    total = self.persons(departments, longer)
                    told = self._told[key] = (total - self._beside(departments, inside, longer), total)
                low, high = max(low, told[0]), min(high, told[1])
        return low, high

    def _beside(self, departments: frozenset[str], inside: Span, span: Span) -> int:
        """The most persons that there can be in the rest of a span, by what months and quarters tell."""
        most = 0
        for quarter in _quarters(span):
            beside = [month for month in range(*quarter) if not inside.first <= month < inside.after]
            if len(beside) == quarter.after - quarter.first:
                most += self._in_quarter(departments, quarter)
            else:
                most += sum(self.persons(departments, Span(month, month + 1)) for month in beside)
        return most

    def _in_quarter(self, departments: frozenset[str], quarter: Span) -> int:
        """The most persons that there can be in a quarter, by its months and by itself."""
        key = (departments, quarter)
        if (found := self._quarterly.get(key)) is None:
            monthly = sum(self.persons(departments, month) for month in quarter.months)
            found = self._quarterly[key] = min(monthly, self.persons(departments, quarter))
        return found

    def _departments(self, place: Place, codes: frozenset[str], span: Span) -> frozenset[str]:
        """The departments of some parts of a unit."""
        key = (place, codes, span)
        if (found := self._of_parts.get(key)) is None:
            below = self.tree(span).below
            found = frozenset[str]().union(*({code} if code == place else below[code] for code in codes))
            self._of_parts[key] = found
        return found

    def _bounds(self, place: Place, codes: frozenset[str], span: Span) -> tuple[int, int]:
        """What shown months, quarters and shorter spans tell about the persons of some parts of a unit together."""
        key = (place, codes, span)
        if (found := self._known.get(key)) is None:
            low, high = self._read_off(place, codes, span)
            if not span.single and (pieces := self._pieces(place, codes, span)):
                bounds = [self._bounds(*piece, span) for piece in pieces]
                low, high = max(low, sum(least for least, _ in bounds)), min(high, sum(most for _, most in bounds))
            found = self._known[key] = (low, high)
        return found

    def _pieces(self, place: Place, codes: frozenset[str], span: Span) -> list[tuple[Place, frozenset[str]]]:
        """What some parts of a unit consist of: each of them, or for a single one the parts below it."""
        if len(codes) > 1:
            return [(place, frozenset({code})) for code in codes]
        (code,) = codes
        children = () if code == place else self.tree(span).children.get(code, ())
        return [(code, frozenset({part})) for part in (*children, code)] if children else []

    def _read_off(self, place: Place, codes: frozenset[str], span: Span) -> tuple[int, int]:
        departments = self._departments(place, codes, span)
        low, high = 0, max(self.count(departments, span))
        known = {
            inside: self.persons(departments, inside)
            for inside in self._inside(span)
            if self._knows(place, codes, inside)
        }
        covers = [
            span.months,
            _quarters(span),
            *([Span(span.first, end), Span(end, span.after)] for end in _ends(span)),
        ]
        sums = [sum(known[inside] for inside in cover) for cover in covers if all(inside in known for inside in cover)]
        return max(low, *known.values()) if known else low, min(high, *sums) if sums else high

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


def _quarters(span: Span) -> list[Span]:
    """The quarters of a span, the first and the last as far as they lie in it."""
    numbers = range(span.first // QUARTER, (span.after - 1) // QUARTER + 1)
    return [Span(max(n * QUARTER, span.first), min((n + 1) * QUARTER, span.after)) for n in numbers]


def _ends(span: Span) -> range:
    """Where a year under way has been shown: at the ends of its quarters."""
    return range(span.first // QUARTER * QUARTER + QUARTER, span.after, QUARTER)
