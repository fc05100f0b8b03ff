from __future__ import annotations

import pytest
from pydantic import ValidationError

from gateway.leaderboard.query import Level
from gateway.leaderboard.settings import Leaderboard
from metrics.periods import Kind


def test_unconfigured_staff_see_sections_and_nothing_is_public() -> None:
    settings = Leaderboard()
    assert settings.inside().levels == (Level.SECTION, Level.DIVISION)
    assert settings.public.enabled is False


def test_staff_may_be_shown_divisions_only() -> None:
    assert Leaderboard.model_validate({"internal": {"level": "division"}}).inside().levels == (Level.DIVISION,)


def test_the_public_sees_what_is_configured() -> None:
    scope = Leaderboard.model_validate({"public": {"level": "whole", "periods": ["year", "year"]}}).outside()
    assert (scope.levels, scope.kinds, scope.public) == ((Level.WHOLE,), (Kind.YEAR,), True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"public": {"level": "section"}}, {"public": {"periods": ["month"]}}, {"public": {"periods": []}},
        {"internal": {"networks": ["10.0.0.1/8"]}}, {"internal": {"networks": ["everyone"]}},
        {"support": {"url": "javascript:alert(1)"}}, {"support": {"contact": "x" * 201}}, {"publik": {}},
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Leaderboard.model_validate(wrong)
