"""Numbers, birth dates and ages right beside a name; what has the same form further down the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redaction.recognizers.neighbours import Neighbours

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("1102934\t佐藤花子\t国保", "resident_id", "1102934"),
        ("00391127の佐藤花子ですが", "resident_id", "00391127"),
        ("オ　佐藤花子　90040-02　来月払う", "resident_id", "90040-02"),
        ("佐藤花子様（00183-26）", "resident_id", "00183-26"),
        ("佐藤 花子 ９００４００２", "resident_id", "９００４００２"),
        ("佐藤花子 9004\u200b0021", "resident_id", "9004\u200b0021"),
        ('{"id": "00774120", "name": "佐藤花子"}', "resident_id", "00774120"),
        ("佐藤花子　1996年9月3日　転出", "date_of_birth", "1996年9月3日"),
        ("佐藤花子（妻）H30.7.14、健康", "date_of_birth", "H30.7.14"),
        ("佐藤花子 長女 平成元年五月四日", "date_of_birth", "平成元年五月四日"),
        ("佐藤花子（92）、要支援", "age", "92"),
    ],
)
def test_beside_a_name(find: Callable[..., Any], text: str, kind: str, wanted: str) -> None:
    assert (kind, wanted) in find(Neighbours(), text)


@pytest.mark.parametrize(
    "text",
    [
        "佐藤花子 12,000円",
        "佐藤花子 1200円を納付",
        "佐藤花子 2026年度の担当",
        "佐藤花子、令和6年4月1日から担当",
        "佐藤花子 令和6年4月1日に転入",
        "鬼塚権六（1851-1919）",
        "決勝 佐藤花子 21-17",
        "3位 佐藤花子 2:45",
        "控え 1102934 を渡した",
    ],
)
def test_no_neighbour(find: Callable[..., Any], text: str) -> None:
    assert find(Neighbours(), text) == []


def test_the_same_form_in_a_list_is_the_same_kind(find: Callable[..., Any]) -> None:
    text = "08-1127-3　佐藤花子\n08-1131-0　田中一郎\n08-1140-8　空家\n08-1152　資材"
    found = [value for kind, value in find(Neighbours(), text) if kind == "resident_id"]
    assert found == ["08-1127-3", "08-1131-0", "08-1140-8"]
