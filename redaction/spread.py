"""A value found once is found everywhere in the request, and no farther."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import ahocorasick

from policies.finding import Finding, Span
from policies.normalize import normalize
from redaction.vault import FIXED_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policies.reading import Reading

# After a surname these make a place, an office or a house of it.
_NOT_A_PERSON = re.compile(
    r"[都道府県市区町村郡駅川山橋港湖島寺]|病院|医院|公園|団地|小学校|中学校|高校|大学|銀行|支店|支所|役所|役場|警察|消防|税務"
)
_SHORTEST = 2
"""Characters of the shortest value that is looked for: one character is a word in too many other words."""
_BLANK = re.compile(r"\s+")
_GROUPING = re.compile(r"[\s().・-]+")
_GROUPED_BEFORE = re.compile(r"\d[-.]\d\Z")
_GROUPED_BEHIND = re.compile(r"\d[-.]\d")
_LOWER = {ord(char): ord(char.lower()) for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class Known:
    """Values of one request (kind, rule, value), to be looked for in each of its texts.

    Widths, blanks, Latin capitals and invisible characters do not matter, nor how numbers of fixed length are
    grouped. Linear in a text, whatever the number of values.
    """

    def __init__(self, values: Iterable[tuple[str, str, str]]) -> None:
        groups: dict[re.Pattern[str], Any] = {}
        for kind, rule, value in values:
            ignored = _GROUPING if kind.rpartition(".")[2].upper() in FIXED_LENGTH else _BLANK
            folded, _ = _squeezed(normalize(value).text, ignored)
            if len(folded) >= _SHORTEST:
                groups.setdefault(ignored, ahocorasick.Automaton()).add_word(folded, (len(folded), kind, rule))
        for automaton in groups.values():
            automaton.make_automaton()
        self._groups = tuple(groups.items())

    def find(self, reading: Reading, covered: Sequence[Span]) -> list[Finding]:
        """Findings of the values that no span of ``covered`` holds wholly already.

        ``covered`` is in order and does not overlap (as ``ruleset.edits`` gives it).
        """
        starts, ends = [span.start for span in covered], [span.end for span in covered]
        found = set()
        for ignored, automaton in self._groups:
            for start, end, kind, rule in _matches(automaton, ignored, reading.view.text):
                if not _stands(reading, start, end, person=kind == "pii.person"):
                    continue
                span = reading.view.span(start, end)
                before = bisect_right(starts, span.start) - 1
                if before < 0 or ends[before] < span.end:
                    found.add(Finding(span, kind, rule))
        return sorted(found)


def _matches(automaton: Any, ignored: re.Pattern[str], text: str) -> Iterator[tuple[int, int, str, str]]:
    """Where the values stand in a text if one reads over what is ignored: start, end, kind, rule."""
    squeezed, offsets = _squeezed(text, ignored)
    for last, (length, kind, rule) in automaton.iter(squeezed):
        yield offsets[last + 1 - length], offsets[last] + 1, kind, rule


def _squeezed(text: str, ignored: re.Pattern[str]) -> tuple[str, Sequence[int]]:
    """The text without what is ignored and in lower case, with the offset of each character left."""
    if not ignored.search(text):
        return text.translate(_LOWER), range(len(text))
    offsets = array("l")
    pieces, done = [], 0
    for match in ignored.finditer(text):
        pieces.append(text[done : match.start()])
        offsets.extend(range(done, match.start()))
        done = match.end()
    pieces.append(text[done:])
    offsets.extend(range(done, len(text)))
    return "".join(pieces).translate(_LOWER), offsets


def _stands(reading: Reading, start: int, end: int, *, person: bool) -> bool:
    """Whether this is the value itself, and not a piece of a longer number, word or name of a place."""
    text = reading.view.text
    if start and _joined(text[start - 1], text[start]):
        return False
    if end < len(text) and _joined(text[end - 1], text[end]):
        return False
    if _GROUPED_BEFORE.search(text[max(0, start - 2) : start + 1]) or _GROUPED_BEHIND.match(text, end - 1):
        return False
    if not person or not _short(text[start:end]):
        return True
    return {start, end} <= reading.boundaries and not _NOT_A_PERSON.match(text, end)


def _joined(left: str, right: str) -> bool:
    """Two digits, or two Latin letters, side by side."""
    return (left.isdigit() and right.isdigit()) or (
        left.isascii() and left.isalpha() and right.isascii() and right.isalpha()
    )


def _short(name: str) -> bool:
    """A surname alone may be a place; a full name is not."""
    return len(name) <= _SHORTEST + 1
