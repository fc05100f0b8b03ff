"""Patterns over words: what is implied by several ordinary words in a certain order.

A sequence is written as elements with spaces between them, next to each other in the text unless a gap stands
between: ``<女性> …10 感情的|ヒステリック``. ``<名>`` is a group, ``a|b`` one of several, ``a?`` may be missing, ``…`` a
gap of up to twelve characters of the same sentence and ``…20`` one of up to twenty. Words are found as they are
spelt, at word boundaries, and by their normalised forms, so that 弱い finds 弱く. In a lookup that terms and patterns
share, the numbers of a pattern's words are negative.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from policies.wording.terms import Place
from policies.wording.vocabulary import BEYOND_ASCII, Found, at_boundaries, fold, inside, only_function_words, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policies.reading import Reading
    from policies.wording.entries import PatternEntry, WordGroup

GAP = 12
"""Characters that `…` may stand for."""

_LONGEST_GAP = 60
_MOST_OPTIONAL = 4
_GAP = re.compile(r"…([1-9][0-9]?)?")
_LONGEST_PARTICLE = 3
_SHORT = 2
_MUST = "なければ"  # 知らせなければならない asks for what 知らせない refuses
_NOT = "ない"  # the auxiliary and the adjective have different normalised forms
_ONE_KANA = re.compile(r"[\u3041-\u3096、。]")
_END = re.compile(r"[。!?\n]")


class PatternError(ValueError):
    """A sequence that cannot be read; the message says why."""


class Step(NamedTuple):
    """One element and how many characters may stand before it."""

    gap: int
    words: frozenset[str]
    optional: bool


def parse(sequence: str, groups: Mapping[str, WordGroup]) -> list[Step]:
    """Read one sequence. Raises PatternError for an unknown group, a gap at an end or an empty element."""
    steps: list[Step] = []
    gap = 0
    for part in sequence.split():
        if match := _GAP.fullmatch(part):
            gap = int(match[1] or GAP)
            if not steps or gap > _LONGEST_GAP:
                raise PatternError(f"a gap stands between two words and is at most {_LONGEST_GAP}")
            continue
        steps.append(Step(gap, frozenset(alternatives(part.removesuffix("?"), groups)), part.endswith("?")))
        gap = 0
    if gap or all(step.optional or _only_particles(step) for step in steps):
        raise PatternError("a sequence needs a word that must stand, other than particles, and none ends in a gap")
    if sum(step.optional for step in steps) > _MOST_OPTIONAL:
        raise PatternError(f"at most {_MOST_OPTIONAL} elements of a sequence may be optional")
    return steps


def _only_particles(step: Step) -> bool:
    return any(_is_particle(word) for word in step.words)


@lru_cache(maxsize=8192)
def _is_particle(word: str) -> bool:
    """One hiragana (by itself Sudachi may read で as a conjunction), or a few that are particles and auxiliaries."""
    if len(word) == 1 or word == _NOT:
        return bool(_ONE_KANA.match(word))
    return len(word) <= _LONGEST_PARTICLE and not word.startswith("<") and only_function_words(fold(word))


def alternatives(element: str, groups: Mapping[str, WordGroup]) -> Iterator[str]:
    """The words, and the groups as ``<name>``, of one element."""
    for word in element.split("|"):
        if word.startswith("<") and word.endswith(">"):
            if word[1:-1] not in groups:
                raise PatternError(f"no group is named {word}")
            yield word
        elif not word or {"<", ">", "…"} & set(word):
            raise PatternError(f"not an element: {element}")
        else:
            yield word


@dataclass(frozen=True, slots=True, eq=False)
class _Element:
    """One of several words: those looked up beforehand by number, and particles, looked for where one may stand.

    There is one of each, so it is its own key.
    """

    words: frozenset[int]
    particles: tuple[str, ...]


class _Hits:
    """Where the words of a text stand: by number of the word, start and end in order."""

    def __init__(self, text: str, reading: Reading, places: dict[int, list[tuple[int, int]]]) -> None:
        self.text, self.places = text, places
        self._reading, self._boundaries = reading, reading.boundaries
        self.present = frozenset(places)
        self._of_element: dict[_Element, list[tuple[int, int]]] = {}

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The sentence around a place."""
        return self._reading.derived(sentences).around(start, end)

    def has(self, element: _Element) -> bool:
        """Whether the element may stand somewhere."""
        return bool(element.particles) or not element.words.isdisjoint(self.present)

    def within(self, element: _Element, low: int, high: int) -> list[tuple[int, int]]:
        """Places of an element that start from ``low`` to ``high``, both included, in order."""
        if (known := self._of_element.get(element)) is None:
            stand = element.words & self.places.keys()
            known = self._of_element[element] = sorted({place for number in stand for place in self.places[number]})
        places = known[bisect_left(known, (low, 0)) : bisect_right(known, (high, len(self.text)))] if known else known
        return sorted([*places, *self._particles(element, low, high)]) if element.particles else places

    def _particles(self, element: _Element, low: int, high: int) -> Iterator[tuple[int, int]]:
        for word in element.particles:
            start = self.text.find(word, low, high + len(word))
            while start >= 0:
                end = start + len(word)
                if start in self._boundaries and end in self._boundaries:
                    yield start, end
                start = self.text.find(word, start + 1, high + len(word))


class _Sequence(NamedTuple):
    """One way through a sequence, its optional elements taken or left."""

    entry: int
    steps: tuple[tuple[int, _Element], ...]  # gap before, element


class Patterns:
    """All patterns of a list, looked up together."""

    def __init__(self, entries: Sequence[PatternEntry], groups: Mapping[str, WordGroup]) -> None:
        self._entries = entries
        numbers = _Numbers(groups)
        sequences = [
            _Sequence(n, tuple((step.gap, numbers.element(step.words)) for step in way))
            for n, entry in enumerate(entries)
            for text in entry.sequences
            for way in _ways(parse(text, groups))
        ]
        self._near = [numbers.aside(entry.near) for entry in entries]
        self._unless = [numbers.aside(entry.unless) for entry in entries]
        self._sequences = list(dict.fromkeys(sequences))
        self._anchored = _anchored(self._sequences)
        self._numbered = numbers.words()
        self._lookalikes = numbers.lookalikes()

    def spelt(self) -> Iterator[tuple[str, int]]:
        """Words to look up as they are spelt. A short one inside a longer word (男 in 男女) is none."""
        return ((fold(word), -1 - number) for word, number in self._numbered if len(word) > _SHORT)

    def formed(self) -> Iterator[tuple[str, int]]:
        """Words to look up in all their forms."""
        return ((word, -1 - number) for word, number in self._numbered)

    def search(self, reading: Reading, text: str, found: Found) -> Iterator[Place]:
        """Every place where a pattern stands; ``text`` is the view in lower case."""
        hits = _Hits(text, reading, self._places_of_words(reading, text, found))
        anchored = self._anchored
        for n in sorted({n for number in hits.present if number in anchored for n in anchored[number]}):
            sequence = self._sequences[n]
            if all(hits.has(element) for _, element in sequence.steps):
                yield from self._places(sequence, hits)

    def _places_of_words(self, reading: Reading, text: str, found: Found) -> dict[int, list[tuple[int, int]]]:
        """Places by number of the word; a word that stands inside one of its look-alikes does not count."""
        places: dict[int, list[tuple[int, int]]] = {}
        lookalikes, boundaries = self._lookalikes, reading.boundaries
        spelt = [
            hit
            for hit in found.spelt
            if hit[2][0] < 0
            and (
                hit[0] in boundaries and hit[1] in boundaries
                if text[hit[0]] >= BEYOND_ASCII
                else at_boundaries(text, hit[0], hit[1], reading)
            )
        ]
        for start, end, owners in (*spelt, *found.formed):
            place = (start, end)
            for owner in owners:
                if owner >= 0:
                    break  # of the terms
                number = -1 - owner
                if number in lookalikes and any(inside(text, start, end, word) for word in lookalikes[number]):
                    continue
                if number in places:
                    places[number].append(place)
                else:
                    places[number] = [place]
        return places

    def _places(self, sequence: _Sequence, hits: _Hits) -> Iterator[Place]:
        reached = -1
        for start, end in hits.within(sequence.steps[0][1], 0, len(hits.text)):
            if start < reached:  # within what was just found
                continue
            last = _follow(sequence.steps, 1, end, hits)
            if (
                last is not None
                and not hits.text.startswith(_MUST, last - 3)
                and self._allowed(sequence.entry, start, last, hits)
            ):
                yield Place(start, last, self._entries[sequence.entry])
                reached = last

    def _allowed(self, entry: int, start: int, end: int, hits: _Hits) -> bool:
        near, unless = self._near[entry], self._unless[entry]
        if near is None and unless is None:
            return True
        left, right = hits.sentence(start, end)
        return (near is None or bool(hits.within(near, left, right))) and (
            unless is None or not hits.within(unless, left, right)
        )


def _ways(steps: Sequence[Step]) -> Iterator[tuple[Step, ...]]:
    """Without some or all of the optional elements; a gap that is left out widens the next one."""
    optional = [n for n, step in enumerate(steps) if step.optional]
    for taken in range(1 << len(optional)):
        left = {n for k, n in enumerate(optional) if not taken >> k & 1}
        way: list[Step] = []
        gap = 0
        for n, step in enumerate(steps):
            gap = max(gap, step.gap)
            if n not in left:
                way.append(step._replace(gap=gap if way else 0))
                gap = 0
        yield tuple(way)


def _follow(steps: Sequence[tuple[int, _Element]], n: int, end: int, hits: _Hits) -> int | None:
    """Where the rest of the sequence ends, if it stands behind ``end``."""
    if n == len(steps):
        return end
    gap, element = steps[n]
    for start, last in hits.within(element, end, end + gap):
        if gap and _END.search(hits.text, end, start):
            break
        found = _follow(steps, n + 1, last, hits)
        if found is not None:
            return found
    return None


class _Numbers:
    """Gives every word of the patterns a number; one word has several where it has other look-alikes."""

    def __init__(self, groups: Mapping[str, WordGroup]) -> None:
        self._groups = groups
        self._lookalikes = {name: tuple(fold(word) for word in c.lookalikes) for name, c in groups.items()}
        self._numbers: dict[tuple[str, tuple[str, ...]], int] = {}
        self._elements: dict[frozenset[str], _Element] = {}

    def aside(self, element: str | None) -> _Element | None:
        """The element of ``near`` or ``unless``."""
        return None if element is None else self.element(frozenset(alternatives(element, self._groups)))

    def element(self, words: frozenset[str]) -> _Element:
        """The element of these alternatives."""
        if (known := self._elements.get(words)) is None:
            known = self._elements[words] = self._new(words)
        return known

    def _new(self, words: frozenset[str]) -> _Element:
        numbers: set[int] = set()
        particles: list[str] = []
        for word in sorted(words):
            group = self._groups[word[1:-1]] if word[0] == "<" else None
            lookalikes = self._lookalikes[group.name] if group else ()
            for one in group.words if group else (word,):
                if _is_particle(one):
                    particles.append(one)
                else:
                    numbers.add(self._numbers.setdefault((one, lookalikes), len(self._numbers)))
        return _Element(frozenset(numbers), tuple(particles))

    def words(self) -> list[tuple[str, int]]:
        """Each word with its numbers."""
        return [(word, number) for (word, _), number in self._numbers.items()]

    def lookalikes(self) -> dict[int, tuple[str, ...]]:
        """The longer words in which a word does not count, where there are any."""
        return {number: lookalikes for (_, lookalikes), number in self._numbers.items() if lookalikes}


def _anchored(sequences: Sequence[_Sequence]) -> dict[int, list[int]]:
    """Numbers of sequences by the words of their rarest element: only where one of those stands need they be asked."""
    shared = Counter(number for sequence in sequences for _, element in sequence.steps for number in element.words)
    anchored: dict[int, list[int]] = {}
    for n, sequence in enumerate(sequences):
        elements = [element for _, element in sequence.steps if not element.particles]
        anchor = min(elements, key=lambda e: sum(shared[number] for number in e.words))
        for number in anchor.words:
            anchored.setdefault(number, []).append(n)
    return anchored
