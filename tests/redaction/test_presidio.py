"""Presidio's seam: our recognizers in its engine, its recognizers in our detector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult

from policies.reading import Reading
from redaction.analyzer import RECOGNIZERS, PersonalInformation
from redaction.presidio import FromPresidio, SudachiEngine, engine

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine


@pytest.fixture(scope="module")
def presidio() -> AnalyzerEngine:
    return engine([make() for make in RECOGNIZERS])


def test_our_recognizers_work_in_presidios_own_engine(presidio: AnalyzerEngine) -> None:
    text = "山田太郎様の個人番号は１２３４－５６７８－９０１８です。"
    found = {(r.entity_type, text[r.start : r.end]) for r in presidio.analyze(text, language="ja")}
    assert ("PERSON", "山田太郎") in found
    assert ("MY_NUMBER", "１２３４－５６７８－９０１８") in found


def test_presidios_recognizers_work_in_our_detector() -> None:
    """In Presidio's no-code form, as an administrator would write one."""
    card = PatternRecognizer.from_dict(
        {
            "name": "図書館カード",
            "supported_language": "ja",
            "supported_entity": "LIBRARY_CARD",
            "patterns": [{"name": "L", "regex": r"(?<![A-Z0-9])L\d{5}(?!\d)", "score": 0.9}],
        }
    )
    detector = PersonalInformation([FromPresidio(card, SudachiEngine())])
    assert "pii.library_card" in detector.kinds
    text = "図書館カードはＬ１２３４５です。"
    (finding,) = detector.detect(Reading(text))
    assert (finding.kind, finding.rule) == ("pii.library_card", "pii/library-card")
    assert text[finding.span.start : finding.span.end] == "Ｌ１２３４５"


def test_a_pattern_with_an_odd_name_is_refused() -> None:
    odd = PatternRecognizer(supported_entity="図書館", supported_language="ja", patterns=[Pattern("x", r"L\d+", 0.5)])
    with pytest.raises(ValueError, match="cannot be a kind"):
        FromPresidio(odd, SudachiEngine())


class Failing(EntityRecognizer):
    def load(self) -> None: ...

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        raise RuntimeError("broken")


def test_a_failing_recognizer_is_not_an_empty_result() -> None:
    failing = Failing(supported_entities=["X"], supported_language="ja")
    with pytest.raises(RuntimeError):
        PersonalInformation([FromPresidio(failing, SudachiEngine())]).detect(Reading("x"))


def test_the_engine_reads_sudachis_words() -> None:
    artifacts = SudachiEngine().process_text("山田太郎です。", "ja")
    assert [token.text for token in artifacts.tokens] == ["山田", "太郎", "です", "。"]
    assert artifacts.tokens_indices == [0, 2, 4, 6]
