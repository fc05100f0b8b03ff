"""Sums of money, and numbers of days, months and persons in a text, in every notation of Japanese official documents."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "壱": 1, "弐": 2, "参": 3}
_TENS = {"十": 10, "拾": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "億": 100_000_000, "兆": 1_000_000_000_000}
_KANJI = "".join((*_DIGITS, *_TENS, *_MYRIADS))

# 2,800,000 or 2800000, with a fraction or without.
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,16})(?:\.\d{1,8})?"
# 1億5千 or 2,800千: every part but the last ends in a unit, so that a row of digits is read in one way only.
_NUMBER = rf"(?:{_ARABIC}(?:[十百千][万億兆]?|[万億兆])){{1,8}}(?:{_ARABIC})?|{_ARABIC}|[{_KANJI}]{{1,24}}"
_OF_SUM = frozenset(f"0123456789,.{_KANJI}")
_YEN_SIGN = re.compile(r"¥ ?[\d,.]++")
_AMOUNT = re.compile(rf"(?<!\d)(?<!\d[.,])(?:({_NUMBER})円|¥ ?({_ARABIC}))")
_DAYS = re.compile(rf"(?<![\d月第])(?<!\d[.,])(?<!月[{_KANJI}])(?:\d{{1,4}}|[{_KANJI}]{{1,5}})日(?!本|曜|付|[-~〜])")
_N = rf"(?:\d{{1,4}}|[{_KANJI}]{{1,5}})"
# 3か月 is a length, 3月 the name of a month unless 以内 follows; 五年間, but not 令和五年.
_MONTHS = re.compile(rf"(?<![\d第.])({_N})(?:(?:[かカヶヵケ箇個]|か)月(半)?|月(?=以内|以上|を超え))")
_YEARS = re.compile(
    rf"(?<![\d第和成正治.,])(?<!昭和)({_N})(?:(?:年|[かカヶヵケ箇]年)(?:間|契約|計画|リース|分|の約束|もの|まとめ|一括|続け|任せ|ほど|くらい|がかり|かけて|で契約|で結|にわた|の契約|の賃貸借|先まで|の長期)|[かカヶヵケ箇]年)"
)
_WEEKS = re.compile(rf"(?<![\d第])({_N})週間")
# At the end of the month after next: a claim of the last day waits two months, one of the first day three.
_MONTH_AFTER_NEXT = re.compile(r"翌々月")
_HALF_YEAR = re.compile(r"半年(?:間|以内|以上|後|先|ほど|くらい|以降|経)")
_PERSONS = re.compile(
    rf"(?<![\d第.,])((?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,7}}|[{_KANJI}]{{1,8}})万?)(?:余り?|ちょっと)?(?:人|名|件)(?!目)"
)
_LIMIT_BEFORE = re.compile(r"(?:限度額?|上限額?|基準額?|範囲|条例の額|定める額)[^\d。\n]{0,12}$")
_LIMIT_BEHIND = re.compile(r"(?:\((?:税込み?|税抜き?)\))?(?:以下|未満|以内|まで|を上限|を限度|を超えな|に達し|の範囲)")
_WITHOUT_TAX = re.compile(r" ?[(、]?(?:消費税(?:及び地方消費税)?(?:は|を)?(?:別|除)|税抜|税別|税を除|税は別)")
_TAX = Decimal("1.1")
_MONTH, _YEAR_MONTHS, _WEEK = 30, 12, 7
_TWO_MONTHS, _HALF = 61, 182
_PIECE = re.compile(rf"({_ARABIC})([十百千]?)([万億兆]?)")
_FIGURES = re.compile(rf"[\d{_KANJI}]+")
_BEHIND = 16
"""Characters behind a figure in which it is said what it counts."""


class Quantity(NamedTuple):
    """A number of yen, days, months or persons; ``start`` and ``end`` are offsets in the text that was read."""

    start: int
    end: int
    value: int


def amounts(text: str) -> list[Quantity]:
    """All sums of yen in a normalised text (half-width digits), in its order. Fractions of a yen are cut off."""
    return [
        Quantity(*match.span(), int(_value(match[1] or match[2])))
        for run in _runs(text)  # where a sum can stand at all: told faster than what it is
        for match in _AMOUNT.finditer(text, *run)
    ]


def _runs(text: str) -> list[tuple[int, int]]:
    signed = [match.span() for match in _YEN_SIGN.finditer(text)]
    taken = {stop for _, stop in signed}
    found = signed
    end = text.find("円")
    while end >= 0:
        start = end
        while start and text[start - 1] in _OF_SUM:
            start -= 1
        if start < end and taken.isdisjoint(range(start + 1, end + 1)):
            found.append((start, end + 1))
        end = text.find("円", end + 1)
    return sorted(found)


def figures(text: str) -> list[tuple[int, int]]:
    """The parts of a text that hold figures, with what stands behind each: everything counted stands in one of them."""
    found: list[tuple[int, int]] = []
    for match in _FIGURES.finditer(text):
        start, end = match.start(), min(match.end() + _BEHIND, len(text))
        if found and start <= found[-1][1]:
            start = found.pop()[0]
        found.append((start, end))
    return found


def _each(regex: re.Pattern[str], text: str, parts: Sequence[tuple[int, int]] | None) -> Iterator[re.Match[str]]:
    for start, end in figures(text) if parts is None else parts:
        yield from regex.finditer(text, start, end)


def days(text: str, parts: Sequence[tuple[int, int]] | None = None) -> list[Quantity]:
    """All numbers of days (``30日以内``, ``二十日間``) in a normalised text. Days of a month (``4月10日``) are none.

    ``parts`` of the text are those of ``figures``, where they are known already; here and below.
    """
    return [Quantity(*match.span(), int(_value(match[0][:-1]))) for match in _each(_DAYS, text, parts)]


def prices(text: str, sums: Sequence[Quantity] | None = None) -> list[Quantity]:
    """The sums of a text that are prices, with tax: limits (限度額 200万円, 50万円以下) are none.

    A sum that is said to be without tax counts with the standard rate of ten per cent (消費税法29条と地方税法72条の83,
    since 2019-10-01), since what a contract costs is compared with the limits. ``sums`` are those of ``amounts``, where
    they are known already.
    """
    found = []
    for amount in amounts(text) if sums is None else sums:
        if _LIMIT_BEFORE.search(text, max(0, amount.start - 24), amount.start) or _LIMIT_BEHIND.match(text, amount.end):
            continue
        value = int(amount.value * _TAX) if _WITHOUT_TAX.match(text, amount.end) else amount.value
        found.append(amount._replace(value=value))
    return found


def terms(text: str, parts: Sequence[tuple[int, int]] | None = None) -> list[Quantity]:
    """All lengths of time in days: 60日, 2週間, 1か月半, 翌々月, 半年後. A month counts as thirty days."""
    parts = figures(text) if parts is None else parts
    found = days(text, parts)
    if "翌々月" in text:
        found += [Quantity(*m.span(), _TWO_MONTHS) for m in _MONTH_AFTER_NEXT.finditer(text)]
    if "半年" in text:
        found += [Quantity(*m.span(), _HALF) for m in _HALF_YEAR.finditer(text)]
    found += [Quantity(*m.span(), int(_value(m[1]) * _WEEK)) for m in _each(_WEEKS, text, parts)]
    found += [
        Quantity(*m.span(), int(_value(m[1]) * _MONTH) + (_MONTH // 2 if m[2] else 0))
        for m in _each(_MONTHS, text, parts)
    ]
    return sorted(found)


def months(text: str, parts: Sequence[tuple[int, int]] | None = None) -> list[Quantity]:
    """All lengths of time in months: 36か月, 5年間, 3か年."""
    parts = figures(text) if parts is None else parts
    found = [Quantity(*m.span(), int(_value(m[1]))) for m in _each(_MONTHS, text, parts)]
    found += [Quantity(*m.span(), int(_value(m[1]) * _YEAR_MONTHS)) for m in _each(_YEARS, text, parts)]
    return sorted(found)


def persons(text: str, parts: Sequence[tuple[int, int]] | None = None) -> list[Quantity]:
    """All numbers of persons or cases: 412人分, 千人, 9,000名, 3万人."""
    return [Quantity(*m.span(), int(_value(m[1]))) for m in _each(_PERSONS, text, parts)]


def _value(number: str) -> Decimal:
    return _arabic(number) if number[0].isascii() else Decimal(kanji(number))


def _arabic(number: str) -> Decimal:
    total = section = Decimal(0)
    for digits, ten, myriad in _PIECE.findall(number):
        section += Decimal(digits.replace(",", "")) * _TENS.get(ten, 1)
        if myriad:
            total += section * _MYRIADS[myriad]
            section = Decimal(0)
    return total + section


def kanji(number: str) -> int:
    """A whole number in kanji: ``二百八十万``, ``二八〇万``, ``弐百八拾萬``."""
    total = section = digit = 0
    for char in number:
        if char in _DIGITS:
            digit = digit * 10 + _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        else:
            total += (section + digit or 1) * _MYRIADS[char]
            section = digit = 0
    return total + section + digit
