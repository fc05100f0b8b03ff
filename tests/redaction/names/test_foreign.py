"""Names in Latin letters and katakana."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.names import foreign
from redaction.page import Page


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Dear Mr. Larsson, thank you", "Larsson"),
        ("My name is Emma Fischer.", "Emma Fischer"),
        ("from Sato-san today", "Sato"),
        ("draft by S. Aoki, approved", "S. Aoki"),
        ("2. Mía Fernández-Soler (17)", "Mía Fernández-Soler"),
        ("来庁者は Phạm Văn Đức さん", "Phạm Văn Đức"),
        ("YAMADA TARO様", "YAMADA TARO"),
        ("Our daughter Freya is here", "Freya"),
        ("Signed, Marites B. Kudo", "Marites B. Kudo"),
        ("Tanaka Hanako will come", "Tanaka Hanako"),
        ("口座名義 ナラサキ ツヨシ", "ナラサキ ツヨシ"),
        ("マイケル・アンジェロ・レイエスが来た", "マイケル・アンジェロ・レイエス"),
    ],
)
def test_names(text: str, wanted: str) -> None:
    page = Page(Reading(text))
    assert wanted in [page.words[start:end] for start, end in foreign.names(page)]


@pytest.mark.parametrize(
    "text",
    [
        "Microsoft Office",
        "A. Purpose of use",
        "Tokyo Osaka",
        "コミュニティ・センター",
        "デイ・サービス",
        "CSV PDF",
        "データ センター",
    ],
)
def test_no_names(text: str) -> None:
    page = Page(Reading(text))
    assert list(foreign.names(page)) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("研究者のM.メドレーは", ["M.メドレー"]),
        ("Ｊ．Ｌ．ボニエ、ほか", ["J.L.ボニエ"]),
        ("A.サービス・センター", []),
        ("1.メドレー", []),
        ("LED.ライト", []),
    ],
)
def test_initialled(text: str, wanted: list[str]) -> None:
    page = Page(Reading(text))
    assert [page.words[start:end] for start, end in foreign.initialled(page)] == wanted
