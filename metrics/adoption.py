"""From counts to what may be shown: boards and grids. Pure; the figures are defined in ``metrics.board``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metrics.board import Board, Grid, GridRow, Hidden, Row, Shares, Shown
from metrics.disclosure import QUARTER, Disclosure, Span
from metrics.families import FEW, SMALLEST_UNIT
from metrics.periods import Kind, Period, containing, month_of, months_between
from metrics.purposes import Dimension
from metrics.shares import divided

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from metrics.families import Place
    from metrics.ledger import Ledger
    from metrics.roster import Roster, Tree

HELP_BELOW = 2 / 3
"""A unit whose rate is below this part of the overall rate is offered help first."""

YEAR = 12


@dataclass(frozen=True, slots=True)
class Terms:
    """What the municipality decides: the smallest unit shown, and the minutes per use that its survey found (None: none)."""

    smallest_unit: int = SMALLEST_UNIT
    minutes_per_use: float | None = None


@dataclass(frozen=True, slots=True)
class City:
    """All that the figures come from. ``ledgers`` are by the year in which their April lies.

    ``finished`` is the first day of the first month that is not finished.
    """

    roster: Roster
    ledgers: Mapping[int, Ledger]
    finished: date
    terms: Terms = Terms()
    invented: bool = False
    pending: bool = False
    _decided: dict[int, Disclosure] = field(default_factory=dict, repr=False, compare=False)

    def disclosure(self, year: int) -> Disclosure:
        """What may be shown of a fiscal year."""
        if year not in self._decided:
            first = self.ledgers[year].year.first

            def period(span: Span) -> Period:
                return Period(Kind.MONTH, month_of(first, span.first), month_of(first, span.after))

            self._decided[year] = Disclosure(self.ledgers[year], self.roster, period, self.terms.smallest_unit)
        return self._decided[year]

    def span(self, period: Period) -> Span | None:
        """The months of which figures are shown, from the year's first use on that may be shown; None if there are none.

        A month or a quarter when it is finished, a year by its finished quarters.
        """
        year = containing(Kind.YEAR, period.first)
        first, after = (months_between(year.first, day) for day in (period.first, min(period.after, self.finished)))
        if period.kind in {Kind.QUARTER, Kind.YEAR}:  # they grow by whole quarters
            after -= (after - first) % QUARTER
        if period.kind in {Kind.DAY, Kind.WEEK} or after <= first:
            return None
        return self.disclosure(year.first.year).begun(Span(first, after)) or Span(first, after)


def board(city: City, period: Period, before: Period | None = None) -> Board:
    """The board of a finished month or quarter, or of a year with a finished quarter (``City.span``); else see ``glance``.

    ``before`` is the period to compare with, without it the one before; of a year under way as many months of it.
    """
    now = _View.of(city, period)
    earlier = _View.before(city, before or period.previous(), now.elapsed(period))
    overall = now.shown(None)
    rows = tuple(_rows(now, earlier, overall.rate))
    disclosure, whole = now.disclosure, now.disclosure.tree(now.span).below.get(None, frozenset())
    sums = disclosure.ledger.amount(whole, range(*now.span))
    open_sums = overall.uses is not None
    judged = sums.answered_or_blocked if open_sums else 0
    return Board(
        period=period,
        covered=Period(period.kind, *now.days),
        complete=period.after <= city.finished,
        overall=Row("", "全体", None, 0, overall, earlier.shown(None) if earlier else None),
        rows=rows,
        shares=_shares(disclosure, now.span) if open_sums else Shares(),
        findings_per_100=100 * sums.findings / judged if judged else None,
        blocks_per_100=100 * sums.blocks / judged if judged else None,
        elsewhere=_elsewhere(disclosure, now.span),
        pending=city.pending,
        invented=city.invented,
    )


def glance(city: City, period: Period, persons: tuple[int, int]) -> Board:
    """The board of a day, a week, or a period that is not finished: the whole municipality's persons only.

    ``persons`` are those active in the period and in the one before.
    """
    now, before = (
        _figure(city.roster.head_count(city.roster.tree(of).below.get(None, ()), of), active, city.terms)
        for of, active in zip((period, period.previous()), persons, strict=True)
    )
    return Board(
        period=period,
        covered=period,
        complete=period.after <= city.finished,
        overall=Row("", "全体", None, 0, now, before),
        rows=(),
        pending=city.pending,
        invented=city.invented,
    )


def grid(city: City, periods: Sequence[Period]) -> Grid:
    """Units by finished periods; the units and their order are those of the last period."""
    views = [_View.of(city, period) for period in periods]
    tree = views[-1].tree

    def row(place: Place, name: str, depth: int) -> GridRow:
        return GridRow(
            place or "", name, depth, tuple(view.shown(place) if view.has(place) else None for view in views)
        )

    rows = tuple(row(unit.code, unit.name, depth) for unit, depth in tree.order if views[-1].listed(unit.code))
    shares = tuple(
        _shares(view.disclosure, view.span) if view.shown(None).uses is not None else Shares() for view in views
    )
    return Grid(tuple(periods), row(None, "全体", 0), rows, shares, city.invented)


@dataclass(frozen=True, slots=True)
class _View:
    """One fiscal year's decisions, looked at for one span of months."""

    city: City
    disclosure: Disclosure
    span: Span

    @classmethod
    def of(cls, city: City, period: Period, elapsed: int = YEAR) -> _View:
        """The view of a period; ``elapsed`` months of it at most, counted from its beginning."""
        year = containing(Kind.YEAR, period.first).first.year
        first = months_between(city.ledgers[year].year.first, period.first)
        span = city.span(period) or Span(first, first + 1)
        limited = Span(span.first, max(min(span.after, first + elapsed), span.first + 1))
        return cls(city, city.disclosure(year), limited)

    @classmethod
    def before(cls, city: City, period: Period, elapsed: int) -> _View | None:
        """The view to compare with. Without a use there was no gateway yet, and nothing to compare with."""
        year = containing(Kind.YEAR, period.first).first
        if year.year not in city.ledgers:
            return None
        view = cls.of(city, period, elapsed)
        if view.span.first >= months_between(year, period.first) + elapsed:
            return None
        persons = view.disclosure.count(view.tree.below.get(None, frozenset()), view.span).persons
        return view if persons else None

    @property
    def tree(self) -> Tree:
        return self.disclosure.tree(self.span)

    @property
    def days(self) -> tuple[date, date]:
        period = self.disclosure.period(self.span)
        return period.first, period.after

    def elapsed(self, period: Period) -> int:
        """How many months of a period have passed at the end of this view."""
        return months_between(period.first, self.days[1])

    def has(self, place: Place) -> bool:
        return place is None or (place in self.tree.below and self._heads(self.tree.below[place]) > 0)

    def listed(self, code: str) -> bool:
        """Whether a unit has persons, or was used: abolished ones vanish."""
        below = self.tree.below[code]
        return self._heads(below) > 0 or self.disclosure.ledger.amount(below, range(*self.span)).uses > 0

    def shown(self, place: Place) -> Shown:
        """What may be shown of a unit, or of the whole."""
        departments = self.tree.below.get(place, frozenset())
        heads = self._heads(departments)
        summed = place in self.disclosure.summed(self.span)
        if place in self.disclosure.pattern(self.span).shown:
            return self._figures(departments, summed=summed, retention=self._retention(place))
        if place is None:
            return Shown(heads, hidden=Hidden.OVERALL)
        hidden = Hidden.SMALL if heads < self.city.terms.smallest_unit else Hidden.PROTECTED
        known = self._figures(departments, summed=summed, retention=None)
        return Shown(
            heads,
            None,
            None,
            None,
            known.uses,
            known.robot_uses,
            known.tokens,
            known.cost_yen,
            known.hours_saved,
            hidden,
        )

    def rest(self, place: Place) -> Shown | None:
        """The rest below a shown unit; None where nothing is in it, or nothing beside it."""
        rest = self.disclosure.pattern(self.span).rests.get(place, frozenset())
        children = [code for code in self.tree.children.get(place, ()) if self.listed(code)]
        if not rest or not any(code not in rest for code in children):
            return None
        hidden = {code for code in children if code not in self.disclosure.summed(self.span)}
        departments = frozenset[str]().union(
            *(frozenset({code}) if code == place else self.tree.below[code] for code in rest)
        )
        return self._figures(departments, summed=hidden == rest - {place}, retention=None)

    def _heads(self, departments: frozenset[str]) -> int:
        return self.disclosure.count(departments, self.span).heads

    def _figures(self, departments: frozenset[str], *, summed: bool, retention: float | None) -> Shown:
        count = self.disclosure.count(departments, self.span)
        rate = count.persons / count.heads if count.heads else None
        if not summed:
            return Shown(count.heads, count.persons, rate, retention)
        sums, minutes = self.disclosure.ledger.amount(departments, range(*self.span)), self.city.terms.minutes_per_use
        saved = None if minutes is None else sums.uses * minutes / 60
        return Shown(
            count.heads, count.persons, rate, retention, sums.uses, sums.robot_uses, sums.tokens, sums.cost_yen, saved
        )

    def _retention(self, place: Place) -> float | None:
        stayed = heads = 0
        for month in self.span.months:
            if place not in self.disclosure.stayed(month).shown:
                return None
            departments = self.disclosure.tree(month).below.get(place, frozenset())
            stayed += self.disclosure.ledger.stayed(departments, month.first).bit_count()
            heads += self.disclosure.count(departments, month).heads
        return stayed / heads if heads else None


def _rows(now: _View, before: _View | None, overall: float | None) -> Iterator[Row]:
    """The units in the order of the organisation, each family's rest behind it."""
    tree = now.tree
    rests: list[tuple[int, Row]] = []

    def close(depth: int) -> Iterator[Row]:
        while rests and rests[-1][0] > depth:
            yield rests.pop()[1]

    def open_rest(place: Place, name: str, depth: int) -> None:
        if (shown := now.rest(place)) is not None:
            rests.append((depth, Row(f"{place or ''}/", name, place, depth, shown, None, rest=True)))

    open_rest(None, "その他の部署", 0)
    for unit, depth in tree.order:
        if not now.listed(unit.code):
            continue
        yield from close(depth)
        shown = now.shown(unit.code)
        low = shown.rate is not None and overall is not None and shown.rate < overall * HELP_BELOW
        parent = unit.parent if unit.parent in tree.units else None
        earlier = before.shown(unit.code) if before and before.has(unit.code) else None
        yield Row(unit.code, unit.name, parent, depth, shown, earlier, low)
        open_rest(unit.code, f"{unit.name}のその他", depth + 1)
    yield from close(-1)


def _figure(heads: int, persons: int, terms: Terms) -> Shown:
    if heads < terms.smallest_unit or persons in FEW or heads - persons in FEW:
        return Shown(heads, hidden=Hidden.OVERALL)
    return Shown(heads, persons, persons / heads)


def _shares(disclosure: Disclosure, span: Span) -> Shares:
    labels = disclosure.ledger.labels
    return Shares(*(divided(labels.get(dimension, {}), span) for dimension in Dimension))


def _elsewhere(disclosure: Disclosure, span: Span) -> int | None:
    """Uses by people of departments outside the roster; None where they are of few persons in one of the months."""
    outside = (disclosure.ledger.active.keys() | disclosure.ledger.amounts.keys()) - disclosure.tree(span).units.keys()
    for month in span.months:
        if disclosure.ledger.persons(outside, range(*month)).bit_count() in FEW:
            return None
    return disclosure.ledger.amount(outside, range(*span)).uses
