from __future__ import annotations

from dataclasses import fields
from datetime import date

from metrics.board import Board, Hidden, Row, Shown
from metrics.periods import Kind, containing

MONTH = containing(Kind.MONTH, date(2026, 11, 1))


def row(code: str, depth: int, rate: float | None, before: float | None = None) -> Row:
    earlier = Shown(20, 1, before) if before is not None else None
    return Row(code, code, None, depth, Shown(20, 10, rate), earlier)


def test_uses_per_head() -> None:
    assert Shown(20, uses=50).uses_per_head == 2.5
    assert Shown(20).uses_per_head is None
    assert Shown(0, uses=0).uses_per_head is None


def test_a_change_needs_both_rates() -> None:
    assert row("A", 0, 0.5, 0.2).change == 0.3
    assert row("A", 0, 0.5).change is None
    assert row("A", 0, None, 0.2).change is None


def test_what_is_hidden_is_not_there() -> None:
    hidden = Shown(20, hidden=Hidden.PROTECTED)
    assert [getattr(hidden, f.name) for f in fields(hidden)] == [20, *[None] * 8, Hidden.PROTECTED]


def test_the_reasons_do_not_tell_which_number_is_small() -> None:
    assert "利用した職員" not in Hidden.PROTECTED
    assert "1" not in Hidden.PROTECTED


def test_the_public_board_has_divisions_and_their_rest() -> None:
    made = Board(MONTH, MONTH, complete=True, overall=row("", 0, 0.5), rows=(row("A", 0, 0.5), row("A1", 1, 0.5)))
    assert [r.code for r in made.public().rows] == ["A"]
    assert made.public().overall == made.overall
