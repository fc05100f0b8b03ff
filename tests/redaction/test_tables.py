"""A header row tells what the cells below it are."""

from __future__ import annotations

import pytest

from redaction import tables


def read(text: str) -> list[tuple[str, str]]:
    return [(hit.kind, text[hit.start : hit.end]) for hit in tables.read(text)]


@pytest.mark.parametrize("mark", ["\t", ",", "|", ";"])
def test_columns_by_their_headers(mark: str) -> None:
    rows = [["宛名番号", "氏名", "生年月日", "電話"], ["0012345", "霧谷すみれ", "昭和55年3月1日", "0901-23-4567"]]
    text = "\n".join(mark.join(row) for row in rows)
    assert read(text) == [
        ("resident_id", "0012345"),
        ("person", "霧谷すみれ"),
        ("date_of_birth", "昭和55年3月1日"),
        ("phone", "0901-23-4567"),
    ]


def test_quoted_cells_may_hold_the_delimiter() -> None:
    text = '氏名,住所,備考\n"霧谷,すみれ","青葉野市本町1-2","あり, なし"'
    assert read(text) == [("person", "霧谷,すみれ"), ("address", "青葉野市本町1-2")]


def test_empty_cells_and_words_for_nothing_are_left_alone() -> None:
    assert read("氏名,電話,住所\nなし,,同上\n-,不明,〃") == []


def test_a_cell_must_have_the_shape_of_its_kind() -> None:
    assert read("氏名,電話,個人番号\n霧谷すみれ,要確認,申請中") == [("person", "霧谷すみれ")]


def test_a_table_ends_where_the_cells_no_longer_fit() -> None:
    text = "氏名,電話,住所\n霧谷すみれ,0901-23-4567,本町1-2\n以上です。\n雨宮,0901-23-4568,本町1-3"
    assert [value for _, value in read(text)] == ["霧谷すみれ", "0901-23-4567", "本町1-2"]


@pytest.mark.parametrize("text", ["氏名,電話", "a,b,c\n1,2,3", "品名,数量,単価\n鉛筆,10,80", "", "\n\n", ",,,\n,,,"])
def test_what_is_no_table_of_persons(text: str) -> None:
    assert read(text) == []


def test_a_long_table_is_read_in_its_length() -> None:
    rows = "\n".join(f"{n:07d},霧谷すみれ,本町{n}番" for n in range(2000))
    assert len(read(f"宛名番号,氏名,住所\n{rows}")) == 6000


def test_columns_of_fixed_width() -> None:
    text = "宛名番号   氏名          生年月日\n00112408   霧谷 すみれ   S230411\n00118820   白石 律      H051214"
    assert read(text) == [
        ("resident_id", "00112408"),
        ("person", "霧谷 すみれ"),
        ("date_of_birth", "S230411"),
        ("resident_id", "00118820"),
        ("person", "白石 律"),
        ("date_of_birth", "H051214"),
    ]


def test_a_header_in_the_brackets_of_its_title() -> None:
    assert read("対象者一覧(宛名番号,氏名,備考)\n0012345,霧谷すみれ,滞納") == [
        ("resident_id", "0012345"),
        ("person", "霧谷すみれ"),
    ]


@pytest.mark.parametrize("text", [" " * 5000, ",,,,", "\t\t\t", "||||", "(((,)))", "   \n   ", "  氏名  "])
def test_lines_with_nothing_in_them(text: str) -> None:
    assert read(text) == []


def test_account_names_need_no_digits() -> None:
    assert read("user_id,name,note\nkiritani_s,霧谷すみれ,更新") == [
        ("credential", "kiritani_s"),
        ("person", "霧谷すみれ"),
    ]
