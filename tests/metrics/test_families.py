from __future__ import annotations

from datetime import date

import pytest

from metrics.families import Count, Families, Pattern, is_open, pieces_of
from metrics.periods import Kind, containing
from metrics.roster import Roster, Unit

MONTH = containing(Kind.MONTH, date(2026, 4, 1))


def pattern(*units: tuple[str, str | None, int, int], hidden: frozenset[str | None] = frozenset()) -> Pattern:
    """Units as code, parent, own heads, own active persons."""
    rows = [Unit(code, code, parent, heads, date(2026, 4, 1), n) for n, (code, parent, heads, _) in enumerate(units)]
    own = {code: Count(heads, persons) for code, _, heads, persons in units}

    def count(codes: frozenset[str]) -> Count:
        return Count(sum(own[c].heads for c in codes), sum(own[c].persons for c in codes))

    tree = Roster(rows).tree(MONTH)

    def bounds(place: str | None, codes: frozenset[str]) -> tuple[int, int]:
        found = [own[place] if code == place and place else count(tree.below[code]) for code in codes]
        return 0, sum(max(count) for count in found)

    return Families(tree, count, hidden, bounds).pattern()


def test_large_units_with_a_crowd_on_both_sides_are_shown() -> None:
    found = pattern(("A", None, 20, 5), ("B", None, 10, 0), ("C", None, 10, 10))
    assert found == Pattern(frozenset({None, "A", "B", "C"}), {})


@pytest.mark.parametrize(("heads", "active"), [(9, 5), (20, 1), (20, 2), (20, 18), (20, 19)])
def test_who_may_not_be_shown_takes_the_smallest_along(heads: int, active: int) -> None:
    found = pattern(("A", None, heads, active), ("B", None, 30, 6), ("C", None, 15, 6))
    assert found == Pattern(frozenset({None, "B"}), {None: frozenset({"A", "C"})})


def test_two_that_are_enough_for_each_other_take_nobody_along() -> None:
    found = pattern(("A", None, 9, 2), ("B", None, 8, 3), ("C", None, 15, 6))
    assert found == Pattern(frozenset({None, "C"}), {None: frozenset({"A", "B"})})


def test_a_rest_obeys_the_rule_itself() -> None:
    # A and B together have two active persons of 18: C goes with them.
    found = pattern(("A", None, 9, 1), ("B", None, 9, 1), ("C", None, 15, 6), ("D", None, 30, 6))
    assert found == Pattern(frozenset({None, "D"}), {None: frozenset({"A", "B", "C"})})


def test_a_rest_in_which_nobody_was_active_tells_it_of_each() -> None:
    found = pattern(("A", None, 9, 0), ("B", None, 9, 0), ("C", None, 15, 6), ("D", None, 30, 6))
    assert found == Pattern(frozenset({None, "D"}), {None: frozenset({"A", "B", "C"})})


def test_that_nobody_was_active_at_all_is_no_secret() -> None:
    found = pattern(("A", None, 9, 0), ("B", None, 9, 0), ("C", None, 15, 0))
    assert found == Pattern(frozenset({None, "C"}), {None: frozenset({"A", "B"})})


def test_who_belongs_to_the_division_itself_stands_in_its_rest() -> None:
    enough = pattern(("A", None, 12, 4), ("A1", "A", 20, 6))
    assert enough == Pattern(frozenset({None, "A", "A1"}), {"A": frozenset({"A"})})
    few = pattern(("A", None, 3, 2), ("A1", "A", 20, 6), ("A2", "A", 30, 6))
    assert few == Pattern(frozenset({None, "A", "A2"}), {"A": frozenset({"A", "A1"})})


def test_what_stands_below_a_hidden_unit_is_hidden() -> None:
    found = pattern(("A", None, 0, 0), ("A1", "A", 20, 1), ("A2", "A", 20, 0), ("B", None, 50, 9), ("C", None, 90, 9))
    assert found == Pattern(frozenset({None, "C"}), {None: frozenset({"A", "B"})})


def test_where_all_together_are_not_enough_the_one_above_goes() -> None:
    # A1 would follow from A, since it is all of it.
    found = pattern(
        ("A", None, 0, 0), ("A1", "A", 20, 5), ("B", None, 40, 9), ("C", None, 50, 9), hidden=frozenset({"A1"})
    )
    assert found == Pattern(frozenset({None, "C"}), {None: frozenset({"A", "B"})})


@pytest.mark.parametrize("whole", [(9, 4), (30, 1), (30, 29)])
def test_a_whole_that_may_not_be_shown_shows_nothing(whole: tuple[int, int]) -> None:
    assert pattern(("A", None, *whole)) == Pattern()
    assert pattern(("A", None, 20, 5), hidden=frozenset({None})) == Pattern()
    assert pattern() == Pattern()


@pytest.mark.parametrize(
    ("bounds", "total", "opened"),
    [
        ([(0, 10), (0, 10)], 5, True),
        ([(0, 10), (0, 10)], 0, False),
        ([(0, 10), (0, 10)], 20, False),
        ([(0, 10), (4, 4)], 5, False),
        ([(0, 10), (0, 3), (4, 4)], 5, True),
        ([(2, 10), (3, 10)], 5, False),
        ([(4, 4), (5, 5)], 9, True),
    ],
)
def test_what_bounds_and_a_sum_tell(bounds: list[tuple[int, int]], total: int, opened: bool) -> None:  # noqa: FBT001
    assert is_open(bounds, total) is opened


def test_a_rest_is_looked_at_part_by_part_and_by_known_sums() -> None:
    rest = frozenset("abc")
    found = list(pieces_of(rest, [frozenset("ab"), frozenset("c"), frozenset("abc"), frozenset("xy"), frozenset()]))
    assert sorted(map(len, found)) == [2, 3]
    assert [frozenset("ab"), frozenset("c")] in found
