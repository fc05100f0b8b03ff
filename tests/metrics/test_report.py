from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.report import FEW, SMALLEST_UNIT, Use, Withheld, figure, figures, report
from metrics.roster import Unit, in_force, ordered

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
DAYS = (date(2026, 11, 30), date(2026, 10, 31))


def unit(code: str, parent: str | None = None, heads: int = 20, position: int = 0, since: date = APRIL) -> Unit:
    return Unit(code, f"{code}課", parent, heads, since, position)


CITY = [unit("A", None, 0, 0), unit("A1", "A", 20, 1), unit("A2", "A", 30, 2), unit("B", None, 10, 3)]


def persons(department: str, count: int, each: int = 1, start: int = 0) -> list[Use]:
    return [Use(department, f"{department}-{number}", each) for number in range(start, start + count)]


def test_a_rate_is_persons_by_heads() -> None:
    shown = figures(in_force(CITY, DAYS[0]), persons("A1", 5, each=3))["A1"]
    assert (shown.active, shown.head_count, shown.rate, shown.uses) == (5, 20, 0.25, 15)


def test_a_division_is_the_sum_of_its_sections() -> None:
    shown = figures(in_force(CITY, DAYS[0]), persons("A1", 5) + persons("A2", 10, each=2))
    assert (shown["A"].active, shown["A"].head_count, shown["A"].uses) == (15, 50, 25)
    assert (shown[None].active, shown[None].head_count) == (15, 60)


def test_someone_in_two_sections_is_one_person_of_the_division() -> None:
    uses = [Use(place, f"p{n}", 1) for place in ("A1", "A2") for n in range(6)]
    shown = figures(in_force(CITY, DAYS[0]), uses)
    assert (shown["A1"].active, shown["A2"].active, shown["A"].active, shown[None].active) == (6, 6, 6, 6)
    assert shown["A"].uses == 12


def test_robots_count_as_uses_and_as_nobody() -> None:
    shown = figures(in_force(CITY, DAYS[0]), [*persons("A1", 5), Use("A1", None, 100)])["A1"]
    assert (shown.active, shown.uses) == (5, 105)


def test_staff_of_the_division_itself_belong_to_it() -> None:
    units = in_force([unit("A", None, 3), unit("A1", "A", 20)], DAYS[0])
    shown = figures(units, persons("A", 3) + persons("A1", 7))
    assert (shown["A"].active, shown["A"].head_count) == (10, 23)


@pytest.mark.parametrize(
    ("heads", "active", "reason"),
    [
        (0, 0, Withheld.SMALL_UNIT),
        (9, 5, Withheld.SMALL_UNIT),
        (10, 5, None),
        (20, 0, None),
        (20, 1, Withheld.FEW_PERSONS),
        (20, 2, Withheld.FEW_PERSONS),
        (20, 3, None),
        (20, 17, None),
        (20, 18, Withheld.FEW_PERSONS),
        (20, 19, Withheld.FEW_PERSONS),
        (20, 20, None),
        (20, 21, None),
    ],
)
def test_small_numbers_are_withheld(heads: int, active: int, reason: Withheld | None) -> None:
    shown = figure(heads, active, 40)
    assert shown.withheld is reason
    assert (shown.rate is None, shown.active is None, shown.uses is None) == (bool(reason),) * 3


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 999))
def test_what_is_shown_never_speaks_of_one_or_two(heads: int, active: int, uses: int) -> None:
    shown = figure(heads, active, uses)
    if shown.withheld is None:
        assert heads >= SMALLEST_UNIT
        assert active not in FEW
        assert heads - active not in FEW
        assert shown.rate == active / heads


def test_the_reason_does_not_tell_which_number_is_small() -> None:
    assert figure(20, 1, 5) == figure(20, 19, 5)


def test_the_row_in_force_is_the_latest_on_or_before_the_day() -> None:
    rows = [unit("A", heads=30, since=MAY), unit("A", heads=20)]
    assert in_force(rows, date(2026, 3, 31)) == {}
    assert in_force(rows, date(2026, 4, 30))["A"].head_count == 20
    assert in_force(rows, MAY)["A"].head_count == 30


def test_units_stand_behind_the_one_above_in_the_order_of_the_roster() -> None:
    rows = [
        unit("B", None, position=1),
        unit("A2", "A", position=5),
        unit("A1", "A", position=4),
        unit("A", position=2),
    ]
    rows.append(unit("A1x", "A1", position=0))
    assert [(u.code, depth) for u, depth in ordered(in_force(rows, APRIL))] == [
        ("B", 0), ("A", 0), ("A1", 1), ("A1x", 2), ("A2", 1),
    ]  # fmt: skip


def test_a_unit_without_its_parent_stands_at_the_top() -> None:
    assert [(u.code, d) for u, d in ordered(in_force([unit("A1", "gone")], APRIL))] == [("A1", 0)]


def test_a_circle_does_not_hang() -> None:
    rows = in_force([unit("A", "B"), unit("B", "A"), unit("C")], APRIL)
    assert [u.code for u, _ in ordered(rows)] == ["C"]
    assert figures(rows, persons("A", 5))[None].active == 0


def test_a_report_compares_with_the_period_before() -> None:
    made = report(CITY, DAYS, persons("A1", 10), persons("A1", 5))
    line = next(line for line in made.lines if line.code == "A1")
    assert line.now.rate == 0.5
    assert line.before is not None
    assert line.change == pytest.approx(0.25)
    assert [line.code for line in made.lines] == ["A", "A1", "A2", "B"]


def test_the_period_before_has_its_own_heads_and_its_own_secrets() -> None:
    rows = [unit("A", heads=20), unit("A", heads=40, since=date(2026, 11, 1)), unit("N", since=date(2026, 11, 1))]
    made = report(rows, DAYS, persons("A", 10), persons("A", 1))
    old, new = made.lines
    assert (old.now.rate, old.before, old.change) == (0.25, figure(20, 1, 1), None)
    assert (new.now.rate, new.before, new.change) == (0.0, None, None)


def test_help_is_offered_well_below_the_overall_rate() -> None:
    made = report([unit("A", heads=30), unit("B", heads=30), unit("C", heads=9)], DAYS, persons("A", 20), [])
    assert [line.offer_help for line in made.lines] == [False, True, False]
    assert not made.overall.offer_help


def test_abolished_units_vanish_and_uses_elsewhere_are_told() -> None:
    rows = [unit("A"), unit("Z", heads=0), unit("Y", heads=0)]
    made = report(rows, DAYS, [*persons("A", 5), Use("Y", None, 4), Use("nowhere", "p", 7)], [])
    assert [line.code for line in made.lines] == ["A", "Y"]
    assert made.elsewhere == 7
    assert made.overall.now.uses == 9


def test_an_empty_roster_gives_an_empty_report() -> None:
    made = report([], DAYS, persons("A", 5), [])
    assert (made.lines, made.elsewhere, made.overall.now.withheld) == ((), 5, Withheld.SMALL_UNIT)


@given(st.lists(st.tuples(st.sampled_from(["A", "A1", "A2", "B", "X"]), st.integers(0, 30), st.integers(1, 9))))
def test_overall_uses_and_elsewhere_account_for_every_use(found: list[tuple[str, int, int]]) -> None:
    uses = [Use(place, f"p{number}", count) for place, number, count in found]
    made = report(CITY, DAYS, uses, [])
    if made.overall.now.uses is not None:
        assert made.overall.now.uses + made.elsewhere == sum(use.count for use in uses)
