from __future__ import annotations

from gateway.commands.listing import columns, width


def test_japanese_characters_are_two_cells_wide() -> None:
    assert [width(text) for text in ("", "abc", "総務課", "ｶﾅ", "０１")] == [0, 3, 6, 2, 4]


def test_columns_are_aligned_by_cells() -> None:
    table = columns([("code", "部署名", "数"), ("01", "総務課", "3"), ("0101", "情報政策課", "12")])
    assert table.splitlines() == ["code  部署名      数", "01    総務課      3", "0101  情報政策課  12"]


def test_no_rows_are_no_lines() -> None:
    assert columns([]) == ""
