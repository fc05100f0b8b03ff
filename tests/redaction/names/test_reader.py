"""Names as a whole: strong and weak cues, what is no name, and spreading within a text."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.page import Page


def found(text: str) -> list[str]:
    """By rule alone, in the original spelling."""
    page = Page(Reading(text))
    spans = [page.reading.view.span(hit.start, hit.end) for hit in page.ruled_people]
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("山田太郎様から電話がありました。", ["山田太郎"]),
        ("山田　太郎様の件", ["山田　太郎"]),
        ("担当は佐藤花子さん、電話は別途。", ["佐藤花子"]),
        ("氏名：瀧 義則", ["瀧 義則"]),
        ("届出人　嶋 勇気", ["嶋 勇気"]),
        ("フリガナ　ヤマダ　タロウ", ["ヤマダ　タロウ"]),
        ("通報者は妻の亜紀子。", ["亜紀子"]),
        ("グエン・ティ・フオンさんが来庁", ["グエン・ティ・フオン"]),
        ("小笠原議員の質問", ["小笠原"]),
        ("ﾔﾏﾀﾞ ﾀﾛｳ様", ["ﾔﾏﾀﾞ ﾀﾛｳ"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "皆様のご意見をお待ちしています。",
        "お客様相談室へ。",
        "山口県と山口市役所に照会した。",
        "福祉課から回答します。",
        "総務課長が説明した。",
        "株式会社橋本建設に発注した。",
        "桜が咲き、光が差した。",
        "個人情報の保護に関する法律第69条",
        "青葉野市長が告示する。",
        "お母さんとお子さんが来た。",
        "業者さんに確認する。",
    ],
)
def test_nobody(text: str) -> None:
    assert found(text) == []


def test_a_name_found_once_is_found_again() -> None:
    text = "届出人は瀧川義則様。翌日、瀧川が来庁し、瀧川町の件を話した。"
    assert found(text) == ["瀧川義則", "瀧川"]
