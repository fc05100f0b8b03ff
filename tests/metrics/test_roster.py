from __future__ import annotations

from datetime import date

import pytest

from metrics.periods import Kind, Period, containing
from metrics.roster import Roster, Unit, in_force, ordered

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
YEAR = containing(Kind.YEAR, APRIL)


def unit(code: str, parent: str | None = None, heads: int = 20, position: int = 0, since: date = APRIL) -> Unit:
    return Unit(code, f"{code}課", parent, heads, since, position)


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


def test_a_unit_without_its_parent_stands_at_the_top_and_a_circle_does_not_hang() -> None:
    assert [(u.code, d) for u, d in ordered(in_force([unit("A1", "gone")], APRIL))] == [("A1", 0)]
    tree = Roster([unit("A", "B"), unit("B", "A"), unit("C")]).tree(YEAR)
    assert [u.code for u, _ in tree.order] == ["C"]
    assert tree.below[None] == {"C"}


def test_the_tree_of_a_period() -> None:
    roster = Roster([unit("A"), unit("A1", "A"), unit("A1x", "A1"), unit("B"), unit("late", since=date(2027, 4, 1))])
    tree = roster.tree(YEAR)
    assert tree.children[None] == ("A", "B")
    assert (tree.below["A"], tree.below["A1"]) == ({"A", "A1", "A1x"}, {"A1", "A1x"})
    assert tree.below[None] == {"A", "A1", "A1x", "B"}


def test_units_that_were_moved_in_the_period_are_known() -> None:
    rows = [unit("A"), unit("B"), unit("A1", "A"), unit("A1", "B", since=date(2026, 10, 1))]
    assert Roster(rows).tree(YEAR).moved == {"A1"}
    assert Roster(rows).tree(containing(Kind.MONTH, date(2026, 9, 1))).moved == frozenset()
    assert Roster(rows).tree(containing(Kind.MONTH, date(2026, 10, 1))).moved == frozenset()


@pytest.mark.parametrize(
    ("rows", "heads"),
    [
        ([unit("A", heads=20)], 20),
        ([unit("A", heads=20), unit("A", heads=40, since=date(2026, 10, 1))], 30),  # 183 and 182 days: 29.97
        ([unit("A", heads=20, since=date(2026, 10, 1))], 20),  # of the days on which it was there
        ([unit("A", heads=20), unit("A", heads=0, since=date(2026, 6, 1))], 20),
        ([unit("A", heads=1), unit("A", heads=2, since=date(2026, 10, 1))], 1),  # 1.4986
        ([unit("A", heads=20, since=date(2027, 4, 1))], 0),
        ([unit("A", heads=9, since=date(2020, 4, 1)), unit("A", heads=20, since=date(2025, 4, 1))], 20),
        ([], 0),
    ],
)
def test_head_counts_are_means_over_days(rows: list[Unit], heads: int) -> None:
    assert Roster(rows).head_count({"A"}, YEAR) == heads


def test_the_head_count_of_a_division_is_that_of_each_day() -> None:
    rows = [
        unit("A1", heads=20),
        unit("A1", heads=0, since=date(2026, 10, 1)),
        unit("A2", heads=20, since=date(2026, 10, 1)),
    ]
    roster = Roster(rows)
    assert (roster.head_count({"A1"}, YEAR), roster.head_count({"A2"}, YEAR)) == (20, 20)
    assert roster.head_count({"A1", "A2"}, YEAR) == 20


def test_half_a_person_is_rounded_up() -> None:
    two_days = Period(Kind.DAY, date(2026, 4, 1), date(2026, 4, 3))
    rows = [unit("A", heads=10), unit("A", heads=11, since=date(2026, 4, 2))]
    assert Roster(rows).head_count({"A"}, two_days) == 11
