from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update

from metrics.record import Outcome
from metrics.store import LEASE, Store, StoreError, async_url
from metrics.tables import instances
from tests.metrics.records import closed, opened

if TYPE_CHECKING:
    from pathlib import Path


HOLD = """
import asyncio, sys
from metrics.recorder import Recorder
from metrics.store import Store
from tests.metrics.records import opened

async def main():
    store = Store(sys.argv[1])
    await store.start()
    recorder = Recorder(store)
    await recorder.start()
    await recorder.open(opened("held"))
    print("durable", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("sqlite:////tmp/x.db", "sqlite+aiosqlite:////tmp/x.db"),
        ("postgresql://u@h/n", "postgresql+asyncpg://u@h/n"),
        ("postgresql+psycopg://u@h/n", "postgresql+asyncpg://u@h/n"),
    ],
)
def test_an_address_gets_its_asynchronous_driver(given: str, expected: str) -> None:
    assert async_url(given).render_as_string() == expected


def test_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        async_url("mysql://u@h/n")


def test_the_password_comes_from_the_environment_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PASSWORD", "aobano-secret")
    store = Store("postgresql://u@h/n", password_env="DB_PASSWORD")
    assert store.url.password == "aobano-secret"
    assert "aobano-secret" not in repr(store.url)
    monkeypatch.delenv("DB_PASSWORD")
    with pytest.raises(ValueError, match="DB_PASSWORD"):
        Store("postgresql://u@h/n", password_env="DB_PASSWORD")


async def test_a_record_comes_back_as_it_was_written(store: Store) -> None:
    await store.write([opened("e1")], [])
    (before,) = await store.records()
    assert before["outcome"] is None
    assert before["rules"] == []
    await store.write([], [closed("e1")])
    (after,) = await store.records()
    expected = {**asdict(opened("e1")), **asdict(closed("e1")), "rules": ["pii/person"], "outcome": "answered"}
    assert after == {**expected, "instance": store.instance, "demo": False, "counted": False}


async def test_opened_and_closed_in_one_group(store: Store) -> None:
    await store.write([opened("e1"), opened("e2")], [closed("e2", outcome=Outcome.BLOCKED, status=403)])
    assert [(r["id"], r["outcome"]) for r in await store.records()] == [("e1", None), ("e2", "blocked")]


async def test_a_group_is_written_whole_or_not_at_all(store: Store) -> None:
    await store.write([opened("e1")], [])
    with pytest.raises(StoreError):
        await store.write([opened("e2"), opened("e1")], [])
    assert [r["id"] for r in await store.records()] == ["e1"]


async def test_a_naive_moment_is_refused(store: Store) -> None:
    with pytest.raises(StoreError):
        await store.write([opened("e1", opened_at=datetime(2026, 11, 24))], [])  # noqa: DTZ001, that is the point


async def test_moments_are_kept_whatever_zone_they_come_in(store: Store) -> None:
    japan = datetime.fromisoformat("2026-11-25T00:30:00.123456+09:00")
    await store.write([opened("e1", opened_at=japan)], [])
    (record,) = await store.records()
    assert record["opened_at"] == japan
    assert record["opened_at"].tzinfo is UTC


async def test_a_second_start_finds_everything_in_place(database_url: str) -> None:
    for number in range(2):
        store = Store(database_url)
        await store.start()
        await store.write([opened(f"e{number}")], [closed(f"e{number}")])
        assert len(await store.records()) == number + 1
        assert await store.ready()
        await store.close()


async def test_a_closed_store_says_that_it_is_not_ready(store: Store) -> None:
    await store.close()
    assert not await store.ready()
    with pytest.raises(StoreError):
        await store.records()


async def test_what_a_silent_gateway_left_open_was_interrupted(store: Store) -> None:
    other = Store("sqlite://")
    await store.write([opened("mine")], [])
    async with store.begin() as connection:
        long_ago = datetime.now(UTC) - LEASE - timedelta(seconds=5)
        row = {"id": other.instance, "host": "elsewhere", "pid": 1, "seen_at": long_ago}
        await connection.execute(insert(instances), row)
    other_engine, store.instance = store.instance, other.instance
    await store.write([opened("theirs"), opened("finished")], [closed("finished")])
    store.instance = other_engine
    assert await store.mark_interrupted() == 1
    outcomes = {r["id"]: r["outcome"] for r in await store.records()}
    assert outcomes == {"mine": None, "theirs": "interrupted", "finished": "answered"}
    async with store.begin() as connection:
        assert (await connection.execute(select(instances.c.id))).scalars().all() == [store.instance]


async def test_a_gateway_elsewhere_that_gives_signs_is_left_alone(store: Store) -> None:
    async with store.begin() as connection:
        row = {"id": "other", "host": "elsewhere", "pid": os.getpid(), "seen_at": datetime.now(UTC)}
        await connection.execute(insert(instances), row)
    assert await store.mark_interrupted() == 0


async def test_a_heartbeat_renews_the_lease(store: Store) -> None:
    async with store.begin() as connection:
        await connection.execute(update(instances).values(seen_at=datetime.now(UTC) - LEASE * 2))
    await store.heartbeat()
    async with store.begin() as connection:
        seen = (await connection.execute(select(instances.c.seen_at))).scalar_one()
    assert datetime.now(UTC) - seen < timedelta(seconds=10)


async def test_a_killed_gateway_loses_no_record(database_url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, database_url], stdout=subprocess.PIPE) as process:  # noqa: S603, ASYNC220
        assert process.stdout is not None
        assert process.stdout.readline() == b"durable\n"
        process.send_signal(signal.SIGKILL)
    store = Store(database_url)
    await store.start()
    (record,) = await store.records()
    await store.close()
    assert (record["id"], record["outcome"]) == ("held", "interrupted")
    assert record["closed_at"] is not None


async def test_sqlite_is_durable_and_lets_readers_read(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new folder' / 'x.db'}")
    await store.start()
    async with store.begin() as connection:
        journal = (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar()
        synchronous = (await connection.exec_driver_sql("PRAGMA synchronous")).scalar()
    await store.close()
    assert (journal, synchronous) == ("wal", 2)


def test_three_gateways_may_start_at_once_on_an_empty_database(database_url: str) -> None:
    code = f"import asyncio\nfrom metrics.store import Store\nasyncio.run(Store({database_url!r}).start())"
    starting = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]  # noqa: S603
    assert [process.wait(30) for process in starting] == [0, 0, 0]
