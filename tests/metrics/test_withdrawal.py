from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from metrics import rollup, usage
from metrics.imported import Line, save
from metrics.periods import Kind, containing
from metrics.record import Outcome
from metrics.tables import (
    adoption_labels,
    adoption_persons,
    adoption_progress,
    adoption_uses,
    departments,
    imported_uses,
)
from metrics.withdrawal import Import, WithdrawalError, imports, name_of, withdraw
from tests.metrics.records import closed, opened

if TYPE_CHECKING:
    from metrics.store import Store

LINE = Line(date(2026, 11, 24), "0101", "p" * 32, "ChatGPT", "gpt-5", "summary", 3, (100, 20))
SUMS = (adoption_uses, adoption_persons, adoption_labels)


async def bring(store: Store, *lines: Line) -> str:
    async with store.begin() as connection:
        at = await save(connection, lines, lambda _: None)
    await rollup.count(store)
    return name_of(at)


async def take(store: Store, name: str) -> Import:
    async with store.begin() as connection:
        await rollup.take_turn(connection)
        return await withdraw(connection, name)


async def everything(store: Store) -> list[list[Any]]:
    async with store.begin() as connection:
        return [sorted((tuple(row) for row in await connection.execute(select(table))), key=str) for table in SUMS]


async def keep(store: Store, name: str, outcome: Outcome = Outcome.ANSWERED, **changes: Any) -> None:
    await store.write([opened(name, **changes)], [closed(name, outcome=outcome)])


async def test_sums_are_as_if_the_import_had_never_been(store: Store) -> None:
    # The same persons are active in the gateway, in another import, on the same and on other days, in another year as well.
    await keep(store, "e1", person=LINE.person, department="0101", opened_at=datetime(2026, 11, 24, 1, tzinfo=UTC))
    await keep(store, "e2", person=LINE.person, department="0102", opened_at=datetime(2026, 12, 1, 1, tzinfo=UTC))
    await keep(store, "e3", Outcome.BLOCKED, person="q" * 32, opened_at=datetime(2026, 11, 3, 1, tzinfo=UTC))
    await bring(store, replace(LINE, tool="exaBase"), replace(LINE, day=date(2026, 11, 2)))
    before = await everything(store)
    wrong = [
        replace(LINE, uses=900), replace(LINE, day=date(2026, 11, 25)), replace(LINE, person="r" * 32),
        replace(LINE, person=None, uses=50), replace(LINE, day=date(2026, 3, 31)),
        replace(LINE, day=date(2026, 12, 1), department="0102", purpose="other"),
    ]  # fmt: skip
    name = await bring(store, *wrong)
    assert await everything(store) != before
    gone = await take(store, name)
    assert (gone.lines, gone.uses, gone.first, gone.last) == (6, 962, date(2026, 3, 31), date(2026, 12, 1))
    assert await everything(store) == before
    await rollup.recount(store)
    await rollup.count(store)
    assert await everything(store) == before


async def test_lines_that_were_not_counted_yet_just_go(store: Store) -> None:
    async with store.begin() as connection:
        at = await save(connection, [LINE], lambda _: None)
    await take(store, name_of(at))
    await rollup.count(store)
    assert await everything(store) == [[], [], []]


async def test_each_import_is_listed_with_its_name(store: Store) -> None:
    first = await bring(store, LINE, replace(LINE, day=date(2026, 11, 1)))
    second = await bring(store, replace(LINE, tool="Gemini", uses=7))
    async with store.begin() as connection:
        found = await imports(connection)
    assert [(one.id, one.tool, one.lines, one.uses) for one in found] == [
        (second, "Gemini", 1, 7), (first, "ChatGPT", 2, 6),
    ]  # fmt: skip
    await take(store, first)
    with pytest.raises(WithdrawalError, match="ありません"):
        await take(store, first)
    assert await bring(store, LINE) != first  # what was taken back can be imported again


@pytest.mark.parametrize("name", ["", "x", "20261125T000000.000000Z", "'; DROP TABLE imported_uses; --"])
async def test_another_name_takes_nothing_back(store: Store, name: str) -> None:
    await bring(store, LINE)
    before = await everything(store)
    with pytest.raises(WithdrawalError):
        await take(store, name)
    assert await everything(store) == before


async def test_nothing_is_taken_back_from_closed_months(store: Store) -> None:
    name = await bring(store, LINE, replace(LINE, day=date(2026, 12, 1)))
    async with store.begin() as connection:
        await connection.execute(update(adoption_progress).values(kept_since=date(2026, 12, 1)))
    before = await everything(store)
    with pytest.raises(WithdrawalError, match="2026-12-01"):
        await take(store, name)
    assert await everything(store) == before
    async with store.begin() as connection:
        assert len((await connection.execute(select(imported_uses))).all()) == 2


async def test_a_page_forgets_what_it_knew_although_the_sums_are_the_same(store: Store) -> None:
    async with store.begin() as connection:
        row = {"code": "0101", "name": "a", "head_count": 20, "position": 0, "demo": False}
        await connection.execute(departments.insert().values(**row, valid_from=date(2026, 4, 1)))
    memory, now, month = usage.Memory(), datetime(2026, 12, 5, tzinfo=UTC), containing(Kind.MONTH, LINE.day)
    name = await bring(store, *(replace(LINE, person=f"p{n}") for n in range(6)))
    board = await usage.read_board(store, month, now, memory=memory)
    assert board.overall.now.active == 6
    await take(store, name)
    await bring(store, *(replace(LINE, person=f"p{n % 5}", day=date(2026, 11, 10 + n)) for n in range(6)))
    board = await usage.read_board(store, month, now, memory=memory)
    assert board.overall.now.active == 5
