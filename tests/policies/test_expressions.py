"""Expressions of administrators: what RE2 does not take is refused with its reason."""

from __future__ import annotations

import pytest

from policies.expressions import ExpressionError, compile_expression


def test_offsets_are_code_points_in_any_case() -> None:
    match = compile_expression(r"\bkeep out\b").search("外国人は KEEP OUT と書いた")
    assert match
    assert match.span() == (5, 13)


@pytest.mark.parametrize(
    ("expression", "reason"), [(r"(?=あ)い", r"\(\?="), ("(", "missing"), (r"\1", "escape"), ("あ*", "empty text")]
)
def test_refused(expression: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=reason):
        compile_expression(expression)


def test_linear_time() -> None:
    assert compile_expression("(a+)+$").search("a" * 20_000 + "!") is None
