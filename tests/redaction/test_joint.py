"""Rules and tagger together."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.page import Page


def people(text: str) -> list[str]:
    page = Page(Reading(text))
    return [page.words[hit.start : hit.end] for hit in page.people]


def homes(text: str) -> list[str]:
    page = Page(Reading(text))
    return [page.words[hit.start : hit.end] for hit in page.homes]


def test_what_a_rule_is_sure_of_stays_whatever_the_tagger_says() -> None:
    assert people("氏名：瀧 義則\n備考：なし") == ["瀧 義則"]
    assert "嶋 勇気" in people("届出人　嶋 勇気")
    assert people("山田太郎（45）") == ["山田太郎"]
    assert people("approved by Mía Fernández-Soler") == ["Mía Fernández-Soler"]


def test_what_no_rule_sees_is_tagged() -> None:
    text = "轡田は先週から入院中。妻の沙友里と面談。\n記録　苗加"
    assert {"轡田", "沙友里", "苗加"} <= set(people(text))


def test_a_tagged_name_is_found_again() -> None:
    assert people("轡田 沙友里さんが来庁。書類は轡田へ返す。").count("轡田") == 1


@pytest.mark.parametrize(
    "text",
    [
        "北条早雲は後北条氏の祖とされる室町時代中後期の武将である。",
        "作家の志賀直哉は明治16年に宮城県石巻で生まれた小説家である。",
    ],
)
def test_prose_is_read_as_prose(text: str) -> None:
    page = Page(Reading(text))
    assert page.tagging.prose
    assert people(text)


def test_an_office_paper_is_not_prose() -> None:
    assert not Page(Reading("9:40 市民課。森さん来庁。\n記録：木原")).tagging.prose
    assert not Page(Reading("森さん再来")).tagging.prose


def test_addresses_by_rule_and_by_tag() -> None:
    assert homes("住所：青葉野市本町三丁目2番5号 コーポ桜101") == ["青葉野市本町三丁目2番5号 コーポ桜101"]
    assert homes("本年度の予算は3-2で可決された。") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("南あわじ市榎列掃守の自宅を訪問した。", ["南あわじ市榎列掃守"]),
        ("松戸市二十世紀ケ丘萩町から通院している。", ["松戸市二十世紀ケ丘萩町"]),
        ("父は京都郡みやこ町犀川上高屋に住んでいる。", ["京都郡みやこ町犀川上高屋"]),
        ("下関市豊北町神田上在住、八十二歳。", ["下関市豊北町神田上"]),
        ("前住所静岡県浜松市天竜区佐久間町大井2-1 に居住", ["静岡県浜松市天竜区佐久間町大井2-1"]),
        ("焼津市三ケ名1405番地の6にお住まいの方", ["焼津市三ケ名1405番地の6"]),
        ("三戸郡田子町空家等対策計画（改定版）", []),
        ("議案第13号 有田郡有田川町職員の給与に関する条例", []),
        ("東臼杵郡美郷町条例第28号", []),
        ("焼津市議会の議決を経て公布する。", []),
    ],
)
def test_places_of_the_list(text: str, found: list[str]) -> None:
    assert homes(text) == found


def test_a_town_behind_its_municipality_is_nobody() -> None:
    assert people("被害者は鶴岡市羽黒町荒川の会社員。担当は荒川さん。") == ["荒川"]


@pytest.mark.parametrize(
    "text", ["福島市の荒井係長が説明した。", "福島市　荒井さん来庁", "出席者：福島市　荒井健太、ほか２名"]
)
def test_a_person_named_behind_a_municipality_stays_hidden(text: str) -> None:
    assert any("荒井" in found for found in (*people(text), *homes(text)))


def test_one_character_over_and_over_is_no_name() -> None:
    assert people("あ" * 300) == []
    assert people("欄外 佐藤花子") == ["佐藤花子"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "様" * 200, "(" * 300])
def test_odd_texts(text: str) -> None:
    assert homes(text) == []
    assert isinstance(people(text), list)
