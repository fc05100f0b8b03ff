from __future__ import annotations

from datetime import date

import pytest

from policies.normalize import normalize
from policies.ordinance.dates import (
    days_of,
    fiscal_year,
    fiscal_years,
    months_of,
    number,
    ranges,
    wrong_era,
    wrong_weekday,
)


@pytest.mark.parametrize(
    "text",
    [
        "令和8年5月12日（火）", "令和８年５月１２日（火）", "令和八年五月十二日", "2026年5月12日(火曜日)", "2026年(令和8年)5月12日",
        "令和8年(2026年)5月12日 火曜", "令和8年5月12日（火・祝）",
    ],
)  # fmt: skip
def test_one_day_in_every_notation(text: str) -> None:
    (day,) = days_of(normalize(text).text)
    assert day.value == date(2026, 5, 12)
    assert day.year
    assert day.weekday in {None, 1}


@pytest.mark.parametrize("text", ["5月12日", "令和8年2月30日", "令和8年13月1日", "第5回", "電話03-1234-5678", ""])
def test_what_is_no_day_of_a_known_year(text: str) -> None:
    assert days_of(text) == []


def test_the_year_is_that_of_the_day_before() -> None:
    days = days_of("令和8年9月1日から9月14日まで、翌年は令和9年1月3日")
    assert [d.value for d in days] == [date(2026, 9, 1), date(2026, 9, 14), date(2027, 1, 3)]
    assert [d.value for d in days_of("3月10日", 2027)] == [date(2027, 3, 10)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("令和8年9月1日から9月14日まで", 14),
        ("令和8年9月1日〜10月1日", 31),
        ("令和8年12月20日から1月8日まで", 20),
        ("令和8年9月1日に始め、令和8年9月14日に終える", None),
    ],
)
def test_from_one_day_to_another(text: str, days: int | None) -> None:
    found = ranges(text, days_of(text))
    assert [r.days for r in found] == ([] if days is None else [days])


def test_fiscal_years_and_months() -> None:
    assert [y.value for y in fiscal_years("令和8年度から2028年度まで")] == [2026, 2028]
    assert fiscal_year(date(2027, 3, 31)) == 2026
    assert fiscal_year(date(2027, 4, 1)) == 2027
    assert [d.value for d in months_of("令和8年4月の臨時会")] == [date(2026, 4, 1)]
    assert number("元") == 1


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("令和7年11月10日(火)", True),
        ("令和7年11月10日(月)", False),
        ("令和8年9月7日(月)、令和8年9月15日(木)", True),
        ("令和8年9月7日", False),
    ],
)
def test_a_weekday_that_is_not_the_calendars(text: str, wrong: bool) -> None:  # noqa: FBT001
    assert (wrong_weekday(days_of(text)) is not None) is wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("2026年(令和7年)", True),
        ("令和12年(2031年)", True),
        ("2026年(令和8年)", False),
        ("令和元年(2019年)", False),
        ("昭和64年(1989年)", False),
        ("平成三十一年(2019年)", False),
        ("令和8年", False),
    ],
)
def test_eras_that_do_not_agree(text: str, wrong: bool) -> None:  # noqa: FBT001
    assert (wrong_era(text) is not None) is wrong


@pytest.mark.parametrize("piece", ["令和", "1月", "令和8年5月12日", "一", "(火)", "2026年("])
def test_long_rows_are_read_in_linear_time(piece: str) -> None:
    text = piece * 20_000
    ranges(text, days_of(text))
    wrong_era(text)
    fiscal_years(text)
