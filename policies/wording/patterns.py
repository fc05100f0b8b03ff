"""Patterns over words: what is implied by several ordinary words in a certain order.

A sequence is written as elements with spaces between them, next to each other in the text unless a gap stands
between: ``<女性> …10 感情的|ヒステリック``. ``<名>`` is a concept, ``a|b`` one of several, ``a?`` may be missing, ``…`` a
gap of up to twelve characters of the same sentence and ``…20`` one of up to twenty. Words are found as they are
spelt, at word boundaries, and by their normalised forms, so that 弱い finds 弱く.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from policies.wording.terms import Place
from policies.wording.vocabulary import Forms, Spellings, at_boundaries, fold, inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policies.reading import Reading
    from policies.wording.entries import Concept, PatternEntry

GAP = 12
"""Characters that `…` may stand for."""

_LONGEST_GAP = 60
_MOST_OPTIONAL = 4
_REACH = 300
"""Characters on either side within which a sentence is looked at."""
_GAP = re.compile(r"…([1-9][0-9]?)?")
_END = re.compile(r"[。!?\n]")
_Roles = tuple[tuple[int, tuple[str, ...]], ...]
"""Elements that a word belongs to, each with the longer words in which it does not."""


class PatternError(ValueError):
    """A sequence that cannot be read; the message says why."""


class Step(NamedTuple):
    """One element and how many characters may stand before it."""

    gap: int
    words: frozenset[str]
    optional: bool


def parse(sequence: str, concepts: Mapping[str, Concept]) -> list[Step]:
    """Read one sequence. Raises PatternError for an unknown concept, a gap at an end or an empty element."""
    steps: list[Step] = []
    gap = 0
    for part in sequence.split():
        if match := _GAP.fullmatch(part):
            gap = int(match[1] or GAP)
            if not steps or gap > _LONGEST_GAP:
                raise PatternError(f"a gap stands between two words and is at most {_LONGEST_GAP}")
            continue
        steps.append(Step(gap, frozenset(alternatives(part.removesuffix("?"), concepts)), part.endswith("?")))
        gap = 0
    if gap or not steps or all(step.optional for step in steps):
        raise PatternError("a sequence needs a word that must stand, and none ends in a gap")
    if sum(step.optional for step in steps) > _MOST_OPTIONAL:
        raise PatternError(f"at most {_MOST_OPTIONAL} elements of a sequence may be optional")
    return steps


def alternatives(element: str, concepts: Mapping[str, Concept]) -> Iterator[str]:
    """The words, and the concepts as ``<name>``, of one element."""
    for word in element.split("|"):
        if word.startswith("<") and word.endswith(">"):
            if word[1:-1] not in concepts:
                raise PatternError(f"no concept is named {word}")
            yield word
        elif not word or {"<", ">", "…"} & set(word):
            raise PatternError(f"not an element: {element}")
        else:
            yield word


class _Hits:
    """Where the words of each element stand: by start, the ends."""

    def __init__(self) -> None:
        self.ends: dict[int, dict[int, list[int]]] = {}
        self._starts: dict[int, list[int]] = {}

    def starts(self, element: int, low: int, high: int) -> list[int]:
        """Starts of an element's words from ``low`` to ``high``, both included, in order."""
        if (known := self._starts.get(element)) is None:
            known = self._starts[element] = sorted(self.ends.get(element, ()))
        return known[bisect_left(known, low) : bisect_right(known, high)]


@dataclass(frozen=True, slots=True)
class _Sequence:
    """One way through a sequence, its optional elements taken or left."""

    entry: int
    steps: tuple[tuple[int, int], ...]  # gap before, element
    needed: frozenset[int]


class Patterns:
    """All patterns of a list, looked up together."""

    def __init__(self, entries: Sequence[PatternEntry], concepts: Mapping[str, Concept]) -> None:
        self._entries = entries
        self._elements: dict[frozenset[str], int] = {}
        sequences = [
            _Sequence(n, steps, frozenset(element for _, element in steps))
            for n, entry in enumerate(entries)
            for text in entry.sequences
            for steps in self._ways(parse(text, concepts))
        ]
        self._near = [self._aside(entry.near, concepts) for entry in entries]
        self._unless = [self._aside(entry.unless, concepts) for entry in entries]
        self._by_anchor = _by_anchor(sequences)
        roles = _roles(self._elements, concepts)
        self._words = Spellings((fold(word), of_word) for word, of_word in roles.items())
        self._forms = Forms(roles.items())

    def _ways(self, steps: Sequence[Step]) -> Iterator[tuple[tuple[int, int], ...]]:
        """Without some or all of the optional elements; a gap that is left out widens the next one."""
        optional = [n for n, step in enumerate(steps) if step.optional]
        for taken in range(1 << len(optional)):
            left = {n for k, n in enumerate(optional) if not taken >> k & 1}
            way: list[tuple[int, int]] = []
            gap = 0
            for n, step in enumerate(steps):
                gap = max(gap, step.gap)
                if n not in left:
                    way.append((gap if way else 0, self._element(step.words)))
                    gap = 0
            yield tuple(way)

    def _element(self, words: frozenset[str]) -> int:
        return self._elements.setdefault(words, len(self._elements))

    def _aside(self, element: str | None, concepts: Mapping[str, Concept]) -> int | None:
        return None if element is None else self._element(frozenset(alternatives(element, concepts)))

    def search(self, reading: Reading, text: str) -> Iterator[Place]:
        """Every place where a pattern stands; ``text`` is the view in lower case."""
        hits = self._hits(reading, text)
        for anchor in hits.ends.keys() & self._by_anchor.keys():
            for sequence in self._by_anchor[anchor]:
                if sequence.needed <= hits.ends.keys():
                    yield from self._places(sequence, hits, text)

    def _hits(self, reading: Reading, text: str) -> _Hits:
        hits = _Hits()
        for start, end, roles in self._words.search(text):
            if at_boundaries(text, start, end, reading):
                self._note(hits, (start, end), roles, text)
        for start, end, roles in self._forms.search(reading):
            self._note(hits, (start, end), roles, text)
        return hits

    def _note(self, hits: _Hits, place: tuple[int, int], roles: Iterable[_Roles], text: str) -> None:
        start, end = place
        for element, lookalikes in (role for of_word in roles for role in of_word):
            if not any(inside(text, start, end, word) for word in lookalikes):
                ends = hits.ends.setdefault(element, {}).setdefault(start, [])
                if end not in ends:
                    ends.append(end)

    def _places(self, sequence: _Sequence, hits: _Hits, text: str) -> Iterator[Place]:
        first = sequence.steps[0][1]
        reached = -1
        for start in hits.starts(first, 0, len(text)):
            if start < reached:  # within what was just found
                continue
            for end in hits.ends[first][start]:
                last = _follow(sequence.steps, 1, end, hits, text)
                if last is not None and self._allowed(sequence.entry, start, last, hits, text):
                    yield Place(start, last, self._entries[sequence.entry])
                    reached = last
                    break

    def _allowed(self, entry: int, start: int, end: int, hits: _Hits, text: str) -> bool:
        near, unless = self._near[entry], self._unless[entry]
        if near is None and unless is None:
            return True
        left, right = sentence(text, start, end)
        return (near is None or bool(hits.starts(near, left, right))) and (
            unless is None or not hits.starts(unless, left, right)
        )


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around a place begins and ends, as far as it is looked at."""
    low, high = max(0, start - _REACH), min(len(text), end + _REACH)
    left = max(low, *(text.rfind(mark, low, start) + 1 for mark in "。!?\n"))
    right = _END.search(text, end, high)
    return left, right.start() if right else high


def _follow(steps: Sequence[tuple[int, int]], n: int, end: int, hits: _Hits, text: str) -> int | None:
    """Where the rest of the sequence ends, if it stands behind ``end``."""
    if n == len(steps):
        return end
    gap, element = steps[n]
    for start in hits.starts(element, end, end + gap):
        if gap and _END.search(text, end, start):
            break
        for last in hits.ends[element][start]:
            found = _follow(steps, n + 1, last, hits, text)
            if found is not None:
                return found
    return None


def _by_anchor(sequences: Iterable[_Sequence]) -> dict[int, list[_Sequence]]:
    """Sequences by the element of theirs that the fewest share: only where it stands need they be asked."""
    every = list(sequences)
    shared = Counter(element for sequence in every for element in sequence.needed)
    anchored: dict[int, list[_Sequence]] = {}
    for sequence in every:
        anchored.setdefault(min(sequence.needed, key=lambda e: (shared[e], e)), []).append(sequence)
    return anchored


def _roles(elements: Mapping[frozenset[str], int], concepts: Mapping[str, Concept]) -> dict[str, _Roles]:
    """Each word with the elements that it belongs to."""
    roles: dict[str, dict[tuple[int, tuple[str, ...]], None]] = {}
    for words, element in elements.items():
        for word in words:
            concept = concepts[word[1:-1]] if word[0] == "<" else None
            lookalikes = tuple(fold(one) for one in concept.lookalikes) if concept else ()
            for one in concept.words if concept else (word,):
                roles.setdefault(one, {})[element, lookalikes] = None
    return {word: tuple(of_word) for word, of_word in roles.items()}
