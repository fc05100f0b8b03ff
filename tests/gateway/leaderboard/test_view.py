from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.language import load_languages
from gateway.leaderboard.figures import NotShownError, read
from gateway.leaderboard.query import INSIDE, OUTSIDE, Level, Query, Scope
from gateway.leaderboard.view import View
from gateway.routes.leaderboard import Addresses
from metrics.periods import Kind
from tests.fixtures.boards import Invented

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LANGUAGES = load_languages()


async def view(query: Query = INSIDE.start, scope: Scope = INSIDE, language: str = "ja") -> View:
    figures = await read(Invented(), query, scope, NOW)
    query = query.but(at=figures.board.period.at)
    return View(figures, query, scope, LANGUAGES[language], Addresses("/leaderboard", query, scope), NOW)


def words(groups: Any) -> dict[str, list[str]]:
    return {name: [item.word for item in items] for name, items in groups}


async def test_filters_are_links_to_the_same_page_with_one_thing_changed() -> None:
    context = (await view()).context()
    assert words(context["filters"]) == {
        "期間": ["月", "四半期", "年度", "週", "日"],
        "表示": ["部と課", "部"],
        "利用者": ["職員", "ロボット"],
        "並び": ["組織の順", "活用率の高い順"],
    }
    for _, items in context["filters"]:
        assert [item.current for item in items].count(True) == 1
        assert all(item.href.startswith("?period=") for item in items)


async def test_outside_there_is_no_choice_of_level_and_no_page_of_a_department() -> None:
    context = (await view(OUTSIDE.start, OUTSIDE)).context()
    assert words(context["filters"])["期間"] == ["四半期", "年度"]
    assert "表示" not in words(context["filters"])
    assert context["unit_page"]("0101") is None


async def test_forward_goes_only_to_what_has_begun_and_outside_to_what_is_over() -> None:
    before, after = (await view(INSIDE.start.but(at="2026-10"))).context()["steps"]
    assert (before.language, after.language) == ("2026年9月", "2026年11月")
    assert after.href is not None
    assert (await view(INSIDE.start.but(at="2026-11"))).context()["steps"][1].href is None
    assert (await view(OUTSIDE.start, OUTSIDE)).context()["steps"][1].href is None


async def test_tiles_say_what_they_are_made_of() -> None:
    tiles = {tile.name: (tile.value, tile.made_of) for tile in (await view()).context()["tiles"]}
    assert tiles["1人当たり"] == ("5.6回", "利用回数 ÷ 対象職員 254人")
    assert tiles["前月の活用率"] == ("26.0%", "26.0%（66／254人）")
    assert "推計" in next(name for name in tiles if name.startswith("削減時間"))


async def test_an_estimate_names_its_survey_and_cost_its_prices() -> None:
    tiles = {tile.name: tile for tile in replace(await view(), survey="令和8年度職員アンケート").context()["tiles"]}
    assert "令和8年度職員アンケート" in tiles["削減時間（推計）"].made_of
    assert tiles["費用（目安）"].value == "564円"


async def test_what_was_found_and_stopped_is_told_inside_only() -> None:
    assert dict((await view()).context()["sums"]) == {
        "トークン数": "1,269,900", "100回当たりの検知": "12.5件", "100回当たりの停止": "1.5件",
    }  # fmt: skip
    assert (await view(OUTSIDE.start, OUTSIDE)).context()["sums"] == []


async def test_what_is_withheld_has_no_tile() -> None:
    made = await view()
    hidden = next(row for row in made.figures.board.rows if row.name == "建設部")
    assert made.tiles(hidden, hidden.now) == []


async def test_the_heat_table_has_a_step_for_each_number() -> None:
    heat = {unit.name: cells for unit, cells in (await view()).context()["heat"]}
    assert heat["総務部"][-1] == ("62", "s3")
    assert heat["建設部"][-1] == ("秘匿", "none")
    assert heat["福祉課"][0] == ("—", "none")


async def test_a_department_has_its_family_and_its_months() -> None:
    context = replace(await view(), alone=True).unit_context("01")
    assert [row.name for row in context["children"]] == ["総務課", "情報政策課", "総務部のその他"]
    assert words(context["filters"]) == {"期間": ["月", "四半期", "年度"]}
    assert [name for name, _, _ in context["months"]][-1] == "2026年10月"
    assert (await view()).unit_context("0101")["parent"].name == "総務部"


async def test_of_a_department_nothing_unfinished_is_offered() -> None:
    month = replace(await view(INSIDE.start.but(at="2026-10")), alone=True).unit_context("01")
    assert month["steps"][1].href is None
    quarter = replace(await view(Query(Kind.QUARTER, "2026-10", Level.SECTION)), alone=True).unit_context("01")
    (_, items), *_ = quarter["filters"]
    assert "at=2026-10" in items[0].href  # not November, which is under way


async def test_outside_a_year_under_way_gives_way_to_the_one_before() -> None:
    (_, items), *_ = (await view(OUTSIDE.start, OUTSIDE)).context()["filters"]
    assert "period=year&at=2025" in items[1].href


@pytest.mark.parametrize("code", ["9999", "01/", "", "../01"])
async def test_there_is_no_page_of_what_may_not_be_shown_alone(code: str) -> None:
    made = await view()
    with pytest.raises(NotShownError):
        made.unit_context(code)


async def test_in_english() -> None:
    context = (await view(language="en")).context()
    assert context["period_name"] == "October 2026"
    assert [item.word for item in context["languages"]] == ["日本語", "English"]
    assert [heading for heading, _ in context["shares"]] == ["By purpose", "By tool", "By model"]
