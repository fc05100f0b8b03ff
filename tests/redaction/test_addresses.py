"""Addresses in forms, sentences and tables; and what looks like one."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.page import Page


def found(text: str) -> list[str]:
    """By rule alone, in the original spelling."""
    page = Page(Reading(text))
    spans = [page.reading.view.span(hit.start, hit.end) for hit in page.ruled_homes]
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    "address",
    [
        "青葉野市本町1-2-3",
        "青葉野市本町１－２－３",
        "青葉野市本町1丁目2番3号",
        "青葉野市本町一丁目2番3号",
        "青葉野市大字下原字中島417番地",
        "青葉野市大字下原417番地の2",
        "青葉野市本町三丁目11番",
        "青葉野市曙町8番27-1003号",
        "長野県諏訪市上諏訪1-2-3",
        "茨城県 石岡市鹿の子四丁目4番地",
        "北海道札幌市北区北24条西4丁目2-18",
        "青葉野市本町1-2-3 コーポ青葉205",
        "青葉野市本町1-2-3　メゾン桜202号室",
        "青葉野市栄町四の二の九",
        "曙町二丁目16番地",
        "東原2-1-19",
    ],
)
def test_numbered_address_in_a_sentence(address: str) -> None:
    assert found(f"現在は{address}に住む。") == [address]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("住所：青葉野市本町", "青葉野市本町"),
        ("本籍　長野県諏訪市上諏訪", "長野県諏訪市上諏訪"),
        ("前は長野県諏訪市で、今は別の所。", "長野県諏訪市"),
        ("私は青葉野市大字下原に住んでいます。", "青葉野市大字下原"),
        ("氏名\t住所\t電話\n山田太郎\t本町5-2\t090-1234-5678", "本町5-2"),
        ('{"住所":"青葉野市本町1-2-3"}', "青葉野市本町1-2-3"),
    ],
)
def test_address_by_its_label_or_its_parts(text: str, wanted: str) -> None:
    assert wanted in found(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("He lives at 3-19-4 Minami-Aoba, Aobano-ku, Tokyo. Thanks", "3-19-4 Minami-Aoba, Aobano-ku, Tokyo"),
        ("in Sakura Heights 203, 2-3-4 Honcho, Aobano-shi, and", "Sakura Heights 203, 2-3-4 Honcho, Aobano-shi"),
        ("(16) Endo Sayaka, 4-2-9 Honcho, Aobano-shi\n2.", "4-2-9 Honcho, Aobano-shi"),
        ("Midori-cho 3-12, Aoba-ku", "Midori-cho 3-12, Aoba-ku"),
    ],
)
def test_addresses_in_latin_letters(text: str, wanted: str) -> None:
    assert wanted in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Call 03-1234-5678 or visit Aoba-ku Office.",
        "Meeting on 2024-10-11 in Room A-3",
        "青葉野市条例第5号を改正する。",
        "青葉野市個人情報の保護に関する法律施行条例（平成30年条例第1号）",
        "議案第12号を上程する。",
        "予算は1,234,567円です。",
        "市民課の3番窓口へ。",
        "令和7年4月1日に開く。",
        "地方自治法第234条第1項第2号",
        "青葉野市役所に連絡した。",
        "第2回定例会は3月1-5日です。",
        "バスは2-3分遅れます。",
    ],
)
def test_no_address(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("鍵の交換 あけぼの住宅B棟12号。", ["あけぼの住宅B棟12号"]),
        ("入居者は県営当山団地5-301に", ["県営当山団地5-301"]),
        ("滞在先 London, 14 Marlow Road 送付先", ["London, 14 Marlow Road"]),
        ("I live in Heights Mizuki 105, Yamanashi-shi Ogawara 820.", ["Heights Mizuki 105, Yamanashi-shi Ogawara 820"]),
        ("たかさきし くらがのまち 1150 の 3 です", ["たかさきし くらがのまち 1150 の 3"]),
        ("住宅2棟の修繕", []),
        ("市営住宅の家賃12,000円", []),
        ("the 3 Main Road works of 2025", ["3 Main Road"]),
        ("Version 14 Release Notes", []),
        ("団地" * 5_000, []),
    ],
)
def test_flats_and_roads(text: str, wanted: list[str]) -> None:
    assert found(text) == wanted
