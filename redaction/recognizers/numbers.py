"""Numbers that the state or an insurer gives to a person."""

from __future__ import annotations

import re

from redaction import checkdigits
from redaction.recognizers.base import Pattern, PatternRecognizer, digits

_BEFORE, _AFTER = r"(?<![\dA-Za-z])(?<!\d[-. ])", r"(?![-. ]?\d)(?![A-Za-z])"
_GAP = r"[-. \n]?"


def _context(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


class MyNumber(PatternRecognizer):
    """個人番号: 12 digits with a right check digit, or after its name whatever the check digit (a typo)."""

    patterns = (
        Pattern(
            "my_number",
            re.compile(rf"{_BEFORE}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_AFTER}"),
            score=0.95,
            valid=lambda text: checkdigits.my_number(digits(text)),
            context=_context("個人番号|マイナンバー|共通番号|通知カード|my ?number|individual ?number"),
            valid_suffices=True,
        ),
    )


class StateNumbers(PatternRecognizer):
    """住民票コード, licence, passport, residence card, pension."""

    patterns = (
        Pattern(
            "juminhyo_code",
            re.compile(rf"{_BEFORE}\d{{5}}{_GAP}\d{{6}}{_AFTER}|{_BEFORE}\d{{11}}{_AFTER}"),
            score=0.96,
            context=_context("住民票コード|住基コード"),
        ),
        Pattern(
            "driver_license",
            re.compile(rf"(?<!\d)\d{{12}}(?!\d)|{_BEFORE}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_AFTER}"),
            score=0.97,
            context=_context("免許証|免許番号|運転免許|運転経歴|driver'?s? licen[cs]e"),
        ),
        Pattern(
            "passport",
            re.compile(r"(?<![A-Za-z\d])[A-Z]{2} ?\d{7}(?!\d)(?![A-Za-z])"),
            context=_context("旅券|パスポート|passport"),
            window=40,
        ),
        Pattern("residence_card", re.compile(r"(?<![A-Za-z\d])[A-Z]{2} ?\d{8} ?[A-Z]{2}(?![A-Za-z\d])"), score=0.95),
        Pattern(
            "pension_number",
            re.compile(rf"{_BEFORE}\d{{4}}[- ]\d{{6}}{_AFTER}|(?<!\d)\d{{10}}(?!\d)"),
            context=_context("年金|pension"),
            window=25,
        ),
    )


class InsuranceNumbers(PatternRecognizer):
    """Health, care and employment insurance."""

    patterns = (
        Pattern("employment_insurance", re.compile(r"(?<![\d-])\d{4}-\d{6}-\d(?![\d-])"), score=0.9),
        Pattern(
            "care_insurance",
            re.compile(r"(?<![\dA-Za-z])(?:H\d{9}|\d{10}|\d{8})(?!\d)"),
            context=_context("介護(?:保険)?(?:被保険者|保険者|保険)?(?:証|番号)?|後期高齢者?(?:医療)?(?:被保険者)?番?号?"),
            window=20,
            score=0.86,
        ),
        Pattern(
            "health_insurance",
            re.compile(
                r"(?:(?<!被)保険者番号|(?:保険証|被保険者証?)の?(?:記号|番号)*|(?<![\w])記号|枝番)"
                r"[ :：はが・番号]{0,6}(?P<v>(?:[一-龥]{0,4}[- ]?)?\d{1,8}(?:[- ・]\d{1,8}){0,2})(?!\d)"
            ),
            score=0.85,
        ),
        Pattern(
            "health_insurance",
            re.compile(r"記号[ :：]{0,3}[^\s:：、。]{1,8}[ 　、・/]{0,3}番号[ :：]{0,3}(?P<v>\d{1,8})(?!\d)"),
            score=0.85,
        ),
        Pattern(
            "employment_insurance",
            re.compile(r"(?<!\d)\d{11}(?!\d)"),
            context=_context("雇用保険"),
            window=25,
            score=0.85,
        ),
    )
