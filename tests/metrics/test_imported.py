from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from metrics.imported import Known, Line, compare, department_days, kept_since, save
from metrics.tables import adoption_progress, departments, imported_uses

if TYPE_CHECKING:
    from metrics.store import Store

LINE = Line(date(2026, 11, 24), "0101", "p" * 32, "ChatGPT", "gpt-5", "summary", 3, (100, 20))


def test_a_line_is_the_same_whatever_its_numbers() -> None:
    assert replace(LINE, uses=9, tokens=(0, 0)).id == LINE.id
    changed = [
        replace(LINE, day=date(2026, 11, 25)), replace(LINE, department="0102"), replace(LINE, person=None),
        replace(LINE, tool="x"), replace(LINE, model=""), replace(LINE, purpose="other"),
    ]  # fmt: skip
    assert len({line.id for line in (LINE, *changed)}) == 7


async def test_lines_are_written_and_found_again(store: Store) -> None:
    lines = [replace(LINE, person=f"p{n}") for n in range(2500)]
    heard: list[int] = []
    async with store.begin() as connection:
        await save(connection, lines, heard.append)
        known = await compare(connection, [*lines[:3], replace(lines[3], uses=4), replace(LINE, person="new")])
        rows = (await connection.execute(select(imported_uses.c.id))).all()
    assert known == Known(frozenset(line.id for line in lines[:3]), frozenset({lines[3].id}))
    assert (len(rows), heard) == (2500, [1000, 2000, 2500])


async def test_nothing_of_a_transaction_that_fails_is_kept(store: Store) -> None:
    with pytest.raises(IntegrityError):
        async with store.begin() as connection:
            await save(connection, [LINE, LINE], lambda _: None)
    async with store.begin() as connection:
        assert (await connection.execute(select(imported_uses))).all() == []


async def test_departments_and_what_is_kept(store: Store) -> None:
    async with store.begin() as connection:
        for year in (2027, 2026):
            row = {"code": "01", "name": "a", "head_count": 1, "position": 0, "demo": False}
            await connection.execute(insert(departments), {**row, "valid_from": date(year, 4, 1)})
        assert await department_days(connection) == {"01": date(2026, 4, 1)}
        assert await kept_since(connection) is None
        await connection.execute(update(adoption_progress).values(kept_since=date(2026, 4, 1)))
        assert await kept_since(connection) == date(2026, 4, 1)
