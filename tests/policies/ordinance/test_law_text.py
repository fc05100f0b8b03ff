from __future__ import annotations

from pathlib import Path

import pytest

from policies.ordinance.law_text import LawError, from_html, from_text

CITY = Path(__file__).resolve().parents[2] / "fixtures" / "ordinance" / "city"


def keys(text: str) -> list[tuple[str, str]]:
    return [(article.key, article.part) for article in from_text(text).articles]


def test_plain_text_gives_captions_headings_and_paragraphs() -> None:
    law = from_text((CITY / "contract.txt").read_text("utf-8"))
    assert law.title == "湊ヶ丘市契約規則"
    assert law.number == "令和二年湊ヶ丘市規則第八号"
    assert [(a.key, a.caption, a.part) for a in law.articles] == [
        ("1", "趣旨", ""),
        ("21", "随意契約によることができる額", ""),
        ("21-2", "見積書の徴取", ""),
        ("22", "", ""),
        ("23", "契約書の作成の省略", ""),
        ("1", "", "附則"),
    ]
    assert law.articles[1].heading == "第二章　契約の方法"
    assert law.articles[1].text.split("\n")[1] == "(1)　工事又は製造の請負　200万円"
    assert law.articles[3].repealed


def test_markdown_is_text_with_marks() -> None:
    law = from_text((CITY / "finance.md").read_text("utf-8"))
    assert law.title == "湊ヶ丘市財務規則"
    assert [(a.key, a.caption) for a in law.articles] == [("30", "支出負担行為"), ("31-2", "概算払の精算")]
    assert "精算しなければならない" in law.articles[1].text


def test_html_loses_its_scripts_and_keeps_its_text() -> None:
    law = from_html((CITY / "records.html").read_text("utf-8"))
    assert law.title == "湊ヶ丘市文書管理規則"
    assert [a.key for a in law.articles] == ["8", "8-2"]
    assert law.articles[0].caption == "廃棄"
    assert law.articles[0].text == "保存期間が満了した文書は、前条の選別を経て廃棄する。\n(1)　歴史公文書を除く。"
    assert "本文ではない" not in law.articles[0].text


def test_html_without_structure_is_read_by_its_lines() -> None:
    law = from_html("<title>見本条例</title>第1条　目的を定める。<br>第2条　責務を定める。")
    assert [(a.key, a.text) for a in law.articles] == [("1", "目的を定める。"), ("2", "責務を定める。")]


def test_articles_that_were_taken_out_together_are_each_there() -> None:
    text = "見本法\n第一条　目的\n第二条及び第三条\n削除\n第四条から第六条まで\n削除\n第七条　施行\n"
    assert keys(text) == [(key, "") for key in "1234567"]
    assert [a.repealed for a in from_text(text).articles] == [False, True, True, True, True, True, False]


def test_a_table_of_articles_of_another_law_is_text() -> None:
    text = "見本法\n第一条　甲\n第二条　次の表による。\n第百条\n第二百条の三\n第三条　乙\n"
    law = from_text(text)
    assert [a.key for a in law.articles] == ["1", "2", "3"]
    assert law.articles[1].text == "次の表による。\n第百条\n第二百条の三"


def test_an_excerpt_may_leave_articles_out() -> None:
    assert keys("見本規則（抄）\n第20条　甲\n第30条　乙\n") == [("20", ""), ("30", "")]


def test_numbers_that_begin_anew_are_supplementary() -> None:
    assert keys("見本法\n第一条\n甲\n第二条\n乙\n第一条\n丙\n第二条\n丁\n") == [
        ("1", ""), ("2", ""), ("1", "附則"), ("2", "附則"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "ただの文章です。", "# 見出し\n\n本文", "第一条の規定は、適用しない。"])
def test_what_has_no_article_is_refused(text: str) -> None:
    with pytest.raises(LawError, match="no article"):
        from_text(text)


def test_a_range_beyond_reason_is_refused_at_its_line() -> None:
    with pytest.raises(LawError) as refused:
        from_text("見本法\n第一条から第九千条まで\n削除\n")
    assert refused.value.line == 2


@pytest.mark.parametrize(
    "piece", ["第一条\n", "第1条　あ\n第2条　い\n", "（", "第", "<div>", "<script>", "&lt;", "附則\n"]
)
def test_hostile_rows_are_read_in_linear_time(piece: str) -> None:
    for read in (from_text, from_html):
        try:
            read("見本\n第1条　甲\n" + piece * 20_000)
        except LawError:
            continue
