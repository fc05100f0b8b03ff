"""Who stands between an office and a post, with nothing in between."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.page import Page
from redaction.posts import held
from redaction.recognizers.people import Names


def read(text: str) -> list[str]:
    page = Page(Reading(text))
    return [page.words[start:end] for start, end in held(page)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("福島市荒井係長が説明した。", "荒井"),
        ("総務課田中係長に確認。", "田中"),
        ("東京都佐藤主事より", "佐藤"),
        ("横浜市山本課長から電話。", "山本"),
        ("北区石川係長。", "石川"),
        ("福島県秋田主事", "秋田"),
        ("税務課長谷川係長", "長谷川"),
        ("税務署岡本統括官より照会。", "岡本"),
        ("社会福祉協議会北村事務局長。", "北村"),
        ("商工会向山事務局長", "向山"),
        ("財政課服部課長補佐", "服部"),
        ("総務課　田中係長と総務課田中係長", "田中"),
        ("福島市木幡市長", "木幡"),
        ("青葉野市役所鈴木です。", "鈴木"),
        ("保健センター大和田と申します", "大和田"),
        ("会計課渡辺までお願いします", "渡辺"),
        ("ｿｳﾑ課田中係長", "田中"),
    ],
)
def test_held(text: str, name: str) -> None:
    assert read(text) == [name]


@pytest.mark.parametrize("text", ["福島市荒井係長が説明した。", "総務課田中係長に確認した。", "福島県秋田主事"])
def test_they_are_found(text: str) -> None:
    assert [hit.kind for hit in Names().find(Reading(text))] == ["person"]


@pytest.mark.parametrize(
    "text",
    [
        "北海道知事が会見した。",
        "福島市長",
        "荒井小学校長",
        "山形県米沢市長",
        "埼玉県川口市議が質問",
        "福島県郡山支店長",
        "横浜市会議員",
        "福島市民部長",
        "北部支所長",
        "総務課庶務係長",
        "建設課道路係長",
        "福祉課障害係長",
        "監査委員事務局次長",
        "公平委員会公平委員長",
        "長野市教育長",
        "長崎港湾事務所長",
        "東京都主税局長",
        "市役所本庁から",
        "保健所山形から応援",
        "総務課田中係長級の会議",
        "係長",
        "",
    ],
)
def test_nobody(text: str) -> None:
    assert read(text) == []


def test_the_school_keeps_its_head() -> None:
    assert not list(Names().find(Reading("荒井小学校長の挨拶。")))


def test_linear() -> None:
    assert read("課長" * 30_000) == []
