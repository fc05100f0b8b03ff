"""Following a sequence from word to word, and only where all its words are there."""

from __future__ import annotations

from policies.reading import Reading
from policies.wording.sequences import Element, Hits, places, steps
from policies.wording.vocabulary import Sentences

TEXT = "女性には任せない。女性は弱い。"
WOMEN = Element(frozenset({0}), (), 1, 2)
NOT_TRUSTED = Element(frozenset({1}), (), 2, 4)
WEAK = Element(frozenset({2}), (), 4, 2)
OF = Element(frozenset(), ("に", "には", "は"), 8, 2)


def hits() -> Hits:
    found = {0: [(9, 11), (0, 2)], 1: [(4, 8)], 2: [(12, 14)]}
    return Hits(TEXT, Reading(TEXT), found, Sentences(TEXT))


def found(*way: tuple[int, Element]) -> list[str]:
    return [TEXT[a:b] for a, b in places(steps(0, way, None), hits(), lambda _start, _end: True)]


def test_a_sequence_needs_the_bits_of_its_elements_but_not_of_particles() -> None:
    sequence = steps(3, [(0, WOMEN), (0, OF), (0, NOT_TRUSTED)], WEAK)
    assert (sequence.entry, sequence.needs) == (3, 1 | 2 | 4)
    assert OF.bit == 0


def test_words_side_by_side_within_a_gap_and_in_one_sentence() -> None:
    assert found((0, WOMEN), (0, OF), (0, NOT_TRUSTED)) == ["女性には任せない"]
    assert found((0, WOMEN), (0, OF), (0, WEAK)) == ["女性は弱い"]
    assert found((0, WOMEN), (2, NOT_TRUSTED)) == ["女性には任せない"]
    assert found((0, WOMEN), (1, NOT_TRUSTED)) == []
    assert found((0, WOMEN), (40, WEAK)) == ["女性は弱い"]
    assert found((0, NOT_TRUSTED), (40, WEAK)) == []


def test_a_dead_end_is_tried_once() -> None:
    text = "あ" * 60
    each = {0: [(n, n + 1) for n in range(60)]}
    one, gone = Element(frozenset({0}), (), 1, 1), Element(frozenset({9}), (), 2, 1)
    asked = []

    class Counted(Hits):
        def within(self, element: Element, low: int, high: int) -> list[tuple[int, int]]:
            asked.append((element, low))
            return super().within(element, low, high)

    sequence = steps(0, [(0, one), *[(20, one)] * 5, (0, gone)], None)._replace(sure=None)
    seen = Counted(text, Reading(text), each, Sentences(text))
    assert list(places(sequence, seen, lambda _start, _end: True)) == []
    assert len(asked) <= 6 * 61


def test_a_place_that_does_not_hold_hides_no_later_one() -> None:
    sequence = steps(0, [(0, WOMEN), (4, OF)], None)
    assert list(places(sequence, hits(), lambda start, _end: start > 0)) == [(9, 12)]


def test_near_asks_for_words_and_within_for_particles_too() -> None:
    assert hits().near(WOMEN, 1, 9)
    assert not hits().near(WOMEN, 1, 8)
    assert hits().within(OF, 0, 4) == [(2, 3), (2, 4), (3, 4)]
    assert hits().all(WOMEN) == [(0, 2), (9, 11)]


def test_the_last_sure_word_may_lie_behind_particles_and_inflections() -> None:
    sequence = steps(0, [(0, WOMEN), (3, OF), (5, NOT_TRUSTED)], None)
    assert sequence.sure is not None
    reach, element = sequence.sure
    assert element is NOT_TRUSTED
    assert reach == 3 + 2 + 5
