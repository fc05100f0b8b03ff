from __future__ import annotations

import pytest

from gateway.numbers import count, decimal, percent, points


@pytest.mark.parametrize(("fraction", "text"), [(0.0, "0.0%"), (0.4123, "41.2%"), (1.0, "100.0%"), (1.25, "125.0%")])
def test_percent(fraction: float, text: str) -> None:
    assert percent(fraction) == text


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.031, "+3.1"), (-0.031, "−3.1"), (0.0, "±0.0"), (-0.0001, "±0.0"), (1.0, "+100.0")]
)
def test_points(fraction: float, text: str) -> None:
    assert points(fraction) == text


def test_large_numbers_have_commas() -> None:
    assert (count(1234567), decimal(1234.56)) == ("1,234,567", "1,234.6")
