"""Records on SQLite: all of a transaction or nothing of it, durable when it is said to be."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError

from metrics.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

TABLE = Table("things", MetaData(), Column("id", Integer, primary_key=True), Column("name", String, nullable=False))


def prepare(connection: Any, _: object) -> None:
    connection.execute("PRAGMA busy_timeout=50")


def rows(path: Path) -> list[tuple[int, str]]:
    with sqlite3.connect(path) as other:
        return other.execute("SELECT id, name FROM things ORDER BY id").fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "records.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
    return path


async def test_what_is_written_is_there_for_others_at_once(path: Path) -> None:
    writer = Writer(make_url(f"sqlite+aiosqlite:///{path}"), prepare)
    await writer.write(
        [(insert(TABLE), [{"id": 1, "name": "一"}, {"id": 2, "name": "二"}]), (update(TABLE).values(name="三"), [{}])]
    )
    assert rows(path) == [(1, "三"), (2, "三")]
    await writer.close()


async def test_a_row_that_cannot_be_takes_the_whole_transaction_with_it(path: Path) -> None:
    writer = Writer(make_url(f"sqlite+aiosqlite:///{path}"), prepare)
    with pytest.raises(IntegrityError):
        await writer.write([(insert(TABLE), [{"id": 1, "name": "一"}]), (insert(TABLE), [{"id": 2, "name": None}])])
    assert rows(path) == []
    await writer.write([(insert(TABLE), [{"id": 3, "name": "三"}])])  # and the next is well
    assert rows(path) == [(3, "三")]
    await writer.close()


async def test_a_database_that_is_held_by_another_is_told(path: Path) -> None:
    writer = Writer(make_url(f"sqlite+aiosqlite:///{path}"), prepare)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError):
            await writer.write([(insert(TABLE), [{"id": 1, "name": "一"}])])
        other.execute("ROLLBACK")
    assert rows(path) == []
    await writer.close()


async def test_closing_waits_for_what_is_being_written(path: Path) -> None:
    writer = Writer(make_url(f"sqlite+aiosqlite:///{path}"), prepare)
    writing = asyncio.create_task(
        writer.write([(insert(TABLE), [{"id": n, "name": "多"} for n in range(5_000)])]),
    )
    await asyncio.sleep(0)  # it has begun
    await writer.close()
    await writing
    assert len(rows(path)) == 5_000
    with pytest.raises(RuntimeError):
        await writer.write([(insert(TABLE), [{"id": 9_999, "name": "遅"}])])
