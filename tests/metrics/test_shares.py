from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metrics.board import Share
from metrics.disclosure import Span
from metrics.families import FEW
from metrics.ledger import Labelled
from metrics.shares import TOGETHER, divided, merged

NOTHING = Labelled(0, 0)


def months(*found: tuple[int, int]) -> list[Labelled]:
    return [*(Labelled(*one) for one in found), *[NOTHING] * 12][:12]


def test_shares_are_in_the_order_of_their_size() -> None:
    labels = {"a": months((10, 5)), "b": months((30, 6)), "c": months()}
    assert divided(labels, Span(0, 1)) == (Share("b", 30, 0.75), Share("a", 10, 0.25))
    assert divided({}, Span(0, 1)) == divided(labels, Span(1, 2)) == ()


def test_few_persons_stand_together_with_others() -> None:
    labels = {"a": months((4, 1)), "b": months((30, 6)), "c": months((9, 3))}
    assert divided(labels, Span(0, 1)) == (Share("b", 30, 30 / 43), Share(TOGETHER, 13, 13 / 43))


def test_what_stood_together_in_a_month_does_so_in_the_quarter() -> None:
    labels = {"a": months((4, 1), (50, 9), (50, 9)), "b": months((30, 6)), "c": months((9, 3), (9, 3), (9, 3))}
    assert divided(labels, Span(0, 3)) == (Share("b", 30, 30 / 161), Share(TOGETHER, 131, 131 / 161))


def test_where_nothing_can_stand_together_nothing_is_shown() -> None:
    assert divided({"a": months((4, 1)), "b": months((30, 6))}, Span(0, 1)) == ()
    assert divided({"a": months((4, 2))}, Span(0, 1)) == ()


def test_uses_of_nobody_tell_of_nobody() -> None:
    assert divided({"a": months((4, 0)), "b": months((4, 4))}, Span(0, 1)) == (Share("a", 4, 0.5), Share("b", 4, 0.5))


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 9)), min_size=1, max_size=8))
def test_no_share_is_of_one_or_two(found: list[tuple[int, int]]) -> None:
    labels = {str(n): months((uses, min(uses, persons))) for n, (uses, persons) in enumerate(found)}
    together = merged(labels, 0)
    for label, of_months in labels.items():
        assert label in together or of_months[0].persons not in FEW
    assert len(together) != 1 or len(labels) == 1
    shown = divided(labels, Span(0, 1))
    assert not shown or abs(sum(share.fraction for share in shown) - 1) < 1e-9
