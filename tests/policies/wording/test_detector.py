"""Words begin and end where words do; look-alikes and ordinary Japanese stay alone."""

from __future__ import annotations

from typing import Any

import pytest

from policies.reading import Reading
from policies.wording import WordEntry, WordingDetector


def entry(term: str, **more: Any) -> WordEntry:
    base = {
        "id": "wording/T-1",
        "category": "insult",
        "term": term,
        "action": "flag",
        "message": "理由",
        "examples": {"match": ["a"], "no_match": ["b"]},
    }
    return WordEntry.model_validate({**base, **more})


def found(text: str, *entries: WordEntry) -> list[str]:
    return [text[f.span.start : f.span.end] for f in WordingDetector(entries).detect(Reading(text))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("看護婦さんを募集する", ["看護婦"]),
        ("この看護婦", ["看護婦"]),
        ("看\u200b護婦", ["看\u200b護婦"]),
        ("看護師を募集する", []),
        ("看護婦人会の総会", []),
    ],
)
def test_a_word_in_japanese(text: str, wanted: list[str]) -> None:
    assert found(text, entry("看護婦", lookalikes=["看護婦人会"])) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("バカな話", ["バカ"]), ("ﾊﾞｶな話", ["ﾊﾞｶ"]), ("バカンスの話", []), ("アルバカーキ", [])],
)
def test_half_width_and_boundaries(text: str, wanted: list[str]) -> None:
    assert found(text, entry("バカ")) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("The Chairman said", ["Chairman"]), ("ＣＨＡＩＲＭＡＮ", ["ＣＨＡＩＲＭＡＮ"]), ("chairmanship", [])],
)
def test_latin_words_in_any_case(text: str, wanted: list[str]) -> None:
    assert found(text, entry("chairman")) == wanted


def test_without_boundary_it_is_found_inside_words() -> None:
    assert found("殺してやるぞ", entry("してやる", boundary=False)) == ["してやる"]


def test_variants_and_kinds() -> None:
    detector = WordingDetector([entry("片親", variants=["欠損家庭"], category="origin")])
    (finding,) = detector.detect(Reading("欠損家庭の子"))
    assert (finding.kind, finding.rule) == ("wording.origin", "wording/T-1")
    assert detector.kinds == {"wording.origin"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("めくらの利用者", ["めくら"]),
        ("めくらでも分かる", ["めくら"]),
        ("ページをめくらずに説明する", []),
        ("カレンダーをめくらなくても分かる", []),
    ],
)
def test_the_stem_of_a_verb_is_no_word(text: str, wanted: list[str]) -> None:
    assert found(text, entry("めくら")) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("バ・カな指示", ["バ・カ"]),
        ("ﾊﾞ ｶな指示", ["ﾊﾞ ｶ"]),
        ("バ　カな指示", ["バ　カ"]),
        ("バ/カ だ", ["バ/カ"]),
        ("バカな指示", ["バカ"]),
        ("バ、カな指示", []),
        ("バ\nカな指示", []),
        ("バ・・・・カな指示", []),
        ("サイバ・カな", []),
    ],
)
def test_a_word_that_is_spread_out(text: str, wanted: list[str]) -> None:
    assert found(text, entry("バカ", separators=True)) == wanted


def test_words_are_found_spread_out_only_where_the_entry_says_so() -> None:
    assert found("バ・カな指示", entry("バカ")) == []
    assert found("ああ無 能だ", entry("無能だ", separators=True)) == []


def test_of_a_word_inside_another_the_longer_is_told() -> None:
    assert found("精神分裂病の方", entry("精神分裂病", variants=["分裂病"])) == ["精神分裂病"]
    short, long = entry("つんぼ", boundary=False), entry("つんぼ桟敷", id="wording/T-2", boundary=False)
    assert found("つんぼ桟敷に置く。つんぼ", short, long) == ["つんぼ桟敷", "つんぼ"]


def test_a_stronger_word_inside_another_is_still_told() -> None:
    short = entry("つんぼ", boundary=False, action="block")
    long = entry("つんぼ桟敷", id="wording/T-2", boundary=False)
    assert found("つんぼ桟敷に置く", short, long) == ["つんぼ桟敷", "つんぼ"]


def test_two_entries_with_the_same_word_are_both_told() -> None:
    detector = WordingDetector([entry("禁句"), entry("禁句", id="wording/T-2", category="conduct")])
    assert {f.rule for f in detector.detect(Reading("これは禁句だ"))} == {"wording/T-1", "wording/T-2"}


@pytest.mark.parametrize("piece", ["バカ", "バカ ", "バ・カ", "バ ", "バカだ。"])
def test_long_texts_are_read_in_linear_time(piece: str) -> None:
    detector = WordingDetector([entry("バカ", separators=True), entry("バカだ", id="wording/T-2", separators=True)])
    detector.detect(Reading(piece * 10_000))


def test_no_entries_find_nothing() -> None:
    detector = WordingDetector([])
    assert detector.detect(Reading("何でも")) == []
    assert detector.kinds == frozenset()


def test_the_revision_changes_with_what_is_found_and_not_with_the_message() -> None:
    assert WordingDetector([entry("あ")]).revision != WordingDetector([entry("い")]).revision
    assert WordingDetector([entry("あ")]).revision == WordingDetector([entry("あ", message="別の理由")]).revision


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("エ○・ヒ○ンの土地", ["エ○・ヒ○ン"]),
        ("エタ・ヒ○ンの土地", ["エタ・ヒ○ン"]),
        ("エ○○ヒニンの土地", []),
        ("○タ・ヒ○ンの土地", []),
        ("エタ・ヒニ○○会", []),
        ("○○タ・ヒニンの会", []),
    ],
)
def test_two_hidden_characters_and_the_blank_of_a_form(text: str, wanted: list[str]) -> None:
    assert found(text, entry("エタ・ヒニン", masked=True)) == wanted
