from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from metrics import rollup
from metrics.imported import Line, save
from metrics.record import Outcome
from metrics.rollup import Counting
from metrics.store import Store
from metrics.tables import adoption_labels, adoption_persons, adoption_progress, adoption_uses, exchanges
from tests.metrics.records import MORNING, closed, opened

if TYPE_CHECKING:
    from sqlalchemy import Table

NEW_YEAR = datetime(2027, 3, 31, 15, tzinfo=UTC)  # 1 April in Japan
TABLES = (adoption_persons, adoption_labels, adoption_uses)


async def keep(store: Store, name: str, outcome: Outcome | None = Outcome.ANSWERED, **changes: Any) -> None:
    await store.write([opened(name, **changes)], [closed(name, outcome=outcome)] if outcome else [])


async def rows(store: Store, table: Table) -> list[dict[str, Any]]:
    async with store.begin() as connection:
        found = (await connection.execute(select(table))).mappings().all()
    return sorted((dict(row) for row in found), key=str)


async def everything(store: Store) -> list[list[dict[str, Any]]]:
    return [await rows(store, table) for table in TABLES]


async def test_days_of_a_person_are_bits_in_japan(store: Store) -> None:
    await keep(store, "e1")  # 24 November, 9:30 in Japan
    await keep(store, "e2", opened_at=datetime(2026, 11, 24, 15, tzinfo=UTC))  # the 25th
    await keep(store, "e3", opened_at=NEW_YEAR - timedelta(microseconds=1))
    await keep(store, "e4", opened_at=NEW_YEAR)
    assert await rollup.count(store) == 4
    found = await rows(store, adoption_persons)
    assert [(row["fiscal_year"], row["november"], row["march"], row["april"]) for row in found] == [
        (2026, 1 << 23 | 1 << 24, 1 << 30, 0),
        (2027, 0, 0, 1),
    ]


async def test_each_record_counts_once_whatever_happens(store: Store) -> None:
    await keep(store, "e1")
    await keep(store, "e2", None)
    assert await rollup.count(store) == 1
    assert await rollup.count(store) == 0
    await store.write([], [closed("e2")])
    await store.write([], [closed("e2")])  # tried again although it was written
    assert await rollup.count(store) == 1
    await store.write([], [closed("e1"), closed("e2")])
    assert await rollup.count(store) == 0
    assert [row["uses"] for row in await rows(store, adoption_uses)] == [2]


async def test_one_found_interrupted_that_was_answered_after_all_counts_then(store: Store) -> None:
    await keep(store, "e1", Outcome.INTERRUPTED)
    assert await rollup.count(store) == 1
    assert await rows(store, adoption_uses) == []
    await store.write([], [closed("e1")])
    await rollup.count(store)
    assert [row["uses"] for row in await rows(store, adoption_uses)] == [1]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CANCELLED, Outcome.INTERRUPTED])
async def test_what_was_not_answered_leaves_nothing(store: Store, outcome: Outcome) -> None:
    await keep(store, "e1", outcome)
    await rollup.count(store)
    assert await everything(store) == [[], [], []]


async def test_blocked_ones_are_blocks_and_findings_and_nobody(store: Store) -> None:
    await keep(store, "e1", Outcome.BLOCKED)
    await rollup.count(store)
    persons, labels, (sums,) = await everything(store)
    assert (persons, labels) == ([], [])
    assert (sums["uses"], sums["blocks"], sums["findings"]) == (0, 1, 2)


async def test_sums_are_by_month_and_labels(store: Store) -> None:
    await keep(store, "e1", purpose="summary", tool="chat")
    await keep(store, "e2", caller_kind="robot")
    await keep(store, "e3", caller_kind="application", person=None)
    await rollup.count(store)
    found = [
        (r["month"], r["robot"], r["purpose"], r["tool"], r["input_tokens"]) for r in await rows(store, adoption_uses)
    ]
    assert sorted(found) == [
        (date(2026, 11, 1), False, "other", "other", 12),
        (date(2026, 11, 1), False, "summary", "chat", 12),
        (date(2026, 11, 1), True, "other", "other", 12),
    ]
    labels = {(r["dimension"], r["label"]): r["months"] for r in await rows(store, adoption_labels)}
    november = 1 << 7
    assert labels == {
        ("purpose", "summary"): november, ("tool", "chat"): november,
        ("model", "demo"): november, ("deployment", "demo"): november,
    }  # fmt: skip


async def filled(store: Store) -> None:
    for number in range(30):
        at = MORNING + timedelta(days=number * 11 % 170, hours=number)
        outcome = (Outcome.ANSWERED, Outcome.ANSWERED, Outcome.BLOCKED)[number % 3]
        await keep(store, f"e{number}", outcome, department=f"{number % 4}", person=f"p{number % 7}", opened_at=at)
    async with store.begin() as connection:
        await save(connection, [Line(date(2027, 1, 5), "1", "p1", "x", "", "other", 3, (1, 2))], lambda _: None)


async def test_batches_and_a_new_count_give_the_same(store: Store) -> None:
    await filled(store)
    while await rollup.count_batch(store, 4):
        pass
    first = await everything(store)
    await rollup.recount(store)
    assert await everything(store) == [[], [], []]
    async with store.begin() as connection:
        assert await rollup.waiting(connection)
    assert await rollup.number_waiting(store) == 31
    assert await rollup.count(store, most=20) == 20
    assert await rollup.count(store) == 11
    assert await everything(store) == first


async def test_several_gateways_that_count_at_once_count_once(store: Store, database_url: str) -> None:
    await filled(store)
    other = Store(database_url)
    await other.start()
    try:
        done = await asyncio.gather(*(rollup.count(each, batch=3) for each in (store, other, store)))
    finally:
        await other.close()
    assert sum(done) == 31
    together = await everything(store)
    await rollup.recount(store)
    await rollup.count(store)
    assert await everything(store) == together


async def test_a_batch_that_fails_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(store)

    async def fail(*_: Any) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(rollup, "_write", fail)
        with pytest.raises(OSError, match="space"):
            await rollup.count(store)
    assert await everything(store) == [[], [], []]
    assert await rollup.count(store) == 31


async def test_a_new_count_leaves_months_alone_whose_records_may_be_gone(store: Store) -> None:
    await keep(store, "old", opened_at=datetime(2026, 5, 10, tzinfo=UTC))
    await keep(store, "new", opened_at=datetime(2026, 12, 10, tzinfo=UTC))
    await keep(store, "next", opened_at=datetime(2027, 5, 10, tzinfo=UTC))
    await rollup.count(store)
    first = await everything(store)
    async with store.begin() as connection:
        await connection.execute(update(adoption_progress).values(kept_since=date(2026, 12, 1)))
        await connection.execute(exchanges.delete().where(exchanges.c.id == "old"))
    await rollup.recount(store)
    (row,) = await rows(store, adoption_persons)
    assert (row["may"], row["december"]) == (1 << 9, 0)
    assert {r["months"] for r in await rows(store, adoption_labels)} == {1 << 1}
    await rollup.count(store)
    assert await everything(store) == first


async def test_a_gateway_counts_by_itself_and_goes_on_after_a_fault(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup, "_EVERY_SECONDS", 0.01)
    days: list[datetime] = []
    faults = [OSError("gone")]
    honest = rollup.count_batch

    async def count_batch(of: Store) -> int:
        if faults:
            raise faults.pop()
        return await honest(of)

    async def daily(now: datetime) -> None:
        days.append(now)

    passes: list[datetime] = []

    async def always(now: datetime) -> None:
        passes.append(now)

    monkeypatch.setattr(rollup, "count_batch", count_batch)
    await keep(store, "e1")
    counting = Counting(store, daily, always)
    await counting.start()
    async with asyncio.timeout(10):
        while not await rows(store, adoption_uses) or len(passes) <= 1:
            await asyncio.sleep(0.02)
    await counting.stop()
    await counting.stop()
    assert len(days) == 1
