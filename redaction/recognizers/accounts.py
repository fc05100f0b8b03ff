"""Money and access: bank accounts, cards, passwords and keys."""

from __future__ import annotations

import re

from redaction import checkdigits
from redaction.recognizers.base import Pattern, PatternRecognizer, digits

_CARD = re.compile(r"(?<!\d)(?<!\d[- ])(?:\d[- ]?){13,15}\d(?![- ]?\d)")


def _card(text: str) -> bool:
    number = digits(text)
    return number[0] in "3456" and checkdigits.luhn(number)


class Accounts(PatternRecognizer):
    """Bank and postal accounts, payment cards."""

    patterns = (
        Pattern("credit_card", _CARD, score=0.9, valid=_card),
        Pattern(
            "bank_account",
            re.compile(r"(?<![\d-])\d{7}(?![\d-])"),
            context=re.compile(r"普通|当座|貯蓄|口座|振込|振替|通帳|名義|銀行|信用金庫|信金|農協|支店"),
            window=25,
            score=0.84,
        ),
        Pattern(
            "bank_account",
            re.compile(r"(?:記号|ゆうちょ)[^\d\n]{0,10}(?P<v>1\d{3}0[^\d\n]{1,8}\d{2,8})(?!\d)"),
            score=0.9,
        ),
        Pattern("bank_account", re.compile(r"(?:口座番号|口座No\.?)[ :：はが]{0,3}(?P<v>\d{4,8})(?!\d)"), score=0.88),
    )


class Credentials(PatternRecognizer):
    """Passwords after their name; keys by their well-known beginnings."""

    patterns = (
        Pattern(
            "credential",
            re.compile(
                r"(?:パスワード|暗証番号|合言葉|パスコード|(?<![A-Za-z])PW|(?<![A-Za-z])[Pp]ass(?:word|code)?"
                r"|API ?キー|(?<![A-Za-z])PIN(?:コード)?)"
                r"[ 　]{0,3}(?:[:：=は]|が)[ 　「『\"]{0,3}(?P<v>[!-~]{4,64})"
            ),
            score=0.85,
        ),
        Pattern(
            "credential",
            re.compile(r"(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{16,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,})"),
            score=0.95,
        ),
    )
