"""The year of a date, and whether it names a day."""

from __future__ import annotations

import pytest

from redaction import dates


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("昭和55年3月1日", 1980),
        ("S55.3.1", 1980),
        ("平成元年5月", 1989),
        ("令和2年1月5日", 2020),
        ("大正十四年三月", 1925),
        ("昭和廿七年七月廿日", 1952),
        ("昭和二九年三月二五日", 1954),
        ("昭和三十四年", 1959),
        ("明治45年1月1日", 1912),
        ("S230411", 1948),
        ("1980-03-01", 1980),
        ("19800301", 1980),
        ("March 1, 1980", 1980),
        ("55.3.1", None),
    ],
)
def test_the_gregorian_year(text: str, year: int | None) -> None:
    assert dates.year(text) == year


@pytest.mark.parametrize(
    ("text", "day"),
    [("昭和55年3月1日", True), ("1980/3/1", True), ("19800301", True), ("S230411", True), ("15 Aug 2000", True), ("昭和55年", False), ("平成元年5月", False), ("2026-04", False)],
)  # fmt: skip
def test_to_the_day(text: str, day: bool) -> None:  # noqa: FBT001
    assert dates.to_the_day(text) is day


@pytest.mark.parametrize(
    ("text", "number"),
    [("元", 1), ("7", 7), ("十", 10), ("十一", 11), ("三十三", 33), ("廿", 20), ("卅一", 31), ("二五", 25)],
)
def test_numbers(text: str, number: int) -> None:
    assert dates.number(text) == number
