from __future__ import annotations

import pytest

from metrics.export.rows import COLUMNS, cells, harmless
from tests.metrics.export.samples import CITY, ROWS


def test_the_columns_are_those_of_the_catalogue() -> None:
    assert [column.heading for column in COLUMNS] == (
        "全国地方公共団体コード 地方公共団体名 部署コード 部署名 期間開始日 期間終了日 対象職員数 利用職員数 利用率 利用回数 "
        "1人当たり利用回数 秘匿フラグ 備考"
    ).split()
    assert all(column.meaning and column.kind in {"string", "date", "integer", "number"} for column in COLUMNS)


def test_a_row_has_a_cell_for_each_column() -> None:
    assert cells(CITY, ROWS[0]) == (
        "999999", "青葉野市", "", "全体", "2026-07-01", "2026-09-30", 300, 100, 0.3333, 1234, 4.11, 0, "",
    )  # fmt: skip


def test_a_withheld_row_has_no_numbers() -> None:
    assert cells(CITY, ROWS[1])[6:] == (None, None, None, None, None, 1, "人数が少ないため")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1", "＝1", "＋1", "－1", "＠SUM"]
)
def test_what_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "総務課", "1=1", "課（=）", " 総務課"])
def test_other_texts_stay(text: str) -> None:
    assert harmless(text) == text
