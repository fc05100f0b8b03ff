"""Sums of money and numbers of days in a text, in every notation of Japanese official documents."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "壱": 1, "弐": 2, "参": 3}
_TENS = {"十": 10, "拾": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "億": 100_000_000, "兆": 1_000_000_000_000}
_KANJI = "".join((*_DIGITS, *_TENS, *_MYRIADS))

# 2,800,000 or 2800000, with a fraction or without.
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,16})(?:\.\d{1,8})?"
# 1億5千 or 2,800千: every part but the last ends in a unit, so that a row of digits is read in one way only.
_NUMBER = rf"(?:{_ARABIC}(?:[十百千][万億兆]?|[万億兆])){{1,8}}(?:{_ARABIC})?|{_ARABIC}|[{_KANJI}]{{1,24}}"
_AMOUNT = re.compile(rf"(?<!\d)(?<!\d[.,])(?:({_NUMBER})円|¥ ?({_ARABIC}))")
_DAYS = re.compile(rf"(?<![\d月第])(?<!\d[.,])(?<!月[{_KANJI}])(?:\d{{1,4}}|[{_KANJI}]{{1,5}})日(?!本|曜|付|[-~〜])")
_PIECE = re.compile(rf"({_ARABIC})([十百千]?)([万億兆]?)")


class Quantity(NamedTuple):
    """A number of yen or of days; ``start`` and ``end`` are offsets in the text that was read."""

    start: int
    end: int
    value: int


def amounts(text: str) -> list[Quantity]:
    """All sums of yen in a normalised text (half-width digits), in its order. Fractions of a yen are cut off."""
    return [Quantity(*match.span(), int(_value(match[1] or match[2]))) for match in _AMOUNT.finditer(text)]


def days(text: str) -> list[Quantity]:
    """All numbers of days (``30日以内``, ``二十日間``) in a normalised text. Days of a month (``4月10日``) are none."""
    return [Quantity(*match.span(), int(_value(match[0][:-1]))) for match in _DAYS.finditer(text)]


def _value(number: str) -> Decimal:
    return _arabic(number) if number[0].isascii() else Decimal(_kanji(number))


def _arabic(number: str) -> Decimal:
    total = section = Decimal(0)
    for digits, ten, myriad in _PIECE.findall(number):
        section += Decimal(digits.replace(",", "")) * _TENS.get(ten, 1)
        if myriad:
            total += section * _MYRIADS[myriad]
            section = Decimal(0)
    return total + section


def _kanji(number: str) -> int:
    """``二百八十万``, ``二八〇万``, ``弐百八拾萬``."""
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
