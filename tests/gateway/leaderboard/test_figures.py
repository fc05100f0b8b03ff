from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.leaderboard.figures import Figures, by_rate, narrowed, read, since_first_use
from gateway.leaderboard.query import INSIDE, OUTSIDE, Level, Order, Query, Who
from metrics.periods import Kind, PeriodError
from tests.fixtures.boards import Invented, shown

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def names(figures: Figures) -> list[str]:
    return [row.name for row in figures.board.rows]


async def test_unasked_it_is_the_latest_finished_period() -> None:
    figures = await read(Invented(), INSIDE.start, INSIDE, NOW)
    assert figures.board.period.at == "2026-10"
    assert [period.at for period in figures.grid.periods][-2:] == ["2026-09", "2026-10"]
    assert len(figures.grid.periods) == 12


async def test_heat_map_and_lines_end_with_the_last_finished_period() -> None:
    for at, last in (("2026-11", "2026-10"), ("2026-03", "2026-03")):
        figures = await read(Invented(), INSIDE.start.but(at=at), INSIDE, NOW)
        assert figures.grid.periods[-1].at == last
    year = await read(Invented(), Query(Kind.YEAR, "2025", Level.DIVISION), INSIDE, NOW)
    assert (year.grid.periods[0].at, year.grid.periods[-1].at) == ("2025-04", "2026-03")


async def test_outside_shows_finished_quarters_by_division_only() -> None:
    figures = await read(Invented(), OUTSIDE.start, OUTSIDE, NOW)
    assert figures.board.period.at == "2026-07"
    assert {row.depth for row in (*figures.board.rows, *figures.grid.rows)} == {0}
    assert {period.kind for period in figures.grid.periods} == {Kind.QUARTER}
    with pytest.raises(PeriodError, match="まだ終わっていません"):
        await read(Invented(), OUTSIDE.start.but(at="2026-10"), OUTSIDE, NOW)


async def test_what_has_not_begun_is_refused() -> None:
    with pytest.raises(PeriodError, match="始まっていません"):
        await read(Invented(), INSIDE.start.but(at="2026-12"), INSIDE, NOW)


async def test_the_level_cuts_rows_and_grid_alike() -> None:
    figures = await read(Invented(), INSIDE.start, INSIDE, NOW)
    division = narrowed(figures, INSIDE.start.but(level=Level.DIVISION), INSIDE)
    assert names(division) == ["総務部", "市民部", "福祉部", "建設部"]
    assert [row.name for row in division.grid.rows] == names(division)
    whole = narrowed(figures, Query(Kind.QUARTER, None, Level.WHOLE), replace(OUTSIDE, levels=(Level.WHOLE,)))
    assert (whole.board.rows, whole.grid.rows) == ((), ())
    assert whole.board.overall == figures.board.overall


async def test_by_rate_each_section_stays_below_its_division() -> None:
    figures = await read(Invented(), INSIDE.start.but(order=Order.RATE), INSIDE, NOW)
    assert names(figures) == [
        "総務部", "情報政策課", "総務課", "総務部のその他", "市民部", "環境課", "税務課", "市民課",
        "福祉部", "こども課", "高齢介護課", "福祉課", "建設部",
    ]  # fmt: skip


async def test_equal_rates_stay_in_the_order_of_the_organisation() -> None:
    board = await Invented().board((await read(Invented(), INSIDE.start, INSIDE, NOW)).board.period, NOW)
    same = tuple(replace(row, now=board.rows[0].now) for row in board.rows if row.depth == 0)
    assert by_rate(same) == same


async def test_robots_have_their_own_order() -> None:
    board = await Invented().board((await read(Invented(), INSIDE.start, INSIDE, NOW)).board.period, NOW)
    found = by_rate(tuple(row for row in board.rows if row.depth == 0), Who.ROBOTS)
    assert [row.now.robot_uses for row in found] == [20, 19, 12, None]


async def test_the_grid_begins_with_the_first_use() -> None:
    grid = (await read(Invented(), INSIDE.start, INSIDE, NOW)).grid
    nobody, hidden = shown(254, 0), shown(254, None)
    cells = (None, nobody, nobody, hidden, nobody, *grid.overall.cells[5:])
    begun = since_first_use(replace(grid, overall=replace(grid.overall, cells=cells)))
    assert begun.overall.cells == cells[3:]  # what is withheld may have been a use
    assert begun.periods == grid.periods[3:]
    assert {len(row.cells) for row in begun.rows} == {len(begun.purposes)} == {9}
    never = since_first_use(replace(grid, overall=replace(grid.overall, cells=(nobody,) * 12)))
    assert len(never.periods) == 1
