"""Sequences of words: forms, gaps, groups, and what takes them back."""

from __future__ import annotations

from typing import Any

import pytest

from policies.reading import Reading
from policies.wording.detector import WordingDetector
from policies.wording.entries import PatternEntry, WordGroup
from policies.wording.patterns import PatternError, parse

CONCEPTS = {
    "女性": WordGroup(name="女性", words=("女性", "女", "主婦"), lookalikes=("男女",)),
    "欠点": WordGroup(name="欠点", words=("感情的", "弱い", "分からない")),
}


def pattern(*sequences: str, **more: Any) -> PatternEntry:
    base = {
        "id": "wording/T-301",
        "category": "gender",
        "sequences": sequences,
        "action": "flag",
        "message": "理由",
        "examples": {"match": ["a"], "no_match": ["b"]},
    }
    return PatternEntry.model_validate({**base, **more})


def found(text: str, *entries: PatternEntry) -> list[str]:
    findings = WordingDetector([], entries, CONCEPTS).detect(Reading(text))
    return [text[f.span.start : f.span.end] for f in findings]


@pytest.mark.parametrize(
    ("sequence", "text", "wanted"),
    [
        ("<女性> ならでは", "女性ならではの視点", ["女性ならでは"]),
        ("<女性> ならでは", "女性の視点ならでは", []),
        ("<女性> … <欠点>", "女性の議員は数字に弱くて困る", ["女性の議員は数字に弱く"]),
        ("<女性> …3 <欠点>", "女性の議員は数字に弱くて困る", []),
        ("<女性> … <欠点>", "女性が来た。数字に弱い", []),
        ("<女性> … <欠点>", "男女とも数字に弱い", []),
        ("<女性> の? は", "女性のは", ["女性のは"]),
        ("<女性> の? は", "女性は", ["女性は"]),
        ("主婦|母親 …4 分からない", "母親には分かりません", ["母親には分かりません"]),
        ("主婦|母親 …4 分からない", "母親には分かっていない", ["母親には分かっていない"]),
        ("主婦|母親 …4 分からない", "母親には分からず", ["母親には分からず"]),
        ("主婦|母親 …4 分からない", "母親には分かります", []),
        ("主婦|母親 …4 分からない", "母親には分かって", []),
        ("主婦 …4 責任がない", "主婦に責任はありません", ["主婦に責任はありません"]),
        ("主婦 …4 責任がない", "主婦に責任があります", []),
        ("主婦 …4 責任がない", "主婦には責任がありません", ["主婦には責任がありません"]),
        ("主婦|母親 …4 分からない", "母親には分からない", ["母親には分からない"]),
        ("男 …1 なら", "男なら泣くな", ["男なら"]),
        ("男 …1 なら", "男で結構だ", []),
    ],
)
def test_sequences(sequence: str, text: str, wanted: list[str]) -> None:
    assert found(text, pattern(sequence)) == wanted


def test_words_that_must_or_must_not_stand_beside() -> None:
    near = pattern("彼氏 …2 いますか", near="面接|採用")
    assert found("面接で彼氏はいますかと聞く", near) == ["彼氏はいますか"]
    assert found("彼氏はいますかと聞く", near) == []
    unless = pattern("<女性> … <欠点>", unless="偏見|差別")
    assert found("女性は感情的だ", unless) == ["女性は感情的"]
    assert found("女性は感情的だという偏見", unless) == []
    assert found("女性は感情的だ。偏見をなくす", unless) == ["女性は感情的"]


def test_one_remark_on_a_sentence_and_the_surest_pattern_speaks() -> None:
    vague = pattern("<女性> は", doubtful=True)
    sure = pattern("感情的 だ", id="wording/T-302")
    findings = WordingDetector([], [vague, sure], CONCEPTS).detect(Reading("女性は感情的だ。女性は"))
    assert [(f.rule, f.score) for f in findings] == [("wording/T-302", 1.0), ("wording/T-301", 0.5)]
    assert (findings[0].span.start, findings[0].span.end) == (0, 7)


@pytest.mark.parametrize(
    ("sequence", "reason"),
    [
        ("<男性> は", "no group is named <男性>"),
        ("女性 …", "none ends in a gap"),
        ("… 女性", "between two words"),
        ("女性 …99 弱い", "at most 60"),
        ("女性? 弱い?", "a word that must stand"),
        ("は の", "other than particles"),
        ("a? b? c? d? e? 女性", "at most 4"),
        ("女性|| 弱い", "not an element"),
        ("女<性 弱い", "not an element"),
    ],
)
def test_refused(sequence: str, reason: str) -> None:
    with pytest.raises(PatternError, match=reason):
        parse(sequence, CONCEPTS)


@pytest.mark.parametrize("piece", ["女性は感情的だ。", "女性", "女性は", "弱い女性の", "女性 "])
def test_long_texts_are_read_in_linear_time(piece: str) -> None:
    entries = [pattern("<女性> …40 は …40 <欠点> …40 だ"), pattern("<女性> …9 <女性> …9 <女性>", id="wording/T-302")]
    detector = WordingDetector([], entries, CONCEPTS)
    detector.detect(Reading(piece * 5_000))
