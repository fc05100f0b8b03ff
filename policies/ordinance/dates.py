"""Days of the calendar in a text: in Western years and in eras, with the weekday that stands beside them.

Era years follow 元号法 and the Cabinet orders: Meiji 1868, Taishō 1912, Shōwa 1926, Heisei 1989, Reiwa 2019. A year
without its own stays that of the date before it (令和8年9月1日から9月14日まで).
"""

from __future__ import annotations

import re
from datetime import date
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from policies.ordinance.amounts import kanji

if TYPE_CHECKING:
    from collections.abc import Iterator

ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
WEEKDAYS = "月火水木金土日"
_N = r"(?:\d{1,4}|元|[〇一二三四五六七八九十]{1,4})"
_YEAR = rf"(?:(?P<era>{'|'.join(ERAS)})(?P<era_year>{_N})年(?:\((?P<also>\d{{4}})年\))?|(?P<western>(?:19|20)\d\d)年(?:\((?P<also_era>{'|'.join(ERAS)})(?P<also_year>{_N})年\))?)"
_DATE = re.compile(
    rf"(?:{_YEAR})?(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,3}}|同)月(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})日"
    rf"(?: ?\((?P<weekday>[{WEEKDAYS}])(?:曜日?)?(?:[・,]祝)?\)| ?(?P<word>[{WEEKDAYS}])曜)?"
)
_MONTH = re.compile(rf"{_YEAR}(?P<month>\d{{1,2}})月(?!\d)")
_MONTHS = 12
_TWO_YEARS = re.compile(_YEAR)
_FISCAL = re.compile(rf"(?P<era>{'|'.join(ERAS)})(?P<era_year>{_N})年度|(?P<western>20\d\d)年度")
_FROM_TO = re.compile(r"から|より|[~〜～-]")
_LONGEST_WAY = 14
_BEFORE_MONTH, _BEHIND_MONTH = 24, 16
"""Characters of a date before and behind 月: no year is longer, both ways of counting included, and no day with its weekday."""
_NEW_YEAR = 4  # the month in which a fiscal year begins (地方自治法208条)


class Day(NamedTuple):
    """A date in a text; ``year`` says whether its year stands there, ``weekday`` is the one beside it, 0 for Monday."""

    start: int
    end: int
    value: date
    year: bool
    weekday: int | None


class Range(NamedTuple):
    """From one day to another one, both counted."""

    start: int
    end: int
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


class Year(NamedTuple):
    """A fiscal year that a text names, by the calendar year in which it begins."""

    start: int
    end: int
    value: int


def days_of(text: str, year: int | None = None) -> list[Day]:
    """All dates of a normalised text in its order. A date that no calendar has (2月30日) is left out.

    So is one whose year nothing tells; ``year`` is what is taken for it until the text names one.
    """
    found: list[Day] = []
    month = 0
    for match in chain.from_iterable(_DATE.finditer(text, *part) for part in _around_months(text)):
        own = _year(match)
        year = own or year
        weekday = match["weekday"] or match["word"]
        try:
            month = month if match["month"] == "同" else number(match["month"])
            value = date(year or 2024, month, number(match["day"]))
        except ValueError:
            continue
        if year is not None:
            spoken = WEEKDAYS.index(weekday) if weekday else None
            found.append(Day(*match.span(), value, own is not None, spoken))
    return found


def _around_months(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text that dates can stand in."""
    at, end = text.find("月"), -1
    start = 0
    while at >= 0:
        if at - _BEFORE_MONTH > end:
            if end >= 0:
                yield start, end
            start = max(0, at - _BEFORE_MONTH)
        end = at + _BEHIND_MONTH
        at = text.find("月", at + 1)
    if end >= 0:
        yield start, end


def months_of(text: str) -> list[Day]:
    """Months with their year and no day, each by its first day."""
    found = []
    for match in _MONTH.finditer(text):
        month, year = number(match["month"]), _year(match)
        if year and 1 <= month <= _MONTHS:
            found.append(Day(*match.span(), date(year, month, 1), year=True, weekday=None))
    return found


def ranges(text: str, days: list[Day]) -> list[Range]:
    """Pairs of dates with から between them; the second one's year may be that of the first or the next."""
    found = []
    for first, last in pairwise(days):
        between = text[first.end : last.start]
        if len(between) > _LONGEST_WAY or not _FROM_TO.search(between):
            continue
        end = last.value
        if end < first.value and not last.year:
            end = end.replace(year=end.year + 1) if (end.month, end.day) != (2, 29) else end
        if end >= first.value:
            found.append(Range(first.start, last.end, first.value, end))
    return found


def fiscal_years(text: str) -> list[Year]:
    """The fiscal years that a text names: 令和8年度 → 2026."""
    return [Year(*match.span(), year) for match in _FISCAL.finditer(text) if (year := _year(match))]


def fiscal_year(day: date) -> int:
    """The calendar year in which the fiscal year of a day begins."""
    return day.year if day.month >= _NEW_YEAR else day.year - 1


def wrong_weekday(days: list[Day]) -> Day | None:
    """The first date whose weekday is not the calendar's."""
    return next((d for d in days if d.weekday is not None and d.weekday != d.value.weekday()), None)


def wrong_era(text: str) -> tuple[int, int] | None:
    """Where a Western year and an era year stand side by side and do not agree."""
    if "年(" not in text:
        return None
    for match in _TWO_YEARS.finditer(text):
        if match["also"] and match["era"]:
            western, era = int(match["also"]), ERAS[match["era"]] + number(match["era_year"])
        elif match["also_era"] and match["western"]:
            western, era = int(match["western"]), ERAS[match["also_era"]] + number(match["also_year"])
        else:
            continue
        if western != era:
            return match.span()
    return None


def number(text: str) -> int:
    """``12``, ``十二`` or ``元``."""
    return 1 if text == "元" else int(text) if text.isascii() else kanji(text)


def _year(match: re.Match[str]) -> int | None:
    if match["era"]:
        return ERAS[match["era"]] + number(match["era_year"])
    return int(match["western"]) if match["western"] else None
