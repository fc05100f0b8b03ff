"""The rest of a name found in part, and names written letter by letter."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.names.whole import completed, headings, lettered
from redaction.page import Page


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("樋口明日咲、古田", "樋口明日咲"),
        ("上田 二次郎、", "上田 二次郎"),
        ("上田 二次郎さん", "上田 二次郎"),
        ("上田欠席、", "上田"),
        ("上田 課長、", "上田"),
        ("上田建設、", "上田"),
        ("上田町内会", "上田"),
        ("上田が来た", "上田"),
    ],
)
def test_completed(text: str, wanted: str) -> None:
    page = Page(Reading(text))
    assert page.words[: completed(page, 0, 2)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("浜　田　利　根　子（昭和27年生）", ["浜 田 利 根 子"]),
        ("宇　都　宮　　晃", ["宇 都 宮  晃"]),
        ("フリガナ　モ リ モ ト ナ オ ミ", ["モ リ モ ト ナ オ ミ"]),
        ("市民：たに　むねひろです。", ["たに むねひろ"]),
        ("提　案　理　由", []),
        ("個 人 番 号", []),
        ("議　事　録", []),
        ("ごみの だしかたです", []),
    ],
)
def test_lettered(text: str, wanted: list[str]) -> None:
    page = Page(Reading(text))
    assert [page.words[start:end] for start, end in lettered(page)] == wanted


def test_headings_are_no_names() -> None:
    page = Page(Reading("提　案　理　由\n浜　田　利　根　子"))
    assert [page.words[start:end] for start, end in headings(page)] == ["提 案 理 由"]


@pytest.mark.parametrize(
    ("text", "found", "wanted"),
    [
        ("鈴木(弘)さんは", 2, "鈴木(弘)"),
        ("鈴木(弘)さんは", 4, "鈴木(弘)"),
        ("鈴木(株)の", 2, "鈴木"),
        ("鈴木(済)、", 2, "鈴木"),
        ("ロドリゲス ケイコ保護者 様", 6, "ロドリゲス ケイコ"),
        ("ロドリゲス データ入力", 6, "ロドリゲス "),
    ],
)
def test_told_apart_and_completed(text: str, found: int, wanted: str) -> None:
    page = Page(Reading(text))
    assert page.words[: completed(page, 0, found)] == wanted
