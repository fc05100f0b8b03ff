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
    (finding,) = detector.detect(Reading("欠損家庭という語"))
    assert (finding.kind, finding.rule) == ("wording.origin", "wording/T-1")
    assert detector.kinds == {"wording.origin"}


def test_no_entries_find_nothing() -> None:
    detector = WordingDetector([])
    assert detector.detect(Reading("何でも")) == []
    assert detector.kinds == frozenset()


def test_the_revision_changes_with_what_is_found_and_not_with_the_message() -> None:
    assert WordingDetector([entry("あ")]).revision != WordingDetector([entry("い")]).revision
    assert WordingDetector([entry("あ")]).revision == WordingDetector([entry("あ", message="別の理由")]).revision
