from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from metrics import inference
from metrics.disclosure import Span
from metrics.families import Count, Pattern
from metrics.periods import Kind, containing
from metrics.roster import Roster, Tree, Unit

MONTHS = Span(0, 3).months
QUARTER = Span(0, 3)


@dataclass
class Shown:
    """Sections of 20 heads each in one city: their persons in each span, and who is shown."""

    persons: dict[Span, dict[str, int]]
    patterns: dict[Span, Pattern]
    twice: int = 0
    """Persons of the whole who count in two sections."""

    def tree(self, span: Span) -> Tree:
        units = [Unit(code, code, None, 20, date(2026, 4, 1), n) for n, code in enumerate(self.persons[span])]
        return Roster(units).tree(containing(Kind.YEAR, date(2026, 4, 1)))

    def count(self, departments: frozenset[str], span: Span) -> Count:
        twice = self.twice if len(departments) == len(self.persons[span]) else 0
        return Count(20 * len(departments), sum(self.persons[span][code] for code in departments) - twice)

    def pattern(self, span: Span) -> Pattern:
        return self.patterns[span]


def visible(*codes: str) -> Pattern:
    return Pattern(frozenset({None, *codes}), {})


def test_one_gap_follows_from_the_total() -> None:
    month = {MONTHS[0]: {"A": 5, "B": 2, "C": 7}}
    assert inference.follows(Shown(month, {MONTHS[0]: visible("A", "C")}), MONTHS[:1])


def test_two_gaps_leave_each_other_open() -> None:
    month = {MONTHS[0]: {"A": 5, "B": 2, "C": 7}}
    assert not inference.follows(Shown(month, {MONTHS[0]: visible("C")}), MONTHS[:1])
    assert not inference.follows(Shown(month, {MONTHS[0]: Pattern()}), MONTHS[:1])


def test_two_gaps_that_are_a_shown_rest_leave_each_other_open() -> None:
    month = {MONTHS[0]: {"A": 5, "B": 2, "C": 7}}
    pattern = Pattern(frozenset({None, "C"}), {None: frozenset({"A", "B"})})
    assert not inference.follows(Shown(month, {MONTHS[0]: pattern}), MONTHS[:1])


def test_a_rest_in_which_nobody_was_active_is_clear() -> None:
    month = {MONTHS[0]: {"A": 0, "B": 0, "C": 7}}
    assert not inference.follows(Shown(month, {MONTHS[0]: visible("C")}), MONTHS[:1])


def test_what_the_months_tell_of_one_unit_tells_the_quarter_of_another() -> None:
    # A came in one month alone, so its quarter is known from its own figures, which is no secret; then B's is what is left.
    persons = {month: {"A": 5 if month == MONTHS[0] else 0, "B": 4, "C": 7} for month in MONTHS}
    patterns = dict.fromkeys(MONTHS, visible("A", "B", "C"))
    quarter = {QUARTER: {"A": 5, "B": 6, "C": 9}}
    city = Shown(persons | quarter, patterns | {QUARTER: visible("C")})
    assert inference.follows(city, [*MONTHS, QUARTER])
    # A's figures by themselves are not enough to find a secret.
    city.patterns[QUARTER] = visible("B", "C")
    assert not inference.follows(city, [*MONTHS, QUARTER])


def test_somebody_who_counts_in_two_units_makes_sums_a_bound() -> None:
    # A has 5 and the others 9, yet they are 13 persons.
    pattern = Pattern(frozenset({None, "A"}), {None: frozenset({"B", "C"})})
    city = Shown({MONTHS[0]: {"A": 5, "B": 2, "C": 7}}, {MONTHS[0]: pattern}, twice=1)
    assert not inference.follows(city, MONTHS[:1])


def test_figures_that_contradict_each_other_end() -> None:
    # As many times as somebody moved: bounds must not chase each other for ever.
    persons = {month: {"A": 15, "B": 2, "C": 7} for month in MONTHS} | {QUARTER: {"A": 3, "B": 1, "C": 2}}
    city = Shown(persons, dict.fromkeys([*MONTHS, QUARTER], visible("A", "C")), twice=9)
    assert inference.follows(city, [*MONTHS, QUARTER]) == frozenset()


def test_a_quarter_that_shows_the_whole_alone_leaves_the_rest_open() -> None:
    persons = {month: {"A": 5, "B": 4, "C": 7} for month in MONTHS}
    city = Shown(
        persons | {QUARTER: {"A": 6, "B": 7, "C": 9}},
        dict.fromkeys(MONTHS, visible("A", "B", "C")) | {QUARTER: visible()},
    )
    assert not inference.follows(city, [*MONTHS, QUARTER])
