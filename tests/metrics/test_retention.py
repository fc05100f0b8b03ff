from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from metrics import retention, rollup, usage
from metrics.imported import Line, kept_since, save
from metrics.periods import Kind, containing, month_of
from metrics.record import Outcome
from metrics.retention import CUT, Cleaned, Kept, clean
from metrics.tables import adoption_labels, adoption_persons, departments
from tests.metrics.records import closed, opened

if TYPE_CHECKING:
    from metrics.store import Store

NOW = datetime(2027, 3, 20, 3, tzinfo=UTC)


async def fill(store: Store) -> None:
    """Twelve persons on the last day of each month of two years, one of them blocked once more."""
    records = []
    for month in range(23):
        last = datetime.combine(month_of(date(2025, 5, 1), month), datetime.min.time(), UTC) - timedelta(hours=10)
        records += [(f"e{month}-{number}", f"p{number}", last, Outcome.ANSWERED) for number in range(12)]
        records.append((f"e{month}-b", "p0", last, Outcome.BLOCKED))
    await store.write(
        [opened(name, person=person, opened_at=at) for name, person, at, _ in records],
        [closed(name, outcome=outcome) for name, _, _, outcome in records],
    )
    async with store.begin() as connection:
        row = {"code": "0101", "name": "総務課", "parent": None, "head_count": 30, "position": 0, "demo": False}
        await connection.execute(departments.insert(), {**row, "valid_from": date(2020, 4, 1)})
        lines = [Line(date(2026, month, 3), "0101", "p1", "x", "", "other", 5, (0, 0)) for month in range(1, 13)]
        await save(connection, lines, lambda _: None)


async def left(store: Store) -> dict[str, tuple[int, str]]:
    """Number and first month of what is left, by outcome."""
    found: dict[str, tuple[int, str]] = {}
    for record in await store.records():
        number, first = found.get(record["outcome"], (0, f"{record['opened_at']:%Y-%m}"))
        found[record["outcome"]] = (number + 1, first)
    return found


async def boards(store: Store) -> list[object]:
    kinds = [
        (Kind.MONTH, date(2026, 1, 1)),
        (Kind.MONTH, date(2026, 11, 1)),
        (Kind.YEAR, date(2025, 4, 1)),
        (Kind.YEAR, NOW.date()),
    ]
    return [await usage.read_board(store, containing(kind, day), NOW) for kind, day in kinds]


async def test_records_go_by_class_and_figures_stay(store: Store) -> None:
    await fill(store)
    before = await boards(store)
    kept = Kept(answered_months=6, blocked_months=12, imported_months=3)
    planned = await clean(store, kept, NOW, dry_run=True)
    assert len(await store.records()) == 23 * 13
    done = await clean(store, kept, NOW)
    assert done == planned == Cleaned(exchanges=17 * 12 + 11, imported=11)
    assert await left(store) == {"answered": (6 * 12, "2026-09"), "blocked": (12, "2026-03")}
    assert await clean(store, kept, NOW) == Cleaned()
    assert await boards(store) == before
    await rollup.recount(store)
    assert await boards(store) == before
    async with store.begin() as connection:
        assert await kept_since(connection) == date(2026, 12, 1)


async def test_without_a_term_everything_stays(store: Store) -> None:
    await fill(store)
    assert await clean(store, Kept(), NOW) == Cleaned()
    assert len(await store.records()) == 23 * 13
    async with store.begin() as connection:
        assert await kept_since(connection) is None


async def test_what_is_not_counted_or_not_closed_is_not_deleted(store: Store) -> None:
    old = datetime(2025, 5, 1, tzinfo=UTC)
    await store.write([opened("open", opened_at=old), opened("late", opened_at=old)], [closed("late")])
    done = await clean(store, Kept(answered_months=1, blocked_months=1), NOW)
    assert done.exchanges == 1  # counted first
    assert [record["id"] for record in await store.records()] == ["open"]


async def test_a_shorter_term_before_is_not_forgotten(store: Store) -> None:
    await clean(store, Kept(answered_months=1), NOW)
    await clean(store, Kept(answered_months=12), NOW)
    async with store.begin() as connection:
        assert await kept_since(connection) == date(2027, 2, 1)


async def test_pseudonyms_become_numbers_by_chance_and_figures_stay(store: Store) -> None:
    await fill(store)
    before = await boards(store)
    assert (await clean(store, Kept(pseudonyms_years=1), NOW, dry_run=True)).pseudonyms == 0
    later = NOW + timedelta(days=30)  # in the next fiscal year
    assert (await clean(store, Kept(pseudonyms_years=1), later, dry_run=True)).pseudonyms == 12
    assert (await clean(store, Kept(pseudonyms_years=1), later)).pseudonyms == 12
    assert (await clean(store, Kept(pseudonyms_years=1), later)).pseudonyms == 0
    assert await boards(store) == before
    async with store.begin() as connection:
        for table in (adoption_persons, adoption_labels):
            for year, person in await connection.execute(select(table.c.fiscal_year, table.c.person)):
                assert person.startswith(CUT) == (year == 2025)


@pytest.mark.parametrize("field", ["answered_months", "blocked_months", "imported_months", "pseudonyms_years"])
def test_every_term_has_its_class(field: str) -> None:
    assert getattr(retention.Kept(**{field: 3}), field) == 3
