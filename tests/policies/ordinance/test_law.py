"""The number of an article in each of its notations."""

from __future__ import annotations

import pytest

from policies.ordinance.law import Article, NumberError, bare, key_of, name_of, order_of


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("第百六十七条の二", "167-2"),
        ("第１６７条の２", "167-2"),
        ("167条の2", "167-2"),
        ("第167条の2", "167-2"),
        ("167の2", "167-2"),
        ("167-2", "167-2"),
        ("167_2", "167-2"),
        ("第百二十一条の二の二", "121-2-2"),
        ("第121条の2の2", "121-2-2"),
        ("第二百三十四条", "234"),
        ("二三四", "234"),
        ("1", "1"),
        ("第二百五十二条の二十六の三", "252-26-3"),
    ],
)
def test_all_notations_of_a_number_are_one(number: str, key: str) -> None:
    assert key_of(number) == key
    assert key_of(name_of(key)) == key


@pytest.mark.parametrize("number", ["", "条", "第条", "abc", "第1項", "第1条第2項", "1条の", "../../etc", "1" * 40])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(NumberError):
        key_of(number)


def test_keys_sort_as_the_articles_stand() -> None:
    keys = ["2", "10", "1-2", "1", "1-10", "1-2-2"]
    assert sorted(keys, key=order_of) == ["1", "1-2", "1-2-2", "1-10", "2", "10"]


def test_an_article_says_its_name_and_its_first_lines() -> None:
    article = Article("167-2", "一行目\n二行目" + "あ" * 200, "随意契約")
    assert article.name == "第167条の2"
    assert article.excerpt.startswith("一行目 二行目")
    assert article.excerpt.endswith("…")
    assert len(article.excerpt) == 121
    assert not article.repealed
    assert Article("3", "削除").repealed
    assert not Article("3", "削除する文書は").repealed


def test_titles_are_compared_without_ornament() -> None:
    assert bare("○湊ヶ丘市　契約規則（架空の例規）") == "湊ヶ丘市契約規則"
