from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.adoption import City, Terms, board, glance, grid
from metrics.board import Hidden
from metrics.disclosure import Span
from metrics.ledger import Amounts, Labelled, PersonYear, ledger
from metrics.periods import Kind, containing, month_of
from metrics.purposes import Dimension
from metrics.roster import Roster, Unit

APRIL = date(2026, 4, 1)
YEAR = containing(Kind.YEAR, APRIL)
MONTH = containing(Kind.MONTH, APRIL)


def city(months: int, *units: tuple[str, str | None, int, int], terms: Terms | None = None) -> City:
    """Units as code, parent, head count and persons, who use it once in each of the finished months."""
    rows = [Unit(code, f"{code}課", parent, heads, APRIL, n) for n, (code, parent, heads, _) in enumerate(units)]
    days = [1] * months + [0] * (12 - months)
    people = [PersonYear(code, f"{code}-{n}", days) for code, _, _, persons in units for n in range(persons)]
    amounts = {
        code: [Amounts(persons, 1, 10 * persons, 2.0, persons, 1, persons + 1)] * months + [Amounts()] * (12 - months)
        for code, _, _, persons in units
    }
    labels = {Dimension.PURPOSE: {"summary": [Labelled(9, 9)] * 12}}
    made = ledger(YEAR, people, amounts, labels)
    return City(Roster(rows), {2026: made}, month_of(APRIL, months), terms or Terms(minutes_per_use=6))


UNITS = (("A", None, 0, 0), ("A1", "A", 20, 9), ("A2", "A", 30, 3), ("B", None, 40, 20))


def test_a_board_of_a_month() -> None:
    made = board(city(1, *UNITS), MONTH)
    assert [(row.code, row.parent, row.depth, row.now.active) for row in made.rows] == [
        ("A", None, 0, 12), ("A1", "A", 1, 9), ("A2", "A", 1, 3), ("B", None, 0, 20),
    ]  # fmt: skip
    b = made.rows[-1].now
    assert (b.uses, b.robot_uses, b.tokens, b.cost_yen, b.hours_saved) == (20, 1, 200, 2.0, 2.0)
    assert (made.overall.now.rate, made.overall.before) == (32 / 90, None)
    assert made.blocks_per_100 == pytest.approx(100 * 4 / 36)
    assert made.shares.purposes[0].name == "summary"


def test_help_is_offered_well_below_the_rate_of_the_whole() -> None:
    made = board(city(1, *UNITS), MONTH)
    assert [row.offer_help for row in made.rows] == [False, False, True, False]
    assert not made.overall.offer_help


def test_a_year_under_way_has_its_finished_quarters() -> None:
    assert city(2, *UNITS).span(YEAR) is None
    for months, after in ((3, 3), (5, 3), (6, 6), (11, 9), (12, 12)):
        assert city(months, *UNITS).span(YEAR) == Span(0, after)
    made = board(city(5, *UNITS), YEAR)
    assert (made.complete, made.covered.last) == (False, date(2026, 6, 30))


def test_a_quarter_or_month_is_shown_when_it_is_finished() -> None:
    quarter = containing(Kind.QUARTER, APRIL)
    assert city(2, *UNITS).span(quarter) is None
    assert city(3, *UNITS).span(quarter) == Span(0, 3)
    assert city(0, *UNITS).span(MONTH) is None
    assert city(3, *UNITS).span(containing(Kind.WEEK, APRIL)) is None


def test_each_rest_stands_behind_its_family() -> None:
    units = [
        ("A", None, 3, 2),
        ("A1", "A", 20, 9),
        ("A2", "A", 30, 5),
        ("B", None, 8, 3),
        ("C", None, 9, 4),
        ("D", None, 40, 9),
    ]
    made = board(city(1, *units), MONTH)
    assert [(row.code, row.depth, row.rest, row.name) for row in made.rows] == [
        ("A", 0, False, "A課"), ("A1", 1, False, "A1課"), ("A2", 1, False, "A2課"), ("A/", 1, True, "A課のその他"),
        ("B", 0, False, "B課"), ("C", 0, False, "C課"), ("D", 0, False, "D課"), ("/", 0, True, "その他の部署"),
    ]  # fmt: skip
    rows = {row.code: row for row in made.rows}
    assert (rows["A/"].now.head_count, rows["A/"].now.active, rows["A/"].parent) == (23, 11, "A")
    assert (rows["/"].now.active, rows["/"].now.uses) == (7, 7)
    assert (rows["B"].now.hidden, rows["A1"].now.hidden) == (Hidden.SMALL, Hidden.PROTECTED)


def test_a_family_that_is_all_rest_has_no_row_for_it() -> None:
    made = board(city(1, ("A", None, 5, 2), ("A1", "A", 8, 5), ("B", None, 40, 9)), MONTH)
    assert [row.code for row in made.rows] == ["A", "A1", "B"]


def test_abolished_units_vanish() -> None:
    made = board(city(1, *UNITS, ("Z", None, 0, 0)), MONTH)
    assert "Z" not in [row.code for row in made.rows]


def test_without_a_survey_there_is_no_estimate() -> None:
    assert board(city(1, *UNITS, terms=Terms()), MONTH).overall.now.hours_saved is None


def test_a_larger_smallest_unit_hides_more() -> None:
    hidden = [row.now.hidden for row in board(city(1, *UNITS, terms=Terms(35)), MONTH).rows]
    assert hidden == [None, Hidden.SMALL, Hidden.SMALL, None]


def test_a_city_that_may_not_be_shown_shows_its_heads() -> None:
    made = board(city(1, ("A", None, 20, 2)), MONTH)
    assert (made.overall.now.hidden, made.overall.now.head_count, made.overall.now.uses) == (Hidden.OVERALL, 20, None)
    assert (made.shares.purposes, made.findings_per_100) == ((), None)


@pytest.mark.parametrize(("persons", "shown"), [((40, 30), True), ((1, 30), False), ((89, 0), False), ((0, 0), True)])
def test_a_glance_at_the_whole(persons: tuple[int, int], shown: bool) -> None:  # noqa: FBT001
    made = glance(city(0, *UNITS), MONTH, persons)
    assert made.rows == ()
    assert (made.overall.now.active is not None) == shown
    assert made.overall.now.uses is None


def test_a_grid_has_a_cell_for_each_period() -> None:
    made = grid(city(3, *UNITS), [containing(Kind.MONTH, month_of(APRIL, n)) for n in range(3)])
    assert [row.code for row in made.rows] == ["A", "A1", "A2", "B"]
    assert [cell.active if cell else None for cell in made.rows[1].cells] == [9, 9, 9]
    assert [shares.purposes[0].uses for shares in made.purposes] == [9, 9, 9]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=6))
def test_rows_that_are_shown_account_for_every_use_of_the_whole(found: list[tuple[int, int]]) -> None:
    units = [(str(n), None, heads, min(heads, persons)) for n, (heads, persons) in enumerate(found)]
    made = board(city(1, *units), MONTH)
    if any(row.rest or row.now.hidden is None for row in made.rows):
        assert sum(row.now.uses or 0 for row in made.rows) == made.overall.now.uses


def test_a_year_that_began_later_is_nothing_to_compare_with() -> None:
    made = city(12, *UNITS)
    late = [0] * 5 + [1] * 7
    before = containing(Kind.YEAR, date(2025, 4, 1))
    people = [PersonYear("B", f"B-{n}", late) for n in range(20)]
    since = Roster([Unit(code, code, parent, heads, date(2020, 4, 1), 0) for code, parent, heads, _ in UNITS])
    both = City(since, {2026: made.ledgers[2026], 2025: ledger(before, people, {})}, month_of(APRIL, 3))
    assert board(both, YEAR).overall.before is None  # April to June, and nobody before September
    later = City(since, both.ledgers, month_of(APRIL, 9))
    compared = board(later, YEAR).overall.before
    assert compared is not None
    assert compared.active == 20
