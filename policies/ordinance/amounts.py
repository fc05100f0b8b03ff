"""Sums of money in a text, in every notation of Japanese official documents."""

from __future__ import annotations

import re
from typing import NamedTuple

_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "壱": 1, "弐": 2, "参": 3}
_TENS = {"十": 10, "拾": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "億": 100_000_000, "兆": 1_000_000_000_000}
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,16}(?:\.\d{1,8})?"
_AMOUNT = re.compile(
    rf"(?<![\d.,])((?:(?:{_ARABIC})[十百千]?[万億兆]?){{1,6}}|[〇零一二三四五六七八九壱弐参十拾百千万億兆]{{1,24}})"
    r"(千円|百万円|円)"
)
_PIECE = re.compile(rf"({_ARABIC})([十百千]?)([万億兆]?)")


class Amount(NamedTuple):
    """A sum in yen; ``start`` and ``end`` are offsets in the text that was read."""

    start: int
    end: int
    yen: int


def amounts(text: str) -> list[Amount]:
    """All sums in a normalised text (half-width digits)."""
    found = []
    for match in _AMOUNT.finditer(text):
        number, unit = match[1], {"円": 1, "千円": 1000, "百万円": 1_000_000}[match[2]]
        value = _arabic(number) if number[0].isascii() else _kanji(number)
        if value is not None:
            found.append(Amount(match.start(), match.end(), round(value * unit)))
    return found


def _arabic(number: str) -> float | None:
    total = section = 0.0
    for digits, ten, myriad in _PIECE.findall(number):
        section += float(digits.replace(",", "")) * _TENS.get(ten, 1)
        if myriad:
            total += section * _MYRIADS[myriad]
            section = 0.0
    return total + section


def _kanji(number: str) -> float | None:
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
