from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from metrics.disclosure import Disclosure, Span
from metrics.ledger import Amounts, PersonYear, ledger
from metrics.periods import Kind, Period, containing, month_of
from metrics.roster import Roster, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

APRIL = date(2026, 4, 1)
YEAR = containing(Kind.YEAR, APRIL)
FIRST, QUARTER, HALF = Span(0, 1), Span(0, 3), Span(0, 6)


def unit(code: str, parent: str | None = None, heads: int = 20, since: date = APRIL) -> Unit:
    return Unit(code, code, parent, heads, since, 0)


def disclosure(units: Sequence[Unit], active: Mapping[str, Sequence[range]], days: int = 0b1) -> Disclosure:
    """``active``: for each department and month the numbers of the persons who used it."""
    people: dict[tuple[str, int], list[int]] = {}
    amounts = {code: [Amounts()] * 12 for code in active}
    for code, months in active.items():
        for month, numbers in enumerate(months):
            amounts[code][month] = Amounts(uses=len(numbers))
            for number in numbers:
                people.setdefault((code, number), [0] * 12)[month] = days
    rows = [PersonYear(code, f"{code}-{number}", found) for (code, number), found in people.items()]

    def period(span: Span) -> Period:
        return Period(Kind.MONTH, month_of(APRIL, span.first), month_of(APRIL, span.after))

    return Disclosure(ledger(YEAR, rows, amounts), Roster(units), period)


SIX = range(6)
THREE_UNITS = [unit("A", heads=20), unit("B", heads=30), unit("C", heads=40)]


def test_the_months_of_a_span() -> None:
    assert QUARTER.months == [Span(0, 1), Span(1, 2), Span(2, 3)]
    assert FIRST.single
    assert not QUARTER.single


def test_a_year_begins_with_the_first_use_that_may_be_shown() -> None:
    made = disclosure(THREE_UNITS, {"A": [range(0), range(2), SIX], "B": [range(0), range(0), SIX], "C": []})
    assert made.begun(Span(0, 1)) is None
    assert made.begun(Span(0, 2)) is None  # a trial by two
    assert made.begun(Span(0, 3)) == Span(2, 3)
    assert made.begun(Span(0, 6)) == Span(2, 6)


def test_amounts_of_a_hidden_month_are_hidden_in_its_quarter() -> None:
    made = disclosure(THREE_UNITS, {"A": [range(2), SIX, SIX], "B": [SIX] * 3, "C": [SIX] * 3})
    assert made.pattern(FIRST).rests == {None: {"A", "B"}}
    assert made.summed(FIRST) == made.summed(QUARTER) == {None, "C"}
    assert made.summed(Span(1, 3)) == {None, "A", "B", "C"}


def test_persons_of_a_quarter_are_shown_where_they_tell_nothing_of_the_month() -> None:
    # Others come later in both units: April's two could be none or six.
    later = [range(2), range(8), range(4, 12)]
    made = disclosure(THREE_UNITS, {"A": later, "B": [SIX, range(9), range(3, 14)], "C": [SIX] * 3})
    assert made.pattern(QUARTER).shown == {None, "A", "B", "C"}


def test_persons_of_a_quarter_are_hidden_where_they_would_tell() -> None:
    # Nobody in A came in May or June: the quarter's three are April's and none else.
    made = disclosure(THREE_UNITS, {"A": [range(2), range(0), range(0)], "B": [SIX] * 3, "C": [SIX] * 3})
    assert "A" not in made.pattern(QUARTER).shown
    told = disclosure(THREE_UNITS, {"A": [range(3), range(0), range(0)], "B": [range(1), SIX, SIX], "C": [SIX] * 3})
    assert told.pattern(FIRST).rests == {None: {"A", "B"}}
    assert "A" not in told.pattern(QUARTER).shown


def test_a_unit_that_has_nearly_everybody_in_the_quarter_is_hidden_there() -> None:
    turns = [range(10), range(5, 15), range(10, 19)]
    made = disclosure(THREE_UNITS, {"A": turns, "B": [SIX, range(3, 9), range(9, 12)], "C": [SIX] * 3})
    assert made.pattern(FIRST).rests == {}
    assert made.pattern(QUARTER).rests == {None: {"A", "B"}}
    assert made.summed(QUARTER) == {None, "A", "B", "C"}  # what the months tell is no secret


def test_a_complement_that_the_months_tell_hides_nobody() -> None:
    # B has the same persons in every month, so its six are known: C has to go with A.
    turns = [range(10), range(5, 15), range(10, 19)]
    made = disclosure(THREE_UNITS, {"A": turns, "B": [SIX, range(0), range(0)], "C": [SIX, range(4, 9), range(9, 12)]})
    assert made.pattern(QUARTER).rests == {None: {"A", "B", "C"}}


def test_after_a_move_in_the_middle_only_the_whole_is_shown() -> None:
    units = [unit("P", heads=0), unit("Q", heads=0), unit("A", "P"), unit("B", "P", 30), unit("C", "Q", 40)]
    units += [unit("D", "Q", 50), unit("A", "Q", since=date(2026, 5, 1))]
    active = {"A": [range(2), SIX, SIX], "B": [SIX] * 3, "C": [SIX] * 3, "D": [SIX] * 3}
    made = disclosure(units, active)
    assert made.pattern(FIRST).rests == {"P": {"A", "B"}}
    assert made.summed(QUARTER) == {None}
    told = disclosure(units, {**active, "A": [range(3), range(0), range(0)], "B": [range(1), SIX, SIX]})
    assert told.pattern(FIRST).rests == {"P": {"A", "B"}}
    assert told.pattern(QUARTER).shown <= {None}
    quiet = disclosure(units, {**active, "A": [SIX] * 3})
    assert quiet.summed(QUARTER) == {None, "P", "Q", "A", "B", "C", "D"}


def test_who_came_to_stay_is_shown_where_it_is_a_crowd() -> None:
    active = {"A": [SIX], "B": [range(12)], "C": [range(20)]}
    everybody = disclosure(THREE_UNITS, active, days=0b1111)
    assert everybody.stayed(FIRST).shown == {None, "A", "B", "C"}
    nobody = disclosure(THREE_UNITS, active)
    assert nobody.stayed(FIRST).shown == {None, "A", "B", "C"}


def test_two_who_came_to_stay_are_hidden_and_a_complement_with_them() -> None:
    made = disclosure(THREE_UNITS, {"A": [SIX], "B": [range(12)], "C": [range(20)]}, days=0b1111)
    # of A's six only two stayed
    people = [PersonYear(code, f"{code}-{n}", [0b1 if code == "A" and n > 1 else 0b1111, *[0] * 11])
              for code, count in (("A", 6), ("B", 12), ("C", 20)) for n in range(count)]  # fmt: skip
    made = Disclosure(ledger(YEAR, people, {}), made.roster, made.period)
    assert made.pattern(FIRST).shown == {None, "A", "B", "C"}
    assert made.stayed(FIRST).shown == {None, "C"}


def test_that_nobody_was_active_above_is_known_below() -> None:
    made = disclosure([unit("P", heads=5), unit("A", "P"), unit("B")], {"P": [], "A": [range(0)], "B": [SIX]})
    assert made.implied("P", FIRST)
    assert made.implied("A", FIRST)
    assert not made.implied("B", FIRST)
    assert not made.implied("nowhere", FIRST)
