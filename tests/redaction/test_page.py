"""A page: digits unified where they stand, windows around digits, dates."""

from __future__ import annotations

from itertools import pairwise

import pytest

from policies.reading import Reading
from redaction.page import Page, unify_digits


@pytest.mark.parametrize(
    ("text", "unified"),
    [
        ("〇九〇―一二三四―五六七八", "090-1234-5678"),
        ("電話は〇三・一二三四・五六七八です", "電話は03・1234・5678です"),
        ("O9O-l234-5678", "090-1234-5678"),
        ("090一1234一5678", "090-1234-5678"),
        ("12ー34", "12-34"),
        ("一二三四五六七", "1234567"),
        ("O9O 5533 1272", "090 5533 1272"),
        ("O267 - 3I - 44O9", "0267 - 31 - 4409"),
        ("090-ニニ三四-55六一", "090-2234-5561"),
        ("0267-88-31〇2", "0267-88-3102"),
        ("098-850-〇三一七", "098-850-0317"),
        ("12-34-五人", "12-34-五人"),
        ("大正l2年7月3O日", "大正12年7月30日"),
    ],
)
def test_digits_in_other_guises(text: str, unified: str) -> None:
    assert unify_digits(text) == unified
    assert len(text) == len(unified)


@pytest.mark.parametrize("text", ["一人と二人", "三丁目二番", "コーヒー", "OIL", "PC10台", "Iさん", "l5 O型"])
def test_words_stay(text: str) -> None:
    assert unify_digits(text) == text


def page(text: str) -> Page:
    return Page(Reading(text))


def test_windows_hold_what_has_enough_digits_near_each_other() -> None:
    far = "あ" * 200
    text = f"{far}090-1234-5678{far}12{far}"
    assert page(text).windows(0) == ((0, len(text)),)
    ((start, end),) = page(text).windows(5)
    assert "090-1234-5678" in text[start:end]
    assert "12" not in text[end:][:150]
    assert len(page(text).windows(1)) == 2
    assert page(text).windows(12) == ()
    assert page(far).windows(1) == ()


def test_windows_are_in_order_and_apart() -> None:
    text = ("1234567、" + "あ" * 60) * 20 + "い" * 200 + "7654321"
    windows = page(text).windows(7)
    assert all(a[1] < b[0] for a, b in pairwise(windows))
    assert all(any(s <= n < e for s, e in windows) for n, char in enumerate(text) if char.isdigit())


@pytest.mark.parametrize(
    "date",
    ["昭和55年3月1日", "S55.3.1", "昭55.3.1", "1980年3月1日", "1980-03-01", "19800301", "平成元年5月", "R2/1/5", "March 1, 1980", "1 Mar 1980", "昭和五十五年三月一日"],
)  # fmt: skip
def test_dates_in_every_notation(date: str) -> None:
    read = page(f"（{date}）")
    assert [read.text[start:end] for start, end in read.dates] == [date]


@pytest.mark.parametrize("text", ["1.80.3.1", "第3条2項", "180円", "3-1-2"])
def test_what_is_no_date(text: str) -> None:
    assert page(text).dates == ()
