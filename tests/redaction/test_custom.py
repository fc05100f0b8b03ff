"""Recognizers in Presidio's no-code form: they find, they are refused by line, they cannot hang, they fail closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from presidio_analyzer.recognizer_registry.recognizers_loader_utils import RecognizerListLoader

from policies.document import DocumentError
from policies.reading import Reading
from redaction.analyzer import build
from redaction.custom import load_recognizers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOOD = r"""recognizers:
  - name: 図書館カード
    supported_entity: LIBRARY_CARD
    patterns:
      - name: L番号
        regex: '\bL\d{5}\b'
        score: 0.3
      - name: 長い番号
        regex: 'LIB-\d{2}-\d{4}'
        score: 0.9
    context: [図書館, 利用カード]
    examples:
      match: [図書館の利用カードはＬ１２３４５です。, 番号はLIB-24-0001]
      no_match: [型番L12345の机を買う。]
  - name: 愛称
    supported_entity: PROJECT_NAME
    deny_list: [ほたる作戦]
    examples:
      match: [ほたる作戦を始める。]
      no_match: [ほたるを見る。]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "recognizers.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("図書館でL98765を出した", "pii.library_card", "L98765"),
        ("図書館でＬ９８７６５を出した", "pii.library_card", "Ｌ９８７６５"),
        ("L987\u200b65（利用カード）", "pii.library_card", "L987\u200b65"),
        ("控えはLIB-24-0153です", "pii.library_card", "LIB-24-0153"),
        ("極秘のほたる作戦", "pii.project_name", "ほたる作戦"),
    ],
)
def test_they_find_in_the_detector(tmp_path: Path, text: str, kind: str, wanted: str) -> None:
    detector = build(recognizers=write(tmp_path, GOOD))
    assert kind in detector.kinds
    assert (kind, wanted) in [(f.kind, text[f.span.start : f.span.end]) for f in detector.detect(Reading(text))]


def test_a_weak_match_needs_context(tmp_path: Path) -> None:
    recognizers, _ = load_recognizers(write(tmp_path, GOOD))
    assert list(recognizers[0].find(Reading("机はL98765です"))) == []
    (hit,) = recognizers[0].find(Reading("図書館のL98765"))
    assert hit.score == pytest.approx(0.65)


def test_presidio_reads_the_same_form() -> None:
    rows = yaml.safe_load(GOOD)["recognizers"]
    for row in rows:
        del row["examples"]
        row |= {"supported_language": "ja", "type": "custom"}
    loaded = list(RecognizerListLoader.get([*rows], ["ja"], 0))
    assert {entity for recognizer in loaded for entity in recognizer.supported_entities} == {
        "LIBRARY_CARD",
        "PROJECT_NAME",
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace(r"'\bL\d{5}\b'", r"'(?<!\d)L\d{5}'"), "recognizers.yaml:6:16: not a pattern that re2 takes: invalid perl operator"),
        (lambda text: text.replace(r"'\bL\d{5}\b'", "'('"), "not a pattern that re2 takes: missing )"),
        (lambda text: text.replace(r"'\bL\d{5}\b'", r"'\d*'"), "matches the empty text"),
        (lambda text: text.replace(r"'\bL\d{5}\b'", f"'{'a' * 1001}'"), "longer than 1000 characters"),
        (lambda text: text.replace("score: 0.3", "score: 3"), "recognizers.yaml:7:16"),
        (lambda text: text.replace("LIBRARY_CARD", "library card"), "recognizers.yaml:3:23"),
        (lambda text: text.replace("context:", "kontext:"), "recognizers.yaml:11:5: unknown key kontext"),
        (lambda text: text.replace("図書館の利用カードはＬ１２３４５です。", "型番はL12345"), "recognizers.yaml:13:15: this example is not found by 図書館カード"),
        (lambda text: text.replace("型番L12345の机を買う。", "図書館L12345"), "recognizers.yaml:14:18: this example is found by 図書館カード"),
        (lambda text: text.replace("    deny_list: [ほたる作戦]\n", ""), "needs patterns or a deny_list"),
        (lambda text: text.replace("    context: [図書館, 利用カード]\n", "").replace("0.9", "0.2"), "nothing would ever be found"),
        (lambda _: "recognizers: []\n", "at least 1 item"),
        (lambda text: text + "  - [\n", "not valid YAML"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused(tmp_path: Path, change: Callable[[str], str], message: str) -> None:
    with pytest.raises(DocumentError) as raised:
        load_recognizers(write(tmp_path, change(GOOD)))
    assert message in str(raised.value)


def test_a_pattern_that_would_hang_elsewhere_takes_linear_time(tmp_path: Path) -> None:
    text = GOOD.replace(r"'\bL\d{5}\b'", "'(a+)+(a+)+(a+)+L[0-9]{5}'").replace("Ｌ１２３４５", "aaaＬ１２３４５")
    recognizers, _ = load_recognizers(write(tmp_path, text))
    assert list(recognizers[0].find(Reading("a" * 200_000))) == []


def test_one_that_raises_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    detector = build(recognizers=write(tmp_path, GOOD))

    def broken(*_: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr("redaction.custom.Custom.on", broken)
    with pytest.raises(ZeroDivisionError):
        detector.detect(Reading("図書館"))
