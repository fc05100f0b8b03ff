"""What all recognizers share about one reading: digits unified, labels found, names and addresses read once."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from redaction import addresses, labels, names, tables
from redaction.hit import resolve

if TYPE_CHECKING:
    from policies.reading import Reading
    from redaction.hit import Hit

_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九ー―−‐－–", "00123456789------")
_KANJI_RUN = re.compile(
    r"[〇零一二三四五六七八九]{2,}(?:[-ー―−‐－–・ ()][〇零一二三四五六七八九]{1,}){1,4}|(?<![〇零一二三四五六七八九])[〇零一二三四五六七八九]{7,}"
)
# Read from paper: capital O and I, small l, and a kanji one for a hyphen, within groups of digits.
_MISREAD = re.compile(
    r"(?<![0-9A-Za-z])(?=[^\n]{0,3}[0-9])[0-9OoIl]{1,6}(?: ?[-一] ?[0-9OoIl]{1,6}){1,4}(?![0-9A-Za-z])"
)
_MISREAD_ALONE = re.compile(r"(?<![0-9A-Za-z])(?=[OIl]*[0-9][0-9OIl]*[0-9])[0-9OIl]{4,}(?![0-9A-Za-z])")
# A hyphen of any kind between digits that something invisible kept apart in the original.
_LONG_MARK = re.compile(r"(?<=[0-9])[ー―–−‐](?=[0-9])")
_AS_DIGITS = str.maketrans("OoIl一", "0011-")


class Page:
    """One reading as the recognizers see it. All offsets are those of ``reading.view.text``."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.words = reading.view.text
        """The view as it is."""

    @cached_property
    def text(self) -> str:
        """The view with kanji digits and misread digits as digits, character for character."""
        return unify_digits(self.words)

    @cached_property
    def fields(self) -> tuple[Hit, ...]:
        """Values behind their labels and below their table headers."""
        return (*labels.read(self.text), *tables.read(self.text))

    @cached_property
    def people(self) -> tuple[Hit, ...]:
        """Names of persons."""
        return tuple(resolve(names.read(self)))

    @cached_property
    def homes(self) -> tuple[Hit, ...]:
        """Addresses."""
        return tuple(resolve(addresses.read(self)))


def unify_digits(text: str) -> str:
    """Long runs of kanji digits and digits misread from paper as digits: the offsets stay."""
    if _KANJI_RUN.search(text):
        text = _KANJI_RUN.sub(lambda match: match[0].translate(_KANJI_DIGITS), text)
    text = _LONG_MARK.sub("-", text)
    if _MISREAD.search(text):
        text = _MISREAD.sub(_misread, text)
    return _MISREAD_ALONE.sub(lambda match: match[0].translate(_AS_DIGITS), text)


def _misread(match: re.Match[str]) -> str:
    digits = sum("0" <= char <= "9" for char in match[0])
    return match[0].translate(_AS_DIGITS) if 2 * digits > len(match[0]) else match[0]
