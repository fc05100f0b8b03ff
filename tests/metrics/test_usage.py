from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, update

from metrics import usage
from metrics.periods import Kind, Period, containing
from metrics.record import Outcome
from metrics.report import Use
from metrics.roster import Unit
from metrics.tables import departments, exchanges
from tests.metrics.records import closed, opened

if TYPE_CHECKING:
    from metrics.store import Store

MONTH = containing(Kind.MONTH, date(2026, 11, 1))
MARCH, APRIL = (containing(Kind.MONTH, date(2027, month, 1)) for month in (3, 4))
JAPAN_NEW_YEAR = datetime(2027, 3, 31, 15, tzinfo=UTC)
A, B = "a" * 32, "b" * 32


async def keep(store: Store, name: str, outcome: Outcome | None = Outcome.ANSWERED, **changes: Any) -> None:
    await store.write([opened(name, **changes)], [closed(name, outcome=outcome)] if outcome else [])


async def uses(store: Store, period: Period = MONTH, *, invented: bool = False) -> list[Use]:
    async with store.begin() as connection:
        return sorted(await usage.uses(connection, period, invented=invented), key=str)


async def test_exchanges_are_counted_by_department_and_person(store: Store) -> None:
    for number, (department, person) in enumerate([("1", A), ("1", A), ("1", B), ("2", A)]):
        await keep(store, f"e{number}", department=department, person=person)
    assert await uses(store) == [Use("1", A, 2), Use("1", B, 1), Use("2", A, 1)]


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.ANSWERED] + [None])
async def test_only_what_was_answered_counts(store: Store, outcome: Outcome | None) -> None:
    await keep(store, "e1", outcome)
    assert await uses(store) == []


async def test_robots_are_nobody_even_with_a_name(store: Store) -> None:
    await keep(store, "e1", caller_kind="robot", person=A)
    await keep(store, "e2", caller_kind="application", person=None)
    await keep(store, "e3", caller_kind="application", person=B)
    assert await uses(store) == [Use("0101", B, 1), Use("0101", None, 2)]


async def test_the_year_turns_at_midnight_in_japan(store: Store) -> None:
    await keep(store, "old", opened_at=JAPAN_NEW_YEAR - timedelta(microseconds=1), person=A)
    await keep(store, "new", opened_at=JAPAN_NEW_YEAR, person=B)
    assert await uses(store, MARCH) == [Use("0101", A, 1)]
    assert await uses(store, APRIL) == [Use("0101", B, 1)]
    years = [containing(Kind.YEAR, period.first) for period in (MARCH, APRIL)]
    assert [await uses(store, year) for year in years] == [[Use("0101", A, 1)], [Use("0101", B, 1)]]


async def test_what_was_opened_before_midnight_counts_for_that_day(store: Store) -> None:
    await store.write(
        [opened("e1", opened_at=JAPAN_NEW_YEAR - timedelta(seconds=1))],
        [closed("e1", closed_at=JAPAN_NEW_YEAR + timedelta(seconds=9))],
    )
    assert len(await uses(store, MARCH)) == 1
    assert await uses(store, APRIL) == []


async def test_invented_exchanges_count_only_where_asked_for(store: Store) -> None:
    await keep(store, "real", person=A)
    await keep(store, "invented", person=B)
    async with store.begin() as connection:
        await connection.execute(update(exchanges).where(exchanges.c.id == "invented").values(demo=True))
    assert await uses(store) == [Use("0101", A, 1)]
    assert await uses(store, invented=True) == [Use("0101", A, 1), Use("0101", B, 1)]


async def test_the_latest_use(store: Store) -> None:
    async with store.begin() as connection:
        assert await usage.last_use(connection, invented=False) is None
    late = datetime(2026, 11, 30, 1, tzinfo=UTC)
    await keep(store, "e1", opened_at=late)
    await keep(store, "e2", Outcome.FAILED, opened_at=late + timedelta(days=1))
    async with store.begin() as connection:
        assert await usage.last_use(connection, invented=False) == late


async def test_the_roster_comes_with_all_its_rows(store: Store) -> None:
    row = {"code": "01", "name": "総務部", "parent": None, "head_count": 4, "position": 7, "demo": False}
    async with store.begin() as connection:
        for year in (2026, 2027):
            await connection.execute(insert(departments), {**row, "valid_from": date(year, 4, 1)})
        found = await usage.roster(connection)
        assert not await usage.is_demonstration(connection)
        await connection.execute(update(departments).values(demo=True))
        assert await usage.is_demonstration(connection)
    assert sorted(found, key=lambda unit: unit.valid_from) == [
        Unit("01", "総務部", None, 4, date(year, 4, 1), 7) for year in (2026, 2027)
    ]
