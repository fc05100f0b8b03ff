"""Which places of the list a text names, and as what."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.page import Page
from redaction.places.mentions import homely, mentions, public


def read(text: str) -> list[tuple[str, str]]:
    """Each with its municipality and its town."""
    page = Page(Reading(text))
    return [(page.words[m.start : m.municipality], page.words[m.municipality : m.end]) for m in mentions(page)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("岐阜県多治見市笠原町2841-7に住む", [("岐阜県多治見市", "笠原町")]),
        ("前住所静岡県浜松市天竜区佐久間町大井2-1", [("静岡県浜松市天竜区", "佐久間町大井")]),
        ("富山県 魚津市 大字吉島", [("富山県 魚津市", " 大字吉島")]),
        ("福島市荒井係長が説明した", [("福島市", "")]),
        ("福島市荒井さん来庁", [("福島市", "")]),
        ("福島市 荒井", [("福島市", "")]),
        ("横浜市中区日本大通", [("横浜市中区", "日本大通")]),
        ("有田郡有田川町職員の給与", [("有田郡有田川町", "")]),
        ("松戸市二十世紀ケ丘萩町から通院", [("松戸市", "二十世紀ケ丘萩町")]),
        ("府中市と四日市市の人口", [("府中市", ""), ("四日市市", "")]),
        ("大阪府府中市", [("府中市", "")]),
        ("市町村と区", []),
        ("架空見市笠原町", []),
        ("", []),
        ("市" * 300, []),
    ],
)
def test_mentions(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("東臼杵郡美郷町条例第28号", (True, False)),
        ("三戸郡田子町空家等対策計画", (True, False)),
        ("焼津市議会の議決", (True, False)),
        ("前橋市粕川町室沢の家", (False, True)),
        ("松本市島内公民館", (True, True)),
        ("福島市荒井係長が説明した", (False, False)),
        ("福島市障害福祉課の窓口", (True, False)),
        ("上田市国分在住者住所変更届", (False, True)),
        ("安芸市赤野甲地区の訓練", (False, False)),
        ("多治見市笠原町に住む", (False, True)),
        ("多治見市に住む", (False, False)),
    ],
)
def test_bodies_and_homes(text: str, said: tuple[bool, bool]) -> None:
    page = Page(Reading(text))
    (mention,) = mentions(page)
    assert (public(page.words, mention), homely(page.words, mention)) == said
