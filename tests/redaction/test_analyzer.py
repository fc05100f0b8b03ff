"""One detector over all recognizers: one finding at a place, and no failure swallowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.reading import Reading
from redaction.analyzer import RECOGNIZERS, PersonalInformation, build
from redaction.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable

LETTER = """青葉野市本町三丁目2番5号に住む白石すみれと申します。母の白石よし江（昭和20年3月1日生まれ）の個人番号は
１２３４－５６７８－９０１８、電話は０９０－１２３４－５６７８、メールはsumire@example.jpです。"""


@pytest.fixture(scope="module")
def detector() -> PersonalInformation:
    return build()


def found(detector: PersonalInformation, text: str) -> list[tuple[str, str]]:
    return [
        (f.kind, text[f.span.start : f.span.end])
        for f in detector.detect(Reading(text))
        if f.kind != "pii.personal_record"
    ]


def test_a_letter(detector: PersonalInformation) -> None:
    assert found(detector, LETTER) == [
        ("pii.address", "青葉野市本町三丁目2番5号"),
        ("pii.person", "白石すみれ"),
        ("pii.person", "白石よし江"),
        ("pii.date_of_birth", "昭和20年3月1日"),
        ("pii.my_number", "１２３４－５６７８－９０１８"),
        ("pii.phone", "０９０－１２３４－５６７８"),
        ("pii.email", "sumire@example.jp"),
    ]


def test_rules_are_named_after_their_kinds(detector: PersonalInformation) -> None:
    assert {f.rule for f in detector.detect(Reading(LETTER))} >= {"pii/my-number", "pii/date-of-birth", "pii/person"}


def test_kinds_are_those_of_the_recognizers(detector: PersonalInformation) -> None:
    concluded = {"pii.unexplained_number", "pii.personal_record"}
    assert detector.kinds == {f"pii.{kind}" for make in RECOGNIZERS for kind in make().kinds} | concluded
    assert {"pii.person", "pii.my_number", "pii.address", "pii.sex", "pii.credential"} <= detector.kinds


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "\ud800", "。", "\u3099", "0" * 500, "[" * 500, "様" * 300])
def test_odd_texts(detector: PersonalInformation, text: str) -> None:
    assert all(0 <= f.span.start < f.span.end <= len(text) for f in detector.detect(Reading(text)))


def test_an_ordinary_text_is_left_alone(detector: PersonalInformation) -> None:
    text = "令和7年度の予算案は、3月1日の議会で可決されました。総務課は来週、説明会を2回開きます。"
    assert found(detector, text) == []


def test_the_revision_is_that_of_the_code(detector: PersonalInformation) -> None:
    assert detector.revision == build().revision
    assert len(detector.revision) == 12


class Broken:
    """A recognizer with a defect."""

    kinds = ("person",)

    def find(self, reading: Reading) -> Iterable[Hit]:
        raise ZeroDivisionError


def test_a_recognizer_that_raises_is_heard() -> None:
    with pytest.raises(ZeroDivisionError):
        PersonalInformation([Broken()]).detect(Reading("x"))


class Fixed:
    """A recognizer that finds the same places in every text."""

    kinds = ("person", "phone")

    def find(self, reading: Reading) -> Iterable[Hit]:
        return [Hit(0, 2, "person", 0.6), Hit(1, 4, "phone", 0.9)]


def test_overlapping_hits_of_all_recognizers_are_one_finding_in_original_offsets() -> None:
    (finding,) = PersonalInformation([Fixed(), Fixed()]).detect(Reading("あ\u200bいうえお"))
    assert (finding.span.start, finding.span.end, finding.kind, finding.rule) == (0, 5, "pii.phone", "pii/phone")
