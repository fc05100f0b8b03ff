"""Numbers that the state or an insurer gives to a person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redaction import checkdigits
from redaction.hit import Hit
from redaction.recognizers.base import PageRecognizer, Pattern, PatternRecognizer, digits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redaction.page import Page

# No letter or digit directly beside, and no digit behind one more separator.
_BEFORE, _AFTER = r"(?<![\dA-Za-z])(?<!\d[-.])", r"(?![-.]?\d)(?![A-Za-z])"
_GAP = r"[- .・\n]{0,2}"
_TWELVE = re.compile(rf"{_BEFORE}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_AFTER}|{_BEFORE}\d(?:[ -]?\d){{11}}{_AFTER}")


class MyNumber(PatternRecognizer):
    """個人番号: 12 digits with a right check digit; behind its name whatever the check digit (a typo)."""

    patterns = (
        Pattern("my_number", _TWELVE, digits=12, score=0.94, valid=lambda text: checkdigits.my_number(digits(text))),
        Pattern(
            "my_number",
            _TWELVE,
            digits=12,
            score=0.9,
            context=re.compile(
                r"個人番号(?!カード)|マイナンバー|共通番号|通知カード|my ?number|individual ?number", re.IGNORECASE
            ),
            window=40,
        ),
    )


class StateNumbers(PatternRecognizer):
    """住民票コード, driving licence, passport, residence card, pension."""

    patterns = (
        Pattern(
            "juminhyo_code",
            re.compile(rf"{_BEFORE}\d{{5}}{_GAP}\d{{6}}{_AFTER}|{_BEFORE}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{3}}{_AFTER}"),
            digits=11,
            score=0.96,
            context=re.compile("住民票コード|住基コード"),
        ),
        Pattern(
            "driver_license",
            re.compile(
                rf"(?<!\d)\d{{12}}(?!\d)|{_BEFORE}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_AFTER}|{_BEFORE}\d\d-\d\d-\d{{6}}-\d\d{_AFTER}|{_BEFORE}\d\d \d\d \d{{4}} \d{{4}}{_AFTER}"
            ),
            digits=12,
            score=0.96,
            context=re.compile(r"免許証|免許番号|運転免許|運転経歴|driver'?s? licen[cs]e|type=DL", re.IGNORECASE),
        ),
        Pattern(
            "passport",
            re.compile(r"(?<![A-Za-z\d])[A-Z]{1,2} ?\d{4} ?\d{3,4}[A-Z]?(?![A-Za-z\d])"),
            digits=7,
            context=re.compile(r"旅券|パスポート|passport|type=PP", re.IGNORECASE),
            window=40,
        ),
        # Abroad they may mix letters and digits.
        Pattern(
            "passport",
            re.compile(
                r"(?<![A-Za-z\d-])(?=[A-Z0-9]{0,8}\d[A-Z0-9]{0,6}\d)(?=\d{0,8}[A-Z])[A-Z0-9]{8,9}(?![A-Za-z\d-])|(?<![A-Za-z\d-])[A-Z]\d{7}(?![A-Za-z\d-])"
            ),
            digits=2,
            score=0.75,
            context=re.compile(r"旅券|パスポート|passport", re.IGNORECASE),
            window=80,
        ),
        Pattern("passport", re.compile(r"(?<![A-Za-z\d-])[A-Z]{2}\d{7}(?![A-Za-z\d-])"), digits=7, score=0.6),
        Pattern(
            "residence_card",
            re.compile(r"(?<![A-Za-z\d])[A-Z]{2} ?\d{8} ?[A-Z]{2}(?![A-Za-z\d])"),
            digits=8,
            score=0.97,
        ),
        Pattern(
            "pension_number",
            re.compile(r"(?<![\d-])\d{4}[- ]\d{6}(?![- ]?\d)|(?<!\d)\d{10}(?!\d)"),
            digits=10,
            context=re.compile("年金|pension|青い手帳", re.IGNORECASE),
            window=25,
            score=0.9,
        ),
        Pattern("pension_number", re.compile(r"(?<![\d-])\d{4}-\d{6}(?![-\d])"), digits=10, score=0.7),
    )


_INSURANCE = r"(?:保険証?|健保|国保|社保|後期|被保険者証?|組合員証|資格確認書|[Ii]nsurance)"


class InsuranceNumbers(PatternRecognizer):
    """Health, care and employment insurance."""

    patterns = (
        Pattern("employment_insurance", re.compile(r"(?<![\d-])\d{4}-\d{6}-\d(?![\d-])"), digits=11, score=0.95),
        Pattern(
            "care_insurance", re.compile(r"(?<![\dA-Za-z])(?:H\d{9}|0000\d{6})(?![\dA-Za-z])"), digits=9, score=0.85
        ),
        Pattern(
            "care_insurance",
            re.compile(r"(?<![\dA-Za-z-])\d{10}(?![\d-])"),
            digits=10,
            context=re.compile("介護|要支援"),
            window=20,
            after=12,
            score=0.8,
        ),
        # 記号 … 番号 …, in one go or one without the other.
        Pattern(
            "health_insurance",
            re.compile(
                r"(?<!請求)記号[ :・はが及び番号/]{0,8}(?P<v>(?!の)[^\s:、。,()\dの]{0,4}[-・ ]?\d{1,8}(?:[-・]\d{1,8}){0,2})(?![\d桁種])"
            ),
            digits=1,
            score=0.88,
        ),
        Pattern(
            "health_insurance",
            re.compile(
                r"記号[ :はが]{0,3}[^\s:、。,]{1,10}[ 、・/,]{0,3}(?:[のと] ?)?番号[ :はが]{0,3}(?P<v>\d[\d -]{0,8}(?:[(（]?枝番[)）]? ?\d{2})?)(?!\d)"
            ),
            digits=1,
            score=0.9,
        ),
        Pattern(
            "health_insurance",
            re.compile(
                rf"{_INSURANCE}(?:の|被保険者|資格)?[ ]?(?:記号|番号|[Nn]umber|[Nn]o\.?|[・/の]){{0,4}}[^\d\n。、]{{0,6}}"
                r"(?P<v>[一-龥]{0,2}\d{1,8}(?:[-・ ]{1,2}\d{1,8}){0,2}(?:\(枝番\)\d\d)?)(?![\d年月日歳割円条%.])"
            ),
            digits=1,
            score=0.8,
            valid=lambda text: len(digits(text)) > 2 and digits(text) != "119",  # noqa: PLR2004, 保険税3期
        ),
        Pattern(
            "health_insurance",
            re.compile(r"(?<![\dA-Za-z一-龥-])[A-Z一-龥]{0,2}\d{1,8}-\d{1,8}(?:\(枝番\)\d\d)?(?![\d-])"),
            digits=2,
            context=re.compile(r"[Ii]nsurance|保険証|資格確認|国保|社保|健保|記号"),
            window=60,
            score=0.6,
        ),
        Pattern("health_insurance", re.compile(r"枝番[ :)]{0,3}(?P<v>\d{2})(?!\d)"), digits=2, score=0.7),
        Pattern(
            "employment_insurance",
            re.compile(r"(?<!\d)\d{11}(?!\d)"),
            digits=11,
            context=re.compile("雇用保険"),
            window=25,
            score=0.9,
        ),
    )


_ITSELF = re.compile(
    r"個人事業|屋号|自営|フリーランス|個人の?(?:登録|事業者)|[一-龥]{2,4}(?:さん|氏)の(?:インボイス|登録)"
)
_INVOICE = re.compile(r"(?<![A-Za-z\d])T-?\d{13}(?![\dA-Za-z])|(?<![A-Za-z\d])T-?\d(?:-\d{4}){3}(?![-\dA-Za-z])")


class InvoiceNumbers(PageRecognizer):
    """適格請求書発行事業者の登録番号 (T and 13 digits) of a sole proprietor, which is a person.

    A company's is T and its 法人番号, which is public (国税庁法人番号公表サイト) and left alone, like a 法人番号 by itself. A sole
    proprietor's 13 digits are none: their check digit is wrong as a rule, or the words beside say whose they are.
    """

    kinds = ("invoice_number",)

    def on(self, page: Page) -> Iterable[Hit]:
        """Numbers that are no company's."""
        for match in _INVOICE.finditer(page.text):
            company = checkdigits.corporate_number(digits(match[0]))
            around = page.text[max(0, match.start() - _REACH) : match.end() + _REACH]
            if not company or _ITSELF.search(around):
                yield Hit(*match.span(), "invoice_number", 0.85 if company else 0.7)


_REACH = 30
"""Characters before and behind a number in which words say whose it is."""
