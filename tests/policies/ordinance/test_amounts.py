from __future__ import annotations

import pytest

from policies.normalize import normalize
from policies.ordinance.amounts import amounts, days, terms


def read(text: str) -> list[int]:
    return [amount.value for amount in amounts(normalize(text).text)]


@pytest.mark.parametrize(
    "text",
    [
        "280万円",
        "２８０万円",
        "二百八十万円",
        "二八〇万円",
        "弐百八拾萬円",
        "2,800,000円",
        "２，８００，０００円",
        "2800000円",
        "2,800千円",
        "2.8百万円",
        "280万0円",
        "¥2,800,000",
        "￥２，８００，０００",
        "¥ 2,800,000",
        "\uffe52800000",
        "金2,800,000円也",
        "予定価格は2,800,000円(税込)です",
    ],
)
def test_one_sum_in_every_notation(text: str) -> None:
    assert read(text) == [2_800_000]


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("1億5千万円", 150_000_000),
        ("1億5,000万円", 150_000_000),
        ("一億五千万円", 150_000_000),
        ("1.5億円", 150_000_000),
        ("150百万円", 150_000_000),
        ("1億2,345万6,789円", 123_456_789),
        ("1兆円", 1_000_000_000_000),
        ("10万3千円", 103_000),
        ("5千円", 5_000),
        ("千五百円", 1_500),
        ("百万円", 1_000_000),
        ("十万円", 100_000),
        ("〇円", 0),
        ("0.5円", 0),
    ],
)
def test_the_units(text: str, yen: int) -> None:
    assert read(text) == [yen]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "円滑な運営",
        "280万人",
        "280万",
        "令和7年4月1日",
        "電話090-1234-5678",
        "1234,567円",
        "\\u0000",
        "一部",
        "50%",
    ],
)
def test_what_is_no_sum(text: str) -> None:
    assert read(text) == []


def test_sums_come_in_the_order_of_the_text_with_their_places() -> None:
    text = "工事は280万円、備品は八十万円。A,1000円"
    found = amounts(text)
    assert [amount.value for amount in found] == [2_800_000, 800_000, 1_000]
    assert [text[amount.start : amount.end] for amount in found] == ["280万円", "八十万円", "1000円"]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("30日以内に支払う。", [30]),
        ("１４日間募集する。", [14]),
        ("二十日間とする。", [20]),
        ("請求から45日後に払う。", [45]),
        ("4月10日から14日間", [14]),
        ("四月十日に始まる。", []),
        ("2026年5月3日", []),
        ("第3日目", []),
        ("20日付けの文書", []),
        ("日本、本日、祝日", []),
        ("3日本会議", []),
    ],
)
def test_numbers_of_days(text: str, counted: list[int]) -> None:
    assert [q.value for q in days(normalize(text).text)] == counted


@pytest.mark.parametrize("piece", ["1", "1,", "1,111", "1千", "1万", "一", "千", "¥", "1.", "1日", "一日"])
def test_long_rows_are_read_in_linear_time(piece: str) -> None:
    amounts(piece * 20_000)
    days(piece * 20_000)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("翌々月末に払う", [61]), ("請求の翌々月10日", [61]), ("翌月末に払う", []), ("半年後に支払う", [182]), ("半年以内", [182]),
        ("上半年の実績", []), ("1か月半", [45]), ("2週間", [14]),
    ],
)  # fmt: skip
def test_lengths_of_time_in_days(text: str, counted: list[int]) -> None:
    assert [quantity.value for quantity in terms(text)] == counted
