"""What all recognizers share about one reading: digits unified, labels found, names and addresses read once."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from redaction import addresses, joint, labels, names, tables
from redaction.hit import resolve
from redaction.places.mentions import mentions
from redaction.tagger.model import Tagging, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policies.reading import Reading
    from redaction.hit import Hit
    from redaction.places.mentions import Mention

_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九ニー―−‐－–", "001234567892------")
_KANJI_RUN = re.compile(
    r"[〇零一二三四五六七八九]{2,}(?:[-ー―−‐－–・ ()][〇零一二三四五六七八九]{1,}){1,4}|(?<![〇零一二三四五六七八九])[〇零一二三四五六七八九]{7,}"
    # Kanji and other digits within one grouped number; the katakana ニ is often typed for the kanji.
    r"|(?<![0-9])[0-9]{2,4}-(?=[0-9ニ-]{0,8}[〇零一二三四五六七八九])[0-9〇零一二三四五六七八九ニ]{2,4}-[0-9〇零一二三四五六七八九]{4}"
    r"|(?<=[0-9])〇+(?=[0-9])"
)
# Read from paper: capital O and I, small l, and a kanji one for a hyphen, within groups of digits.
_MISREAD = re.compile(
    r"(?<![0-9A-Za-z])(?=[^\n]{0,6}[0-9])[0-9OoIl]{1,6}(?: {0,2}[- 一] {0,2}[0-9OoIl]{1,6}){1,14}(?![0-9A-Za-z])"
)
_MISREAD_ALONE = re.compile(r"(?<![0-9A-Za-z])(?=[OIl]*[0-9][0-9OIl]*[0-9])[0-9OIl]{4,}(?![0-9A-Za-z])")
_MISREAD_DATE = re.compile(r"(?<=[年月正和成])[0-9OIl]{1,2}(?=[年月日])")
_MIXED = re.compile(r"[0-9][ -]{0,3}[OoIl一]|[OoIl一][ -]{0,3}[0-9]|[0-9]〇[0-9]|[年月正和成][OIl]")
# A hyphen of any kind between digits that something invisible kept apart in the original.
_LONG_MARK = re.compile(r"(?<=[0-9])[ー―–−‐](?=[0-9])")
_DIGITS = re.compile(r"\d+")
_GAP = 16
"""Characters between two digits of one identifier, at most."""
_REACH = 48
"""Characters around an identifier's digits that its pattern may take in or look at."""
_AS_DIGITS = str.maketrans("OoIl一", "0011-")


class Page:
    """One reading as the recognizers see it. All offsets are those of ``reading.view.text``."""

    def __init__(self, reading: Reading, cells: Sequence[Hit] | None = None) -> None:
        """``cells`` are those of the text's tables where they were read already, in a longer text."""
        self.reading = reading
        self._cells = cells
        self.words = reading.view.text
        """The view as it is."""
        self._windows: dict[int, tuple[tuple[int, int], ...]] = {}

    @cached_property
    def text(self) -> str:
        """The view with kanji digits and misread digits as digits, character for character."""
        return unify_digits(self.words)

    def windows(self, digits: int) -> tuple[tuple[int, int], ...]:
        """The parts of ``text`` that may hold a match with so many digits; for 0 the whole text.

        Most text has few digits: a pattern that needs some looks at these parts only.
        """
        if digits not in self._windows:
            self._windows[digits] = tuple(self._around(digits)) if digits else ((0, len(self.text)),)
        return self._windows[digits]

    def _around(self, digits: int) -> Iterator[tuple[int, int]]:
        begin, end = 0, 0
        for first, last, count in self._clusters:
            if count < digits:
                continue
            if end and first - _REACH > end:
                yield begin, end
                end = 0
            begin = begin if end else max(0, first - _REACH)
            end = min(len(self.text), last + _REACH)
        if end:
            yield begin, end

    @cached_property
    def _clusters(self) -> list[tuple[int, int, int]]:
        """Digits near each other: start, end, how many."""
        clusters: list[tuple[int, int, int]] = []
        for match in _DIGITS.finditer(self.text):
            start, end = match.span()
            if clusters and start - clusters[-1][1] <= _GAP:
                clusters[-1] = (clusters[-1][0], end, clusters[-1][2] + end - start)
            else:
                clusters.append((start, end, end - start))
        return clusters

    @cached_property
    def dates(self) -> tuple[tuple[int, int], ...]:
        """Days and months of a year, in any notation."""
        return tuple(match.span() for match in labels.DATE.finditer(self.text))

    @cached_property
    def fields(self) -> tuple[Hit, ...]:
        """Values behind their labels and below their table headers."""
        return (*labels.read(self.text), *(tables.read(self.text) if self._cells is None else self._cells))

    @cached_property
    def ruled_people(self) -> tuple[Hit, ...]:
        """Names of persons by rule."""
        return tuple(resolve(names.read(self)))

    @cached_property
    def ruled_homes(self) -> tuple[Hit, ...]:
        """Addresses by rule."""
        return tuple(resolve(addresses.read(self)))

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Municipalities of the list, each with its town. Raises PlacesError if the list cannot be read."""
        return mentions(self)

    @cached_property
    def tagging(self) -> Tagging:
        """What the trained tagger says. Raises ModelError if its model cannot be read."""
        return shipped().tag(self)

    @cached_property
    def people(self) -> tuple[Hit, ...]:
        """Names of persons, by rule and by the tagger."""
        return tuple(joint.people(self))

    @cached_property
    def homes(self) -> tuple[Hit, ...]:
        """Addresses, by rule and by the tagger."""
        return tuple(joint.homes(self))


def unify_digits(text: str) -> str:
    """Long runs of kanji digits and digits misread from paper as digits: the offsets stay."""
    if _KANJI_RUN.search(text):
        text = _KANJI_RUN.sub(lambda match: match[0].translate(_KANJI_DIGITS), text)
    text = _LONG_MARK.sub("-", text)
    if not _MIXED.search(text):
        return text
    text = _MISREAD.sub(_misread, text)
    text = _MISREAD_DATE.sub(lambda match: match[0].translate(_AS_DIGITS), text)
    return _MISREAD_ALONE.sub(lambda match: match[0].translate(_AS_DIGITS), text)


def _misread(match: re.Match[str]) -> str:
    digits = sum("0" <= char <= "9" for char in match[0])
    return match[0].translate(_AS_DIGITS) if 2 * digits > len(match[0].replace(" ", "")) else match[0]
