from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from metrics import demonstration
from metrics.demonstration import DAYS, UNITS, fill_usage
from metrics.periods import today
from metrics.tables import departments
from tests.metrics.records import opened

if TYPE_CHECKING:
    from metrics.store import Store

NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)  # a Wednesday, noon in Japan


async def test_it_reaches_from_a_year_ago_to_now(store: Store) -> None:
    added = await fill_usage(store, NOON)
    records = await store.records()
    assert len(records) == added > 1000
    days = {today(r["opened_at"]) for r in records}
    assert (min(days), max(days)) == (date(2025, 10, 22), date(2026, 11, 25))
    assert min(days) >= today(NOON) - timedelta(days=DAYS - 1)
    assert max(r["opened_at"] for r in records) <= NOON
    assert all(day.weekday() < 5 for day in days)
    assert all(r["demo"] for r in records)


async def test_the_same_again_adds_nothing(store: Store) -> None:
    await fill_usage(store, NOON)
    before = await store.records()
    assert await fill_usage(store, NOON + timedelta(minutes=5)) == 0
    assert await store.records() == before


async def test_later_only_the_missing_days_are_added(store: Store) -> None:
    await fill_usage(store, NOON)
    before = {r["id"] for r in await store.records()}
    assert await fill_usage(store, NOON + timedelta(days=2)) > 0
    after = await store.records()
    assert before < {r["id"] for r in after}
    assert {today(r["opened_at"]).day for r in after if r["id"] not in before} == {26, 27}


async def test_it_is_the_same_everywhere(store: Store) -> None:
    await fill_usage(store, NOON)
    first, *_ = await store.records()
    assert first["id"].startswith("demo-")
    assert {r["department"] for r in await store.records()} == {u.code for u in UNITS if u.head_count}


async def test_real_records_are_left_alone(store: Store) -> None:
    await store.write([opened("real", opened_at=NOON - timedelta(days=3))], [])
    await fill_usage(store, NOON)
    (real,) = [r for r in await store.records() if not r["demo"]]
    assert (real["id"], real["outcome"]) == ("real", None)


async def test_nothing_in_it_is_a_text(store: Store) -> None:
    await fill_usage(store, NOON)
    words = {str(value) for r in await store.records() for value in r.values() if isinstance(value, str)}
    assert all(word.isascii() for word in words)


@pytest.mark.parametrize("demo", [True, False])
async def test_real_departments_are_told_from_invented_ones(store: Store, demo: bool) -> None:  # noqa: FBT001
    assert not await demonstration.holds_real_departments(store)
    row = {"code": "01", "name": "総務部", "head_count": 4, "position": 0, "valid_from": date(2026, 4, 1)}
    async with store.begin() as connection:
        await connection.execute(insert(departments), {**row, "demo": demo})
    assert await demonstration.holds_real_departments(store) is not demo
    assert not await demonstration.holds_roster(store)


def test_the_city_is_a_tree_in_the_order_of_its_codes() -> None:
    codes = [unit.code for unit in UNITS]
    assert codes == sorted(set(codes))
    assert all(unit.parent is None or unit.parent in codes for unit in UNITS)
    assert len([unit for unit in UNITS if unit.parent is None]) == 4
