"""Every number is found whole, however it is typed: a table of kinds and disguises."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.analyzer import PersonalInformation, build

# Kind, the words before, the number as forms show it, the words behind. Invented, with right check digits.
NUMBERS = [
    ("my_number", "届書に", "1234-5678-9018", "とある。"),
    ("my_number", "個人番号は", "123456789018", "です。"),
    ("juminhyo_code", "住民票コードは", "12345678901", "です。"),
    ("driver_license", "運転免許証の番号", "301234567890", "を確認"),
    ("passport", "旅券番号は", "TK1234567", "です。"),
    ("residence_card", "在留カードは", "AB12345678CD", "です。"),
    ("pension_number", "基礎年金番号", "1234-567890", "の照会"),
    ("health_insurance", "保険証の記号番号は", "1234-5678", "です。"),
    ("care_insurance", "介護保険の被保険者番号", "0000123456", "の方"),
    ("employment_insurance", "雇用保険の番号は", "1234-567890-1", "です。"),
    ("bank_account", "振込先は普通", "1234567", "です。"),
    ("credit_card", "カードの番号は", "4111-1111-1111-1111", "です。"),
    ("phone", "電話は", "090-1234-5678", "です。"),
    ("phone", "連絡先", "0267-31-2111", "まで"),
    ("postal_code", "〒", "380-1234", " の方"),
    ("vehicle_number", "車は", "品川 500 あ 12-34", "です。"),
    ("resident_id", "宛名番号は", "0012345678", "です。"),
    ("student_id", "学籍番号は", "S24-0153", "です。"),
    ("email", "宛先は", "sumire@example.jp", "です。"),
    ("ip_address", "接続元は", "192.0.2.44", "です。"),
    ("date_of_birth", "生年月日は", "1980-03-01", "です。"),
    ("credential", "パスワードは", "Aoba#2026", "です。"),
]
_WIDE = {n: n + 0xFEE0 for n in range(0x21, 0x7F)}
_KANJI = str.maketrans("0123456789-", "〇一二三四五六七八九―")
_ALL = frozenset(range(len(NUMBERS)))


def _middle(value: str, mark: str) -> str:
    half = len(value) // 2
    return f"{value[:half]}{mark}{value[half:]}"


DISGUISES = {
    "plain": lambda value: value,
    "full width": lambda value: value.translate(_WIDE),
    "zero width space": lambda value: _middle(value, "\u200b"),
    "soft hyphen": lambda value: _middle(value, "\u00ad"),
    "byte order mark": lambda value: _middle(value, "\ufeff"),
    "en dash": lambda value: value.replace("-", "–"),
    "horizontal bar": lambda value: value.replace("-", "―"),
    "minus": lambda value: value.replace("-", "−"),
    "hyphen": lambda value: value.replace("-", "‐"),
    "full-width hyphen": lambda value: value.replace("-", "－"),
    "long vowel mark": lambda value: value.replace("-", "ー"),
    "half-width long vowel mark": lambda value: value.replace("-", "ｰ"),
}
KANJI = {"my_number", "juminhyo_code", "driver_license", "pension_number", "employment_insurance", "phone", "bank_account", "credit_card", "resident_id"}  # fmt: skip
BROKEN = {
    "my_number",
    "juminhyo_code",
    "driver_license",
    "employment_insurance",
    "credit_card",
    "phone",
    "pension_number",
}


@pytest.fixture(scope="module")
def detector() -> PersonalInformation:
    return build()


def covered(detector: PersonalInformation, before: str, value: str, behind: str) -> bool:
    text = before + value + behind
    found = [f for f in detector.detect(Reading(text)) if f.kind != "pii.personal_record"]
    places = {n for f in found for n in range(f.span.start, f.span.end)}
    return all(n in places for n in range(len(before), len(before) + len(value)))


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize(("kind", "before", "value", "behind"), NUMBERS, ids=[f"{k}-{v}" for k, _, v, _ in NUMBERS])
def test_every_kind_in_every_disguise(
    detector: PersonalInformation, kind: str, before: str, value: str, behind: str, disguise: str
) -> None:
    assert kind in {k.partition(".")[2] for k in detector.kinds}
    assert covered(detector, before, DISGUISES[disguise](value), behind)


@pytest.mark.parametrize(("kind", "before", "value", "behind"), NUMBERS, ids=[f"{k}-{v}" for k, _, v, _ in NUMBERS])
def test_kanji_digits_and_broken_lines(
    detector: PersonalInformation, kind: str, before: str, value: str, behind: str
) -> None:
    if kind in KANJI:
        assert covered(detector, before, value.translate(_KANJI), behind)
    if kind in BROKEN:
        digits = value.replace("-", "")
        assert covered(detector, before, f"{digits[:4]}\n{digits[4:]}", behind)
        assert covered(detector, before, " ".join(value.split("-")), behind)


@pytest.mark.parametrize(("kind", "before", "value", "behind"), NUMBERS, ids=[f"{k}-{v}" for k, _, v, _ in NUMBERS])
def test_mid_sentence_between_kana_and_kanji(
    detector: PersonalInformation, kind: str, before: str, value: str, behind: str
) -> None:
    assert covered(detector, f"昨日の件ですが、{before}", value, f"{behind}よろしくお願いします")
    assert kind
