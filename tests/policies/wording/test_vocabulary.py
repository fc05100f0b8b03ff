"""Words as they are spelt and in their forms, at word boundaries."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from policies.wording.vocabulary import Forms, Spellings, at_boundaries, fold, folded, inside, only_function_words


def test_every_place_of_every_word_with_all_its_owners() -> None:
    words = Spellings([("あい", 1), ("い", 2), ("あい", 3)])
    assert list(words.search("あいい")) == [(0, 2, (1, 3)), (1, 2, (2,)), (2, 3, (2,))]


def test_nothing_to_look_for() -> None:
    assert list(Spellings([("", 1)]).search("何か")) == []
    assert list(Forms([]).search(Reading("何か"))) == []


@pytest.mark.parametrize(
    ("phrase", "text", "wanted"),
    [
        ("弱い", "打たれ弱くて困る", "弱く"),
        ("意志が弱い", "意志が弱かった", "意志が弱かっ"),
        ("分からない", "わからない", "わからない"),
        ("殴ってやる", "殴ってやりたい", "殴ってやり"),
        ("弱い", "強い", ""),
        ("常識がない", "常識もない", "常識もない"),
        ("常識がない", "常識すらありません", "常識すらありません"),
        ("常識がない", "常識でない", ""),
    ],
)
def test_forms(phrase: str, text: str, wanted: str) -> None:
    found = [text[start:end] for start, end, _ in Forms([(phrase, -1)]).search(Reading(text))]
    assert found == ([wanted] if wanted else [])


def test_a_term_stands_with_its_own_particles() -> None:
    assert list(Forms([("前例がない", 1)]).search(Reading("前例のない大雨"))) == []


def test_particles_are_not_looked_up_by_their_normalised_form() -> None:
    assert only_function_words("なら")
    assert list(Forms([("なら", 1)]).search(Reading("女性で、男性だ"))) == []


def test_boundaries_of_japanese_and_of_latin_words() -> None:
    reading = Reading("出土人骨とEssex")
    text = folded(reading)
    assert not at_boundaries(text, 1, 3, reading)
    assert at_boundaries(text, 0, 2, reading)
    assert not at_boundaries(text, text.index("sex"), len(text), reading)


def test_folding_keeps_offsets() -> None:
    assert fold("ＢＡＫＡ") == "baka"
    assert len(folded(Reading("İabc"))) == len(Reading("İabc").view.text)
    assert inside("東京女医会", 2, 4, "女医会")
    assert not inside("女医と会", 0, 2, "女医会")
