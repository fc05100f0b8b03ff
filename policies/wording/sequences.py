"""Finding sequences of words in a text once its words are known: few of thousands are looked at, none twice.

Each element of the sequences has one bit. A text has the bits of all elements that one of its words belongs to; a
sequence is followed only where all of its own are among them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from policies.reading import Reading
    from policies.wording.vocabulary import Sentences

Span = tuple[int, int]
_Places = tuple[list[int], list[Span]]
"""Starts, and the places with their ends, in the same order."""


_INFLECTED = 10
"""Characters by which a word in the text may be longer than in the list: できていません for できない."""


class Element:
    """One of several words: those looked up beforehand by number, and particles of one kana, looked for when asked.

    There is one of each, so it is its own key. ``bit`` is 0 where particles make it stand almost anywhere; ``longest``
    is how many characters it may cover.
    """

    __slots__ = ("bit", "longest", "particles", "words")

    def __init__(self, words: frozenset[int], particles: tuple[str, ...], bit: int, longest: int) -> None:
        self.words, self.particles, self.bit = words, particles, 0 if particles else bit
        self.longest = longest + (_INFLECTED if words else 0)


class Steps(NamedTuple):
    """One way through a sequence, its optional elements taken or left."""

    entry: int
    steps: tuple[tuple[int, Element], ...]
    """Characters that may stand before it, and the element."""
    needs: int
    """The bits of the elements that must stand in the text."""
    sure: tuple[int, Element] | None
    """The last element that is no particle, if not the first, and how far behind the first it may begin."""


class Hits:
    """Where the words of a text stand: by number of the word, start and end."""

    __slots__ = (
        "_boundaries",
        "_of_element",
        "_of_particle",
        "_places",
        "_present",
        "_with_particles",
        "sentences",
        "text",
    )

    def __init__(self, text: str, reading: Reading, places: dict[int, list[Span]], sentences: Sentences) -> None:
        self.text, self.sentences = text, sentences
        self._places, self._present, self._boundaries = places, frozenset(places), reading.boundaries
        self._of_element: dict[Element, _Places] = {}
        self._with_particles: dict[Element, _Places] = {}
        self._of_particle: dict[str, list[Span]] = {}

    def all(self, element: Element) -> list[Span]:
        """Every place of an element's words and particles, in order."""
        return self._all(element)[1]

    def within(self, element: Element, low: int, high: int) -> list[Span]:
        """Places of an element that start from ``low`` to ``high``, both included, in order."""
        starts, known = self._all(element)
        first = bisect_left(starts, low)
        return known[first : bisect_right(starts, high, first)]

    def near(self, element: Element, low: int, high: int) -> bool:
        """Whether one of an element's words, particles left out, starts from ``low`` to ``high``."""
        starts = self._words(element)[0]
        first = bisect_left(starts, low)
        return first < len(starts) and starts[first] <= high

    def _words(self, element: Element) -> _Places:
        """Every place of an element's words, particles left out."""
        if (known := self._of_element.get(element)) is None:
            stand = element.words & self._present
            known = self._of_element[element] = _ordered(place for number in stand for place in self._places[number])
        return known

    def _all(self, element: Element) -> _Places:
        if not element.particles:
            return self._words(element)
        if (known := self._with_particles.get(element)) is None:
            of_words = self._words(element)[1]
            of_particles = (place for word in element.particles for place in self._particle(word))
            known = self._with_particles[element] = _ordered(chain(of_words, of_particles))
        return known

    def _particle(self, word: str) -> list[Span]:
        """Every place of a particle: one that many elements share is looked for once."""
        if (known := self._of_particle.get(word)) is None:
            known = self._of_particle[word] = []
            text, boundaries, length = self.text, self._boundaries, len(word)
            start = text.find(word)
            while start >= 0:
                end = start + length
                if start in boundaries and end in boundaries:
                    known.append((start, end))
                start = text.find(word, start + 1)
        return known


def _ordered(places: Iterable[Span]) -> _Places:
    """Each place once, in order, with the list of where they start."""
    spans = sorted(set(places))
    return [start for start, _ in spans], spans


def steps(entry: int, way: Sequence[tuple[int, Element]], aside: Element | None) -> Steps:
    """One way through a sequence of an entry; ``aside`` is what must stand near, too."""
    needs, sure, reach, last = 0, None, 0, 0
    for n, (gap, element) in enumerate(way):
        needs |= element.bit
        reach += gap
        if n and not element.particles:
            sure, last = element, reach
        reach += element.longest if n else 0
    if aside is not None:
        needs |= aside.bit
    return Steps(entry, tuple(way), needs, None if sure is None else (last, sure))


def places(sequence: Steps, hits: Hits, holds: Callable[[int, int], bool]) -> Iterator[Span]:
    """Every place where a sequence stands and ``holds``, none inside another."""
    reached = -1
    sure = sequence.sure
    dead: set[Span] = set()
    for start, end in hits.all(sequence.steps[0][1]):
        if start < reached or (sure is not None and not hits.near(sure[1], end, end + sure[0])):
            continue
        last = _end(sequence.steps, 1, end, hits, dead)
        if last is not None and holds(start, last):
            yield start, last
            reached = last


def _end(way: Sequence[tuple[int, Element]], n: int, end: int, hits: Hits, dead: set[Span]) -> int | None:
    """Where the rest of the sequence ends, if it stands behind ``end``.

    ``dead`` has the steps with the ends from which it does not: words in the gaps lead to the same ends again and again.
    """
    if n == len(way):
        return end
    if (n, end) in dead:
        return None
    gap, element = way[n]
    for start, last in hits.within(element, end, end + gap):
        if gap and hits.sentences.divide(end, start):
            break
        found = _end(way, n + 1, last, hits, dead)
        if found is not None:
            return found
    dead.add((n, end))
    return None
