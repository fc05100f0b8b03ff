"""A label says what the next value is; the value must have the shape of its kind."""

from __future__ import annotations

import pytest

from policies.normalize import normalize
from redaction import labels


def read(text: str) -> list[tuple[str, str]]:
    text = normalize(text).text
    return [(hit.kind, text[hit.start : hit.end]) for hit in labels.read(text)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("個人番号：123456789018", "my_number", "123456789018"),
        ("マイナンバーは1234-5678-9018です", "my_number", "1234-5678-9018"),
        ('"my number": "1234 5678 9018"', "my_number", "1234 5678 9018"),
        ("住民票コード 12345678901", "juminhyo_code", "12345678901"),
        ("運転免許証の番号は第301234567890号", "driver_license", "301234567890"),
        ("旅券番号 TK1234567", "passport", "TK1234567"),
        ("基礎年金番号:1234-567890", "pension_number", "1234-567890"),
        ("雇用保険被保険者番号 1234-567890-1", "employment_insurance", "1234-567890-1"),
        ("介護保険被保険者番号\n0000123456", "care_insurance", "0000123456"),
        ("口座番号は1234567", "bank_account", "1234567"),
        ("学籍番号：S24-0153", "student_id", "S24-0153"),
        ("宛名番号 0012345678", "resident_id", "0012345678"),
        ("お客さま番号：A-123456", "resident_id", "A-123456"),
        ("受給者証番号は第4521号", "resident_id", "第4521号"),
        ("在外選挙人証 第0812-55号", "resident_id", "第0812-55号"),
    ],
)
def test_values_behind_their_labels(text: str, kind: str, value: str) -> None:
    assert (kind, value) in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "個人番号カードの申請は12月1日からです",
        "マイナンバーについて説明します",
        "口座番号をご記入ください",
        "議案番号12",
        "文書番号 令6総第123号",
        "納品書番号 8814-220931",
        "許可証 第123号",
        "電話番号は代表へ",
        "部屋番号 203",
        "年金 12,345円",
        "普通預金 1234567円",
    ],
)
def test_labels_that_are_only_talked_about(text: str) -> None:
    assert read(text) == []
