"""Patterns over words: what is implied by several ordinary words in a certain order.

A sequence is written as elements with spaces between them, next to each other in the text unless a gap stands
between: ``<女性> …10 感情的|ヒステリック``. ``<名>`` is a group, ``a|b`` one of several, ``a?`` may be missing, ``…`` a
gap of up to twelve characters of the same sentence and ``…20`` one of up to twenty. Words are found as they are
spelt, at word boundaries, and by their normalised forms, so that 弱い finds 弱く. In a lookup that terms and patterns
share, the numbers of a pattern's words are negative.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from policies.wording.sequences import Element, Hits, Steps, places, steps
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
        steps.append(Step(gap, alternatives(part.removesuffix("?"), groups), part.endswith("?")))
        gap = 0
    if gap or all(step.optional or _only_particles(step.words) for step in steps):
        raise PatternError("a sequence needs a word that must stand, other than particles, and none ends in a gap")
    if sum(step.optional for step in steps) > _MOST_OPTIONAL:
        raise PatternError(f"at most {_MOST_OPTIONAL} elements of a sequence may be optional")
    return steps


@lru_cache(maxsize=8192)
def _only_particles(words: frozenset[str]) -> bool:
    return any(map(_is_particle, words))


@lru_cache(maxsize=8192)
def _is_particle(word: str) -> bool:
    """One hiragana (by itself Sudachi may read で as a conjunction), or a few that are particles and auxiliaries."""
    if len(word) == 1 or word == _NOT:
        return bool(_ONE_KANA.match(word))
    return len(word) <= _LONGEST_PARTICLE and only_function_words(fold(word))


def alternatives(element: str, groups: Mapping[str, WordGroup]) -> frozenset[str]:
    """The words, and the groups as ``<name>``, of one element. Raises PatternError for an unknown group or no word."""
    words, names = _alternatives(element)
    for name in names:
        if name not in groups:
            raise PatternError(f"no group is named <{name}>")
    return words


@lru_cache(maxsize=8192)
def _alternatives(element: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words of an element, and the names of its groups. Frames bring the same elements again and again."""
    words = element.split("|")
    names = tuple(word[1:-1] for word in words if word.startswith("<") and word.endswith(">"))
    plain = [word for word in words if word[1:-1] not in names or not word.startswith("<")]
    if not all(plain) or {"<", ">", "…"} & set("".join(plain)):
        raise PatternError(f"not an element: {element}")
    return frozenset(words), names


class Patterns:
    """All patterns of a list, looked up together."""

    def __init__(self, entries: Sequence[PatternEntry], groups: Mapping[str, WordGroup]) -> None:
        self._entries = entries
        numbers = _Numbers(groups)
        self._near = [numbers.aside(entry.near) for entry in entries]
        self._unless = [numbers.aside(entry.unless) for entry in entries]
        ways = dict.fromkeys(
            (n, tuple((step.gap, numbers.element(step.words)) for step in way))
            for n, entry in enumerate(entries)
            for text in entry.sequences
            for way in _ways(parse(text, groups))
        )
        self._numbered, self._bits, self._lookalikes = numbers.shared()
        self._every_bit = (1 << numbers.elements) - 1
        self._sequences = [steps(n, way, self._near[n]) for n, way in ways]
        self._anchored = _anchored(self._sequences, numbers.common, len(self._bits))

    def spelt(self) -> Iterator[tuple[str, int]]:
        """Words to look up as they are spelt. A short one inside a longer word (男 in 男女) is none, unless a particle."""
        return ((fold(word), -1 - n) for word, n in self._numbered if len(word) > _SHORT or _is_particle(word))

    def formed(self) -> Iterator[tuple[str, int]]:
        """Words to look up in all their forms."""
        return ((word, -1 - number) for word, number in self._numbered if not _is_particle(word))

    def search(self, reading: Reading, text: str, found: Found) -> Iterator[Place]:
        """Every place where a pattern stands; ``text`` is the view in lower case."""
        by_number = self._places_of_words(reading, text, found)
        present = 0
        for number in by_number:
            present |= self._bits[number]
        lacking = self._every_bit ^ present
        standing = [n for number in by_number for needs, n in self._anchored[number] if not needs & lacking]
        if standing:
            hits = Hits(text, reading, by_number, reading.derived(sentences))
            for sequence in map(self._sequences.__getitem__, sorted(set(standing))):
                entry = self._entries[sequence.entry]
                holds = partial(self._holds, sequence.entry, hits)
                yield from (Place(start, end, entry) for start, end in places(sequence, hits, holds))

    def _places_of_words(self, reading: Reading, text: str, found: Found) -> dict[int, list[tuple[int, int]]]:
        """Places by number of the words; a word that stands inside one of its look-alikes does not count."""
        by_number: dict[int, list[tuple[int, int]]] = {}
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
                if number in by_number:
                    by_number[number].append(place)
                else:
                    by_number[number] = [place]
        return by_number

    def _holds(self, entry: int, hits: Hits, start: int, end: int) -> bool:
        if hits.text.startswith(_MUST, end - 3):
            return False
        near, unless = self._near[entry], self._unless[entry]
        if near is None and unless is None:
            return True
        left, right = hits.sentences.around(start, end)
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


class _Part(NamedTuple):
    """A word or a word group: numbers of words, particles of one kana, whether it has any, characters of the longest."""

    words: frozenset[int]
    particles: tuple[str, ...]
    common: bool
    longest: int


class _Numbers:
    """Gives every word of the patterns a number; one word has several where it has other look-alikes."""

    def __init__(self, groups: Mapping[str, WordGroup]) -> None:
        self._groups = groups
        self._lookalikes = {name: tuple(fold(word) for word in c.lookalikes) for name, c in groups.items()}
        self._numbers: dict[tuple[str, tuple[str, ...]], int] = {}
        self._elements: dict[frozenset[str], Element] = {}
        self._parts: dict[str, _Part] = {}
        self.common: set[Element] = set()
        """Elements with a particle: they stand in most texts."""

    def aside(self, element: str | None) -> Element | None:
        """The element of ``near`` or ``unless``."""
        return None if element is None else self.element(alternatives(element, self._groups))

    def element(self, words: frozenset[str]) -> Element:
        """The element of these alternatives."""
        if (known := self._elements.get(words)) is None:
            known = self._elements[words] = self._new(words)
        return known

    def _new(self, words: frozenset[str]) -> Element:
        parts = [self._part(word) for word in sorted(words)]
        numbers = parts[0].words if len(parts) == 1 else frozenset(number for part in parts for number in part.words)
        particles = tuple(particle for part in parts for particle in part.particles)
        element = Element(numbers, particles, 1 << len(self._elements), max(part.longest for part in parts))
        if any(part.common for part in parts):
            self.common.add(element)
        return element

    def _part(self, word: str) -> _Part:
        """A word, or a group as ``<name>``: the same for all elements."""
        if (known := self._parts.get(word)) is None:
            group = self._groups[word[1:-1]] if word[0] == "<" else None
            lookalikes = self._lookalikes[group.name] if group else ()
            of_group = group.words if group else (word,)
            particles = tuple(one for one in of_group if len(one) == 1 and _is_particle(one))
            numbers = frozenset(
                self._numbers.setdefault((one, lookalikes), len(self._numbers))
                for one in of_group
                if one not in particles
            )
            common = any(map(_is_particle, of_group))
            known = self._parts[word] = _Part(numbers, particles, common, max(map(len, of_group)))
        return known

    @property
    def elements(self) -> int:
        """How many elements there are: one bit each."""
        return len(self._elements)

    def shared(self) -> tuple[list[tuple[str, int]], list[int], dict[int, tuple[str, ...]]]:
        """Words that belong to the same elements and have the same look-alikes get one number: most of a group.

        Each word with its numbers; by number, the bits of the elements that its words belong to; and the longer words in
        which they do not count, where there are any. The elements know the new numbers.
        """
        belongs = [0] * len(self._numbers)
        for n, element in enumerate(self._elements.values()):
            for number in element.words:
                belongs[number] |= 1 << n
        known: dict[tuple[int, tuple[str, ...]], int] = {}
        new = [known.setdefault((belongs[n], alike), len(known)) for n, (_, alike) in enumerate(self._numbers)]
        bits = [0] * len(known)
        for element in self._elements.values():
            element.words = frozenset(map(new.__getitem__, element.words))
            for number in element.words:
                bits[number] |= element.bit
        words = dict.fromkeys((word, new[n]) for (word, _), n in self._numbers.items())
        lookalikes = {number: alike for (_, alike), number in known.items() if alike}
        return list(words), bits, lookalikes


def _anchored(sequences: Sequence[Steps], common: set[Element], numbers: int) -> list[tuple[tuple[int, int], ...]]:
    """By number of words: the sequences of which it is the rarest element, with what they need.

    Only where a word of its rarest element stands need a sequence be asked.
    """
    asked = Counter(element for sequence in sequences for _, element in sequence.steps)
    shared: Counter[int] = Counter()
    for element, times in asked.items():
        for number in element.words:
            shared[number] += times
    weights = {element: sum(shared[number] for number in element.words) for element in asked}
    anchored: list[list[tuple[int, int]]] = [[] for _ in range(numbers)]
    for n, sequence in enumerate(sequences):
        anchor = min((element for _, element in sequence.steps if element not in common), key=weights.__getitem__)
        for number in anchor.words:
            anchored[number].append((sequence.needs, n))
    return [tuple(of_number) for of_number in anchored]
