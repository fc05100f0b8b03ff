"""Patterns: where the span is, what validity and context ask; and kanji as neighbours."""

from __future__ import annotations

import re

from policies.reading import Reading
from redaction.hit import Hit
from redaction.page import Page
from redaction.recognizers.base import Pattern, PatternRecognizer, digits


def test_the_span_is_the_named_group_or_the_whole_match() -> None:
    assert list(Pattern("x", re.compile(r"番(?P<v>\d+)")).hits(Page(Reading("甲番12乙")))) == [Hit(2, 4, "x", 0.8)]
    assert list(Pattern("x", re.compile(r"\d+"), score=0.5).hits(Page(Reading("甲番12乙")))) == [Hit(2, 4, "x", 0.5)]


def test_validity_refuses() -> None:
    pattern = Pattern("x", re.compile(r"\d+"), valid=lambda text: text == "12")
    assert [hit.start for hit in pattern.hits(Page(Reading("11 12 13")))] == [3]


def test_context_before_and_behind_within_its_window() -> None:
    pattern = Pattern("x", re.compile(r"\d+"), context=re.compile("番号"), window=4, after=3)
    assert len(list(pattern.hits(Page(Reading("番号は12"))))) == 1
    assert list(pattern.hits(Page(Reading("番号はこちらの12")))) == []
    assert len(list(pattern.hits(Page(Reading("12の番号"))))) == 1


def test_labelled_fields_of_its_kinds_are_found_too() -> None:
    class Only(PatternRecognizer):
        kinds = ("my_number",)

    hits = list(Only().find(Reading("個人番号は1234-5678-9012、電話は090-1234-5678")))
    assert [hit.kind for hit in hits] == ["my_number"]


def test_digits_of_a_text() -> None:
    assert digits("03-1234(56)七") == "03123456"
