from __future__ import annotations

from pathlib import Path

import pytest

from policies.normalize import normalize
from policies.ordinance.citations import EXAMPLE, Statutes, number_key
from policies.ordinance.law import Article, Law, key_of
from policies.ordinance.law_file import read_law

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "ordinance"


@pytest.fixture(scope="module")
def statutes() -> Statutes:
    laws = [read_law(path) for path in sorted((FIXTURES / "city").iterdir())]
    more = Law(
        "地方自治法", (Article("96", "議決"), Article("234", "契約"), Article("234-3", "長期"), Article("252", "削除"))
    )
    order = Law("地方自治法施行令", (Article("167-2", "随意契約"),))
    return Statutes([*laws, read_law(FIXTURES / "procedure.xml"), more, order], "one")


@pytest.mark.parametrize(
    "text",
    [
        "地方自治法第234条の3により", "地方自治法第二百三十四条の三により", "地方自治法第２３４条の３により", "自治法２３４条の３",
        "地方自治法（昭和22年法律第67号）第234条の3", "「地方自治法」第234条の3第1項",
    ],
)  # fmt: skip
def test_a_citation_in_each_notation(statutes: Statutes, text: str) -> None:
    assert [(c.law, c.key) for c in statutes.citations(text)] == [("地方自治法", "234-3")]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("地方自治法第96条第1項第12号・第13号、第234条", [("地方自治法", "96"), ("地方自治法", "234")]),
        ("地方自治法施行令第167条の2", [("地方自治法施行令", "167-2")]),
        ("契約規則第21条の2", [("湊ヶ丘市契約規則", "21-2")]),
        ("湊ヶ丘市契約規則第21条", [("湊ヶ丘市契約規則", "21")]),
        ("見本法第1条の2", [("見本手続法", "1-2")]),
        ("地方自治法の概要", [("地方自治法", "")]),
        ("民法第1条", []),
        ("同法第234条", []),
    ],
)
def test_who_is_cited(statutes: Statutes, text: str, cited: list[tuple[str, str]]) -> None:
    assert [(c.law, c.key) for c in statutes.citations(text)] == cited


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("地方自治法第15条の4により、規則でも過料を定められます。", [("15-4", False)]),
        ("地方自治法第252条の規定による。", [("252", True)]),
        ("契約規則第22条により", [("22", True)]),
        ("見本手続法第三条により", [("3", True)]),
        ("地方自治法第234条第2項", []),
        ("建設業法第22条の15", []),
        (f"{EXAMPLE.title}第2条", [("2", True)]),
    ],
)
def test_articles_that_are_not_there_and_those_taken_out(
    statutes: Statutes, text: str, wrong: list[tuple[str, bool]]
) -> None:
    assert [(c.key, repealed) for c, repealed in statutes.wrong(text)] == wrong


def test_the_city_is_quoted_before_the_law(statutes: Statutes) -> None:
    basis = "地方自治法第234条第2項、地方自治法施行令第167条の2第1項第1号・別表第五、契約規則"
    quoted = statutes.quotes(basis, ["契約規則 随意契約", "契約規則 ない言葉", "ない規則 随意契約"])
    assert [(k.law, k.article.key) for k in quoted] == [
        ("湊ヶ丘市契約規則", "21"),
        ("地方自治法", "234"),
        ("地方自治法施行令", "167-2"),
    ]


def test_lists_for_the_pages(statutes: Statutes) -> None:
    assert EXAMPLE.title not in statutes.titles()
    assert [a.key for a in statutes.articles("地方自治法")] == ["96", "234", "234-3", "252"]
    assert statutes.articles("民法") == []
    assert statutes.article("自治法", "96") is not None
    assert statutes.title("ない法") is None
    assert Statutes().empty
    assert not statutes.empty


def test_thousands_of_ordinances_cost_little() -> None:
    many = Statutes(Law(f"湊ヶ丘市第{n}号施設条例", (Article("1", "目的"),)) for n in range(3000))
    text = "湊ヶ丘市第2999号施設条例第2条により、" * 500
    assert len(list(many.wrong(text))) == 500


def test_every_article_is_found_by_its_number_in_three_notations(statutes: Statutes) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    kanji = str.maketrans("0123456789", "〇一二三四五六七八九")
    for title in statutes.titles():
        for article in statutes.articles(title):
            for number in (article.name, article.name.translate(wide), article.name.translate(kanji)):
                assert statutes.article(title, key_of(number)) is article
                assert [c.key for c in statutes.citations(f"{title}{number}第1項")] == [article.key]


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("昭和37年法律第160号", ("昭和", 37, "法律", 160)), ("昭和三十七年法律第百六十号", ("昭和", 37, "法律", 160)),
        ("令和元年霧沢市条例第3号", ("令和", 1, "霧沢市条例", 3)), ("平成１５年法律第５７号", ("平成", 15, "法律", 57)),
        ("第57号", None), ("", None),
    ],
)  # fmt: skip
def test_a_law_s_number_in_each_notation(number: str, key: tuple[str, int, str, int] | None) -> None:
    assert number_key(number) == key


@pytest.fixture(scope="module")
def repealing() -> Statutes:
    new = Law("霧沢市動物条例", (
        Article("1", "目的"),
        Article("1", "この条例は、令和2年4月1日から施行する。\n霧沢市飼い犬条例（平成10年条例第3号）及び霧沢市飼い猫条例（平成十一年条例第四号）は、廃止する。", part="附則"),
    ))  # fmt: skip
    rewritten = Law("霧沢市契約規則", (
        Article("1", "趣旨"),
        Article("1", "次に掲げる規則は、廃止する。\n霧沢市契約規則（昭和40年規則第3号）\n(2)霧沢市物品規則（昭和41年規則第5号）", part="附則"),
    ))  # fmt: skip
    return Statutes([new, rewritten], "one")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("霧沢市飼い犬条例第9条により", ["霧沢市飼い犬条例"]), ("飼い猫条例により", ["飼い猫条例"]), ("物品規則第3条", ["物品規則"]),
        ("霧沢市契約規則（昭和40年規則第3号）第3条", ["霧沢市契約規則"]), ("霧沢市契約規則第1条", []), ("霧沢市契約規則（令和2年規則第9号）", []),
        ("旧飼い犬条例第9条により", []), ("飼い犬条例は廃止された。", []), ("小型飼い犬条例により", []), ("霧沢市動物条例第1条", []),
        ("霧沢市飼い犬条例（平成9年条例第1号）により", []),
    ],
)  # fmt: skip
def test_what_supplementary_provisions_repealed(repealing: Statutes, text: str, places: list[str]) -> None:
    text = normalize(text).text
    assert [text[start:end] for start, end in repealing.repealed_laws(text)] == places


def test_an_article_of_the_past_is_not_wrong(statutes: Statutes) -> None:
    assert list(statutes.wrong("改正前の地方自治法第252条により")) == []
    assert len(list(statutes.wrong("地方自治法第252条により"))) == 1
