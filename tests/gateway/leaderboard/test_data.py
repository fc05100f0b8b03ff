from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.leaderboard.data import TYPES, file, rows
from gateway.leaderboard.figures import Figures, read
from gateway.leaderboard.query import INSIDE
from metrics.export.rows import Publisher
from tests.fixtures.boards import Invented

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CITY = Publisher("999999", "青葉野市")


@pytest.fixture
async def figures() -> Figures:
    return await read(Invented(), INSIDE.start, INSIDE, NOW)


def table(figures: Figures) -> list[dict[str, str]]:
    text = file("csv", CITY, figures, []).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def test_the_whole_comes_first_and_then_what_the_page_shows(figures: Figures) -> None:
    found = table(figures)
    assert [row["部署名"] for row in found] == ["全体", *(row.name for row in figures.board.rows)]
    assert found[0]["部署コード"] == ""
    assert {(row["期間開始日"], row["期間終了日"]) for row in found} == {("2026-10-01", "2026-10-31")}
    assert found[1]["利用率"] == "0.625"


async def test_what_is_withheld_is_empty_with_its_flag_and_its_reason(figures: Figures) -> None:
    found = {row["部署名"]: row for row in table(figures)}
    assert [found["建設部"][name] for name in ("利用職員数", "利用率", "利用回数")] == ["", "", ""]
    assert found["建設部"]["秘匿フラグ"] == "1"
    assert "その他" in found["建設部"]["備考"]
    assert found["総務部のその他"]["備考"] == "少人数の部署などをまとめた行"
    assert found["総務部"]["秘匿フラグ"] == "0"


async def test_a_rate_without_uses_is_flagged_too(figures: Figures) -> None:
    board = figures.board
    (row,) = rows(replace(board, overall=replace(board.overall, now=replace(board.overall.now, uses=None)), rows=()))
    assert (row.withheld, row.note, row.uses) == (True, "利用回数は秘匿", None)
    assert row.rate is not None


async def test_a_period_under_way_has_the_days_that_are_covered(figures: Figures) -> None:
    covered = figures.board.period.previous()
    found = rows(replace(figures.board, covered=covered))
    assert (found[0].first, found[0].last) == (covered.first, covered.last)


async def test_json_holds_what_the_page_shows(figures: Figures) -> None:
    found = json.loads(file("json", CITY, figures, [("活用率", "定義")]))
    assert found["overall"]["rate"] == 0.3268
    hidden = next(unit for unit in found["departments"] if unit["name"] == "建設部")
    assert (hidden["now"]["rate"], hidden["now"]["active"], hidden["now"]["uses"]) == (None, None, None)
    assert found["purposes"][0]["name"] == "文書作成"
    assert found["purposes"][-1]["name"] is None
    assert len(found["history"]["periods"]) == len(found["history"]["departments"]["01"]) == 12
    assert found["definitions"] == {"活用率": "定義"}


@pytest.mark.parametrize("ending", TYPES)
async def test_the_same_figures_are_the_same_bytes(figures: Figures, ending: str) -> None:
    assert file(ending, CITY, figures, []) == file(ending, CITY, figures, [])


async def test_another_format_is_an_error(figures: Figures) -> None:
    with pytest.raises(KeyError):
        file("pdf", CITY, figures, [])
