"""Periods of the calendar of Japan: days, weeks, months, quarters and fiscal years, as half-open spans of time.

Every boundary is midnight in Asia/Tokyo. A fiscal year (年度) is 1 April to 31 March (地方自治法第208条第1項), and its
quarters begin in April, July, October and January.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")

_APRIL = 4
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_REIWA = 2018  # 令和1年 is 2019
_WEEKDAYS = "月火水木金土日"
_AT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


class PeriodError(ValueError):
    """No such period; the message says what is expected, in Japanese."""


class Kind(StrEnum):
    """How long a period is. The value stands in addresses."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def word(self) -> str:
        """The word on pages."""
        return {"day": "日", "week": "週", "month": "月", "quarter": "四半期", "year": "年度"}[self.value]

    @property
    def before(self) -> str:
        """What the period before one of this kind is called."""
        return {"day": "前日", "week": "前週", "month": "前月", "quarter": "前四半期", "year": "前年度"}[self.value]

    @property
    def following(self) -> str:
        """What the period after one of this kind is called."""
        return {"day": "翌日", "week": "翌週", "month": "翌月", "quarter": "翌四半期", "year": "翌年度"}[self.value]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` up to, and without, ``after``; both are dates in Japan."""

    kind: Kind
    first: date
    after: date

    @property
    def start(self) -> datetime:
        """The first moment, aware, in UTC."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The moment after the last one, aware, in UTC."""
        return _midnight(self.after)

    @property
    def last(self) -> date:
        """The last day."""
        return self.after - timedelta(days=1)

    @property
    def at(self) -> str:
        """How an address names the period; ``parse`` reads it back."""
        if self.kind in {Kind.DAY, Kind.WEEK}:
            return self.first.isoformat()
        return f"{self.first:%Y}" if self.kind is Kind.YEAR else f"{self.first:%Y-%m}"

    @property
    def name(self) -> str:
        """The period as pages call it."""
        first = self.first
        match self.kind:
            case Kind.DAY:
                return f"{_day(first)}（{_WEEKDAYS[first.weekday()]}）"
            case Kind.WEEK:
                return f"{_day(first)}からの週"
            case Kind.MONTH:
                return f"{first.year}年{first.month}月"
            case Kind.QUARTER:
                return f"{_fiscal_year(first)} 第{(first.month - _APRIL) % 12 // 3 + 1}四半期"
        return _fiscal_year(first)

    @property
    def days(self) -> str:
        """First and last day, written out."""
        return _day(self.first) if self.first == self.last else f"{_day(self.first)}〜{_day(self.last)}"

    def previous(self) -> Period:
        """The period of the same kind before this one."""
        return containing(self.kind, self.first - timedelta(days=1))

    def next(self) -> Period:
        """The period of the same kind after this one."""
        return containing(self.kind, self.after)


def containing(kind: Kind, day: date) -> Period:
    """The period of a kind in which a day of Japan lies. Weeks begin on Monday."""
    match kind:
        case Kind.DAY:
            return Period(kind, day, day + timedelta(days=1))
        case Kind.WEEK:
            monday = day - timedelta(days=day.weekday())
            return Period(kind, monday, monday + timedelta(days=7))
        case Kind.MONTH:
            return _months(kind, day.replace(day=1), 1)
        case Kind.QUARTER:
            return _months(kind, day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), 3)
    return _months(kind, date(day.year if day.month >= _APRIL else day.year - 1, _APRIL, 1), 12)


def parse(kind: str, at: str) -> Period:
    """The period that an address names: ``at`` is ``2026-11-24``, or ``2026-11``, or ``2026`` for the fiscal year.

    A longer form is welcome for every kind, a shorter one only where it names a single period. Raises PeriodError.
    """
    if kind not in set(Kind):
        raise PeriodError(f"期間（period）は {'・'.join(Kind)} のどれかにしてください。")
    needed = {Kind.DAY: 3, Kind.WEEK: 3, Kind.MONTH: 2, Kind.QUARTER: 2, Kind.YEAR: 1}[Kind(kind)]
    numbers = [int(number) for number in match.groups() if number] if (match := _AT.fullmatch(at)) else []
    if len(numbers) < needed or not _FIRST_YEAR <= numbers[0] <= _LAST_YEAR:
        example = {3: "2026-11-24", 2: "2026-11", 1: "2026"}[needed]
        raise PeriodError(f"時期（at）は {example} の形で、{_FIRST_YEAR}年から{_LAST_YEAR}年までにしてください。")
    if len(numbers) == 1:
        numbers.append(_APRIL)
    try:
        return containing(Kind(kind), date(*(*numbers, 1)[:3]))
    except ValueError:
        raise PeriodError(f"時期（at）の {at} という日付はありません。") from None


def today(now: datetime) -> date:
    """The date in Japan."""
    return now.astimezone(JAPAN).date()


def month_of(first: date, number: int) -> date:
    """The first day of the month so many months after the one that begins on ``first``."""
    month = first.month - 1 + number
    return date(first.year + month // 12, month % 12 + 1, 1)


def months_between(first: date, day: date) -> int:
    """How many months after the month of ``first`` a day lies."""
    return (day.year - first.year) * 12 + day.month - first.month


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN).astimezone(UTC)


def _months(kind: Kind, first: date, count: int) -> Period:
    return Period(kind, first, month_of(first, count))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _fiscal_year(day: date) -> str:
    year = day.year if day.month >= _APRIL else day.year - 1
    if year <= _REIWA:
        return f"{year}年度"
    return f"令和{'元' if year == _REIWA + 1 else year - _REIWA}年度（{year}年度）"
