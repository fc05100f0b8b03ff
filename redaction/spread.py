"""A value found once is found everywhere in the request, and no farther."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

import ahocorasick

from policies.finding import Finding, Span
from policies.normalize import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policies.reading import Reading

# After a surname these make a place, an office or a house of it.
_NOT_A_PERSON = re.compile(
    r"[都道府県市区町村郡駅川山橋港湖島寺]|病院|医院|公園|団地|小学校|中学校|高校|大学|銀行|支店|支所|役所|役場|警察|消防|税務"
)
_SHORTEST = 2
"""Characters of the shortest value that is looked for: one character is a word in too many other words."""


def spread(values: Iterable[tuple[str, str, str]], reading: Reading, covered: Sequence[Span]) -> list[Finding]:
    """Findings of known values (kind, rule, value) that no span of ``covered`` holds wholly already.

    ``covered`` is in order and does not overlap (as ``ruleset.edits`` gives it).

    Widths and invisible characters do not matter: both sides are read in the normalised view.
    Linear in the text, whatever the number of values.
    """
    known = ahocorasick.Automaton()
    for kind, rule, value in values:
        folded = normalize(value).text.strip()
        if len(folded) >= _SHORTEST:
            known.add_word(folded, (folded, kind, rule))
    if not known:
        return []
    known.make_automaton()
    starts, ends = [other.start for other in covered], [other.end for other in covered]
    found = []
    for last, (folded, kind, rule) in known.iter(reading.view.text):
        start, end = last + 1 - len(folded), last + 1
        if not _stands(reading, start, end, person=kind == "pii.person"):
            continue
        span = reading.view.span(start, end)
        before = bisect_right(starts, span.start) - 1
        if before < 0 or ends[before] < span.end:
            found.append(Finding(span, kind, rule))
    return found


def _stands(reading: Reading, start: int, end: int, *, person: bool) -> bool:
    """Whether this is the value itself, and not a piece of a longer number, word or name of a place."""
    text = reading.view.text
    if start and _joined(text[start - 1], text[start]):
        return False
    if end < len(text) and _joined(text[end - 1], text[end]):
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
