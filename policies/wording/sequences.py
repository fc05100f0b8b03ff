"""Finding sequences of words in a text once its words are known: few of thousands are looked at, none twice.

Each element of the sequences has one bit. A text has the bits of all elements that one of its words belongs to; a
sequence is followed only where all of its own are among them.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policies.reading import Reading
    from policies.wording.vocabulary import Sentences

Span = tuple[int, int]


_INFLECTED = 10
"""Characters by which a word in the text may be longer than in the list: できていません for できない."""


class Element:
    """One of several words: those looked up beforehand by number, and particles, looked for where one may stand.

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

    __slots__ = ("_boundaries", "_of_element", "_places", "_present", "sentences", "text")

    def __init__(self, text: str, reading: Reading, places: dict[int, list[Span]], sentences: Sentences) -> None:
        self.text, self.sentences = text, sentences
        self._places, self._present, self._boundaries = places, frozenset(places), reading.boundaries
        self._of_element: dict[Element, list[Span]] = {}

    def all(self, element: Element) -> list[Span]:
        """Every place of an element's words, particles left out, in order."""
        if (known := self._of_element.get(element)) is None:
            stand = element.words & self._present
            known = self._of_element[element] = sorted({place for number in stand for place in self._places[number]})
        return known

    def within(self, element: Element, low: int, high: int) -> list[Span]:
        """Places of an element that start from ``low`` to ``high``, both included, in order."""
        if known := self.all(element):
            known = known[bisect_left(known, (low,)) : bisect_left(known, (high + 1,))]
        return sorted([*known, *self._particles(element, low, high)]) if element.particles else known

    def near(self, element: Element, low: int, high: int) -> bool:
        """Whether one of an element's words, particles left out, starts from ``low`` to ``high``."""
        known = self.all(element)
        first = bisect_left(known, (low,))
        return first < len(known) and known[first][0] <= high

    def _particles(self, element: Element, low: int, high: int) -> Iterator[Span]:
        text, boundaries = self.text, self._boundaries
        for word in element.particles:
            start = text.find(word, low, high + len(word))
            while start >= 0:
                end = start + len(word)
                if start in boundaries and end in boundaries:
                    yield start, end
                start = text.find(word, start + 1, high + len(word))


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
    first = sequence.steps[0][1]
    for start, end in hits.within(first, 0, len(hits.text)) if first.particles else hits.all(first):
        if start < reached or (sure is not None and not hits.near(sure[1], end, end + sure[0])):
            continue
        last = _end(sequence.steps, 1, end, hits)
        if last is not None and holds(start, last):
            yield start, last
            reached = last


def _end(way: Sequence[tuple[int, Element]], n: int, end: int, hits: Hits) -> int | None:
    """Where the rest of the sequence ends, if it stands behind ``end``."""
    if n == len(way):
        return end
    gap, element = way[n]
    for start, last in hits.within(element, end, end + gap):
        if gap and hits.sentences.divide(end, start):
            break
        found = _end(way, n + 1, last, hits)
        if found is not None:
            return found
    return None
