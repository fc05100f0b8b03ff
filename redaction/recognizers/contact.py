"""Telephone, mail, web and network addresses, postal codes."""

from __future__ import annotations

import re

from redaction.recognizers.base import Pattern, PatternRecognizer, digits

_SEPARATOR = r"(?:[-. ・]|\n| ?- ?)?"
_TEL = re.compile(r"電話|TEL|ＴＥＬ|Tel|tel|℡|FAX|Fax|fax|携帯|連絡先|ファクス|ファックス|内線|phone|Phone")


def _phone(text: str) -> bool:
    """Ten digits for places, eleven for 050, 060, 070, 080, 090 and 0800 (電気通信番号計画)."""
    number = digits(text)
    if text.lstrip().startswith("+"):
        number = "0" + number[2:].lstrip("0")
    if number[1:2] == "0" and not number.startswith("00"):
        return False
    if number.startswith(("050", "060", "070", "080", "090")):
        return len(number) == 11 or (number.startswith("0800") and len(number) == 11)  # noqa: PLR2004, the plan's
    return len(number) == 10 and number[1] != "0"  # noqa: PLR2004, the plan's


class Phone(PatternRecognizer):
    """Telephone and facsimile numbers, with area code in any notation, or local after a label."""

    patterns = (
        Pattern(
            "phone",
            re.compile(
                r"(?<![\d(+])(?<!\d[-.])(?:\+81[- ]?(?:\(0\))?[- ]?\d{1,4}|\(?0\d{1,4}\)?)"
                rf"{_SEPARATOR}\(?\d{{1,4}}\)?{_SEPARATOR}\d{{3,4}}(?![-.]?\d)"
            ),
            score=0.9,
            valid=_phone,
        ),
        Pattern(
            "phone",
            re.compile(r"(?<![\d-])\d{2,4}-\d{4}(?![\d-])"),
            score=0.82,
            context=_TEL,
            window=12,
        ),
        Pattern("phone", re.compile(r"(?:内線|ext\.?)[ :：]{0,3}(?P<v>\d{3,5})(?!\d)"), score=0.6),
    )


class Mail(PatternRecognizer):
    """Mail addresses of any domain."""

    patterns = (
        Pattern(
            "email",
            re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
            score=0.95,
        ),
    )


class Web(PatternRecognizer):
    """Web addresses and IPv4 addresses."""

    patterns = (
        Pattern("url", re.compile(r"(?:https?://|www\.)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"), score=0.92),
        Pattern(
            "ip_address",
            re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"),
            valid=lambda text: all(int(part) < 256 for part in text.split(".")),  # noqa: PLR2004, an octet
            score=0.85,
        ),
    )


class PostalCode(PatternRecognizer):
    """Postal codes: 3-4, or seven digits behind their mark or name."""

    patterns = (
        Pattern("postal_code", re.compile(r"(?<![\d\-)])\d{3}-\d{4}(?![\d-])"), score=0.75),
        Pattern(
            "postal_code",
            re.compile(r"(?:〒|郵便番号)[ :：]{0,3}(?P<v>\d{3}[- ]?\d{4})(?!\d)"),
            score=0.9,
        ),
    )
