"""Tagged names and their unknown halves."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.names import tagged
from redaction.page import Page


def runs(text: str) -> list[str]:
    page = Page(Reading(text))
    return [page.words[start:end] for start, end in tagged.runs(page)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("中里由一が来た", ["中里由一"]),
        ("福島 光、来庁", ["福島 光"]),
        ("関戸亜古奈（職員）", ["関戸亜古奈"]),
        ("山田朱生（会員）", ["山田朱生"]),
        ("瀧 義則と話す", ["瀧 義則"]),
        ("長曽我部、欠席", ["長曽我部"]),
    ],
)
def test_runs(text: str, wanted: list[str]) -> None:
    assert runs(text) == wanted


@pytest.mark.parametrize(
    "text", ["佐藤建設に発注", "山口県庁", "株式会社佐藤商事", "三軒茶屋の件", "鈴木小学校", "パーキンソン病"]
)
def test_places_and_organisations_are_no_runs(text: str) -> None:
    assert runs(text) == []


def test_a_municipality_of_the_text_is_no_person() -> None:
    assert runs("緑川市の山田です。緑川は雪です。") == ["山田"]


def test_given_names_in_kana() -> None:
    page = Page(Reading("仏坂 ののは様と渡部 ヨシエ、佐藤 による"))
    assert [page.words[a:b] for a, b in tagged.spaced(page)] == ["仏坂 ののは", "渡部 ヨシエ"]


def test_parts_of_a_name() -> None:
    page = Page(Reading("佐藤 花子と中里由一とJose Lopez"))
    assert tagged.parts(page, 0, 5) == ["佐藤", "花子"]
    assert tagged.parts(page, 6, 10) == ["中里", "由一"]
    assert tagged.parts(page, 11, 21) == ["Jose", "Lopez"]
