"""The year of a date in the western or a Japanese calendar."""

from __future__ import annotations

import re

# The year before an era's first.
_ERAS = {
    "明": 1867,
    "大": 1911,
    "昭": 1925,
    "平": 1988,
    "令": 2018,
    "M": 1867,
    "T": 1911,
    "S": 1925,
    "H": 1988,
    "R": 2018,
}
_KANJI = {char: n for n, char in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "廿": 20, "卅": 30}
_ERA_YEAR = re.compile(
    r"(?P<era>明治?|大正?|昭和?|平成?|令和?|[MTSHR]) ?(?P<year>\d{1,2}|元|[一二三四五六七八九十廿卅]{1,4})"
)
_PACKED = re.compile(r"(?P<era>[MTSHR])(?P<year>\d\d)\d{4}")
_WESTERN = re.compile(r"(?:18|19|20)\d\d")
_PARTS = re.compile(r"\d+|[一二三四五六七八九十廿卅〇元]+|[A-Z][a-z]{2,8}")
_DAY, _WHOLE = 3, 6


def year(text: str) -> int | None:
    """The Gregorian year of a date as ``labels.DATE`` matches it; None where it names none."""
    if match := _PACKED.match(text) or _ERA_YEAR.match(text):
        return _ERAS[match["era"][0]] + number(match["year"])
    if match := _WESTERN.search(text):
        return int(match[0])
    return None


def to_the_day(text: str) -> bool:
    """Whether the date names month and day, not only the year or the month."""
    parts = _PARTS.findall(text.removeprefix("令和"))
    return len(parts) >= _DAY or any(len(part) >= _WHOLE for part in parts)


def number(text: str) -> int:
    """A number below a hundred in digits or kanji: 33, 三十三, 三三, 廿七, 元 for one."""
    if text == "元":
        return 1
    if text.isascii():
        return int(text)
    if not any(char in _TENS for char in text):
        return int("".join(str(_KANJI[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _TENS:
            total += (digit or 1) * 10 if char == "十" else _TENS[char]
            digit = 0
        else:
            digit = _KANJI[char]
    return total + digit
