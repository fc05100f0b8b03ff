"""Money and access: bank accounts, cards, passwords and keys."""

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
                r"(?<![\dA-Za-z])(?<!\d[- ])(?:\d{4}[- ]{0,2}\d{4}[- ]{0,2}\d{4}[- ]{0,2}\d{2,4}|\d{4}[- ]{0,2}\d{6}[- ]{0,2}\d{4,5})(?![- ]?\d)"
            ),
            digits=14,
            score=0.95,
            valid=_card,
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


_VALUE = r"[!-~]{4,64}"


class Credentials(PatternRecognizer):
    """Passwords and account names behind their name; keys by their well-known beginnings."""

    kinds = ("credential",)
    patterns = (
        Pattern(
            "credential",
            re.compile(
                r"(?=[パﾊ暗合AaPpKkTtSsUuLlIi利ロユ申ア])(?:パスワード|ﾊﾟｽﾜｰﾄﾞ|暗証番号|暗証|合言葉|パスコード|(?<![A-Za-z])PW|(?<![A-Za-z])PASS|[Pp]assw(?:or)?d|[Pp]asscode|API ?[Kk]ey|APIキー"
                r"|(?<![A-Za-z])(?:KEY|[Tt]oken|[Ss]ecret|PIN|user|USER|login)|(?:利用者|ログイン|ユーザー?|申請者)?ID|ユーザー名|アカウント名?)"
                r"(?:コード|番号)?(?: ?(?:[:=は]|が|→) ?|[ ])[「『\"'(]{0,2}"
                rf"(?P<v>(?=[!-~]{{0,40}}[0-9_.!@#$%&*-]){_VALUE})(?<![」』\"',);.])"
            ),
            score=0.82,
            valid=lambda text: not re.match(r"https?:|[\d,]+$|[(]", text) or bool(re.fullmatch(r"\d{4,8}", text)),
        ),
        Pattern(
            "credential",
            re.compile(
                r"(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{16,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abp]-[A-Za-z0-9-]{10,}"
                r"|AIza[A-Za-z0-9_-]{30,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{4,})"
            ),
            score=0.97,
        ),
    )
