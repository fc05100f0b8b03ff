"""Money: bank accounts and payment cards."""

from __future__ import annotations

import re

from redaction import checkdigits
from redaction.recognizers.base import Pattern, PatternRecognizer, digits

_BANK = re.compile(
    r"普通|当座|貯蓄|口座|振込|振替|通帳|名義|銀行|信用金庫|信金|信組|信用組合|農協|JA|支店|引落|口振|(?<![一-龥])普(?![一-龥])|ゆうちょ"
)


def _card(text: str) -> bool:
    """A payment network's first digit, and Luhn's check digit."""
    number = digits(text)
    return number[0] in "3456" and checkdigits.luhn(number)


class Accounts(PatternRecognizer):
    """Bank and postal accounts, payment cards."""

    patterns = (
        Pattern(
            "credit_card",
            re.compile(
                r"(?<![\dA-Za-z])(?<!\d[- ])(?:\d{4}[- \n]{0,2}\d{4}[- \n]{0,2}\d{4}[- \n]{0,2}\d{2,4}|\d{4}[- ]{0,2}\d{6}[- ]{0,2}\d{4,5})(?![- ]?\d)"
            ),
            digits=14,
            score=0.95,
            valid=_card,
        ),
        # A card whose check digit is wrong is still meant as one.
        Pattern(
            "credit_card",
            re.compile(r"(?<![\dA-Za-z])\d{4}[- ]{0,2}\d{4}[- ]{0,2}\d{4}[- ]{0,2}\d{4}(?![- ]?\d)"),
            digits=16,
            score=0.8,
            context=re.compile(r"カード|クレジット|VISA|Visa|JCB|Master|[Cc]ard"),
            window=40,
        ),
        # Branch and number, the old and the new form of postal accounts: 1174-0062218, 0117-4-228391.
        Pattern(
            "bank_account",
            re.compile(r"(?<![\dA-Za-z.,-])(?:\d{3,5}-(?:\d-)?\d{6,8}|\d{4}-\d{3,4})(?![\d,.円年-])"),
            digits=7,
            context=_BANK,
            window=24,
            score=0.8,
        ),
        Pattern(
            "bank_account",
            re.compile(r"(?<![\d.,-])\d(?:\n?\d){6}(?![\d,.円年-])"),
            digits=7,
            context=_BANK,
            window=20,
            after=6,
            score=0.84,
        ),
        Pattern(
            "bank_account",
            re.compile(r"(?<!\d)(?<!\d[-.])1\d{3}0[- ]{1,2}(?:\d-)?\d{2,8}(?![-\d])"),
            digits=7,
            score=0.88,
        ),
        Pattern(
            "bank_account",
            re.compile(r"(?P<v>記号[ :]{0,2}1\d{3}0[^\d\n]{1,8}\d{2,8})(?!\d)"),
            digits=7,
            score=0.93,
        ),
        Pattern(
            "bank_account",
            re.compile(r"(?:口座番号|口座No\.?|口振)[^\d\n]{0,10}(?P<v>\d{4,8})(?!\d)"),
            digits=4,
            score=0.88,
        ),
    )
