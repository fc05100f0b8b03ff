"""Whether a text is a record about persons."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.analyzer import PersonalInformation, build
from redaction.hit import Hit
from redaction.record import KIND, THRESHOLD, estimate, record

NOTES = """相談記録　相談者　佐藤花子（昭和55年3月1日生）　電話 090-1234-5678
住所 青葉野市本町1-2-3　世帯主 佐藤一郎　受給者番号 0012345
経過：夫の佐藤一郎さんは糖尿病で通院中。"""


@pytest.fixture(scope="module")
def detector() -> PersonalInformation:
    return build()


def kinds(detector: PersonalInformation, text: str) -> set[str]:
    return {finding.kind for finding in detector.detect(Reading(text))}


def test_case_notes_are_one(detector: PersonalInformation) -> None:
    assert f"pii.{KIND}" in kinds(detector, NOTES)


@pytest.mark.parametrize(
    "text",
    [
        "山田太郎様から電話がありました。",
        "令和7年度の予算案を議会に提出します。",
        "附則　この条例は、昭和63年4月1日から施行する。第3条　問い合わせは総務課（0267-31-2111）へ。定員20人、無料。",
        "",
    ],
)
def test_these_are_none(detector: PersonalInformation, text: str) -> None:
    assert f"pii.{KIND}" not in kinds(detector, text)


def test_it_takes_no_more_than_what_was_found_first(detector: PersonalInformation) -> None:
    found = detector.detect(Reading(NOTES))
    (whole,) = [finding for finding in found if finding.kind == f"pii.{KIND}"]
    others = [finding for finding in found if finding is not whole]
    assert whole.span == others[0].span
    assert {"pii.person", "pii.phone", "pii.address", "pii.date_of_birth"} <= {finding.kind for finding in others}


def test_the_same_value_counts_once_and_a_kind_has_a_limit() -> None:
    once = estimate("佐藤", [Hit(0, 2, "person", 1.0)])
    assert estimate("佐藤佐藤", [Hit(0, 2, "person", 1.0), Hit(2, 4, "person", 1.0)]) == once
    text = "あ".join(chr(0x4E00 + n) for n in range(50))
    many = [Hit(2 * n, 2 * n + 1, "person", 1.0) for n in range(50)]
    assert estimate(text, many) == estimate(text, many[:10])
    assert record("", []) is None
    assert once < THRESHOLD
