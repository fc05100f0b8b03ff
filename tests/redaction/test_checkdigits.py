"""Check digits against numbers computed by hand."""

from __future__ import annotations

import pytest

from redaction import checkdigits


@pytest.mark.parametrize("number", ["123456789018", "111111111118", "987654321018"])
def test_my_number(number: str) -> None:
    # 123456789018: Σ = 1·6+2·5+3·4+4·3+5·2+6·7+7·6+8·5+9·4+0·3+1·2 = 212; 212 mod 11 = 3; 11 - 3 = 8.
    assert checkdigits.my_number(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not checkdigits.my_number(wrong)


@pytest.mark.parametrize("number", ["4111111111111111", "5500000000000004", "378282246310005"])
def test_luhn(number: str) -> None:
    assert checkdigits.luhn(number)
    swapped = number[:-1] + str((int(number[-1]) + 5) % 10)
    assert not checkdigits.luhn(swapped)


@pytest.mark.parametrize("number", ["", "1", "12345678901", "1234567890180"])
def test_a_my_number_has_twelve_digits(number: str) -> None:
    assert not checkdigits.my_number(number)


def test_one_digit_twelve_times_is_nobodys() -> None:
    assert not checkdigits.my_number("000000000000")


def test_corporate_number() -> None:
    # 234567890123: from the right 3·1+2·2+1·1+0·2+9·1+8·2+7·1+6·2+5·1+4·2+3·1+2·2 = 72; 9 - 72 mod 9 = 9.
    assert checkdigits.corporate_number("9234567890123")
    assert not checkdigits.corporate_number("8234567890123")
    assert not checkdigits.corporate_number("923456789012")


def test_driver_license() -> None:
    # 3012345678: 3·5+0·4+1·3+2·2+3·7+4·6+5·5+6·4+7·3+8·2 = 153; 153 mod 11 = 10; 11 - 10 = 1.
    assert checkdigits.driver_license("301234567810")
    assert not checkdigits.driver_license("301234567820")
    assert not checkdigits.driver_license("30123456781")
