"""Numbers of the state and of insurers: strong, weak, no match; every spelling that forms and mails show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redaction.recognizers.numbers import InsuranceNumbers, InvoiceNumbers, MyNumber, StateNumbers

if TYPE_CHECKING:
    from collections.abc import Callable

MY_NUMBER = MyNumber()
STATE = StateNumbers()
INSURANCE = InsuranceNumbers()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # strong: the check digit is right, no word needed
        ("123456789018", "123456789018"),
        ("届書に123456789018とある。", "123456789018"),
        ("届書に1234-5678-9018とある。", "1234-5678-9018"),
        ("届書に1234 5678 9018とある。", "1234 5678 9018"),
        ("届書に１２３４５６７８９０１８とある。", "１２３４５６７８９０１８"),
        ("１２３４－５６７８－９０１８", "１２３４－５６７８－９０１８"),
        ("1234ー5678ー9018", "1234ー5678ー9018"),
        ("1234‐5678‐9018", "1234‐5678‐9018"),
        ("1234−5678−9018", "1234−5678−9018"),
        ("一二三四五六七八九〇一八", "一二三四五六七八九〇一八"),
        ("1234\u200b5678\u200b9018", "1234\u200b5678\u200b9018"),
        ("1234\u00ad56789018", "1234\u00ad56789018"),
        ("12345678\n9018", "12345678\n9018"),
        ("個人番号 1 2 3 4 5 6 7 8 9 0 1 8", "1 2 3 4 5 6 7 8 9 0 1 8"),
        # weak: the check digit is wrong, but its name stands before it
        ("個人番号は123456789012です。", "123456789012"),
        ("マイナンバー:1234-5678-9012", "1234-5678-9012"),
        ("My Number 1234 5678 9012", "1234 5678 9012"),
    ],
)
def test_my_number(find: Callable[..., Any], text: str, wanted: str) -> None:
    assert find(MY_NUMBER, text) == [("my_number", wanted)]


@pytest.mark.parametrize(
    "text",
    [
        "契約番号は123456789012です。",
        "法人番号は7123456789018です。",
        "予算額は123456789018000円です。",
        "111111111111",
        "A123456789018B",
        "個人番号カードの交付は10時からです。",
        "1234-5678-9018-1111",
    ],
)
def test_no_my_number(find: Callable[..., Any], text: str) -> None:
    assert find(MY_NUMBER, text) == []


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("住民票コードは12345678901です。", "juminhyo_code", "12345678901"),
        ("住民票コード　１２３４－５６７８－９０１", "juminhyo_code", "１２３４－５６７８－９０１"),
        ("運転免許証（301234567890）で確認", "driver_license", "301234567890"),
        ("免許証番号：3012-3456-7890", "driver_license", "3012-3456-7890"),
        ("免許証は佐藤花子名義で番号64 22 0871 3350", "driver_license", "64 22 0871 3350"),
        ("旅券番号TK1234567を確認", "passport", "TK1234567"),
        ("パスポートはＴＫ１２３４５６７", "passport", "ＴＫ１２３４５６７"),
        ("在留AB12345678CDを提示", "residence_card", "AB12345678CD"),
        ("カードはＡＢ１２３４５６７８ＣＤです", "residence_card", "ＡＢ１２３４５６７８ＣＤ"),
        ("基礎年金番号は1234-567890です", "pension_number", "1234-567890"),
        ("年金番号1234567890の照会", "pension_number", "1234567890"),
        ("年金手帳の番号1234ー567890", "pension_number", "1234ー567890"),
        ("住民票コード 3 8 1 O 5 2 7 7 4 1 9", "juminhyo_code", "3 8 1 O 5 2 7 7 4 1 9"),
        ("print JUMINHYO atena=1 code=57720318846", "juminhyo_code", "57720318846"),
        ("passport number, as you asked, is C01X0006H", "passport", "C01X0006H"),
        ("旅券の写し：X2209317、C7730056", "passport", "C7730056"),
    ],
)
def test_state_numbers(find: Callable[..., Any], text: str, kind: str, wanted: str) -> None:
    assert (kind, wanted) in find(STATE, text)


@pytest.mark.parametrize(
    "text",
    [
        "電話は0312345678です。",
        "伝票番号は12345678901です。",
        "受付番号301234567890",
        "型番は ABC1234567 です。",
        "令和7年度の免許の更新は3件です。",
        "旅券の申請は3番窓口です。",
        "請求記号 K281",
    ],
)
def test_no_state_number(find: Callable[..., Any], text: str) -> None:
    assert find(STATE, text) == []


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("雇用保険1234-567890-1の方", "employment_insurance", "1234-567890-1"),
        ("雇用保険被保険者番号12345678901", "employment_insurance", "12345678901"),
        ("被保険者番号：H123456789", "care_insurance", "H123456789"),
        ("介護保険証の番号は0000123456です", "care_insurance", "0000123456"),
        ("後期高齢者医療の番号12345678", "health_insurance", "12345678"),
        ("保険者番号は06123456です", "health_insurance", "06123456"),
        ("記号 12345 番号 678", "health_insurance", "678"),
        ("被保番 000-729-5538", "care_insurance", "000-729-5538"),
        ("ほけんしょうの　ばんごう（28140073-5518）", "health_insurance", "28140073-5518"),
        ("雇用保険 1234\n567890-1", "employment_insurance", "1234\n567890-1"),
        ("介護保険番号 ００００１２３４５６", "care_insurance", "００００１２３４５６"),
    ],
)
def test_insurance_numbers(find: Callable[..., Any], text: str, kind: str, wanted: str) -> None:
    assert (kind, wanted) in find(INSURANCE, text)


@pytest.mark.parametrize("text", ["国民健康保険税の第3期", "介護保険料は6,200円です。", "健康保険法第63条第1項"])
def test_no_insurance_number(find: Callable[..., Any], text: str) -> None:
    assert find(INSURANCE, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "登録番号 T1234567890123",
        "屋号 霧谷工房（T7123456789012）",
        "個人事業主 Ｔ７１２３４５６７８９０１２",
        "フリーランスの方の番号は T7-1234-5678-9012",
    ],
)
def test_a_sole_proprietors_invoice_number(find: Callable[..., Any], text: str) -> None:
    assert [kind for kind, _ in find(InvoiceNumbers(), text)] == ["invoice_number"]


@pytest.mark.parametrize(
    "text", ["株式会社の登録番号 T7123456789012", "法人番号 7123456789012", "AT7123456789012", "T712345"]
)
def test_a_companys_is_left_alone(find: Callable[..., Any], text: str) -> None:
    assert find(InvoiceNumbers(), text) == []
