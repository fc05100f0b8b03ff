"""Check digits of Japanese numbers, each with its source."""

from __future__ import annotations

_MY_NUMBER = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_LICENSE = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def my_number(digits: str) -> bool:
    """個人番号, 12 digits: 番号法に基づく総務省令（平成26年総務省令第85号）第5条."""
    if len(digits) != 12 or len(set(digits)) == 1:  # noqa: PLR2004, the number's length
        return False
    rest = sum(int(d) * w for d, w in zip(digits, _MY_NUMBER, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def corporate_number(digits: str) -> bool:
    """法人番号, 13 digits, check digit first: 法人番号の指定等に関する省令（平成26年財務省令第70号）第2条."""
    if len(digits) != 13 or digits[0] == "0":  # noqa: PLR2004, the number's length
        return False
    total = sum(int(d) * (1 if n % 2 == 0 else 2) for n, d in enumerate(reversed(digits[1:])))
    return int(digits[0]) == 9 - total % 9


def driver_license(digits: str) -> bool:
    """運転免許証番号, 12 digits, the eleventh checks the first ten (modulus 11)."""
    if len(digits) != 12:  # noqa: PLR2004, the number's length
        return False
    rest = 11 - sum(int(d) * w for d, w in zip(digits, _LICENSE, strict=False)) % 11
    return int(digits[10]) == rest % 10


def luhn(digits: str) -> bool:
    """Payment cards: ISO/IEC 7812-1, annex B."""
    total = 0
    for n, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if n % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004, a digit
    return total % 10 == 0
