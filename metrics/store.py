"""The database: SQLite beside the gateway, or PostgreSQL that several gateways share."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, event, insert, or_, select, text, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from metrics.record import Closed, Opened, Outcome
from metrics.tables import REVISION, exchanges, instances
from metrics.writer import Writer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from metrics.writer import Statement

LEASE = timedelta(seconds=90)
"""A gateway that gave no sign for so long is dead, and what it left open was interrupted."""

StoreError = (SQLAlchemyError, OSError)
"""What any use of the database may raise."""

_RECORD_FAULTS = ("22", "23")
"""Classes of SQLSTATE that speak of a row (ISO/IEC 9075-2: data exception, integrity constraint violation)."""


def blames_record(error: BaseException) -> bool:
    """Whether a StoreError speaks of a value in a row, so that trying again is of no use, and other rows are well."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        return isinstance(error, IntegrityError | DataError) or state[:2] in _RECORD_FAULTS
    return isinstance(error, StatementError)


def async_url(url: str, password: str | None = None) -> URL:
    """The URL with its asynchronous driver. Raises ValueError for another database."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    name = parsed.drivername.partition("+")[0]
    if name not in drivers:
        raise ValueError(f"no such database here: {name} (sqlite or postgresql)")
    parsed = parsed.set(drivername=drivers[name])
    return parsed.set(password=password) if password else parsed


class Store:
    """Opens the database, brings its tables up to date, and writes records.

    ``instance`` names this process: what it leaves open when it dies is found by it.
    """

    def __init__(self, url: str, *, password_env: str | None = None) -> None:
        password = os.environ.get(password_env) if password_env else None
        if password_env and not password:
            raise ValueError(f"the environment variable {password_env} (database.password_env) is not set")
        self.url = async_url(url, password)
        self.instance = secrets.token_hex(8)
        self._engine: AsyncEngine | None = None
        self._writer: Writer | None = None
        self._driver_errors: tuple[type[Exception], ...] = ()

    async def start(self) -> None:
        """Connect, migrate to the newest tables, close what a dead gateway left open."""
        sqlite = self.url.get_backend_name() == "sqlite"
        file = sqlite and self.url.database not in {None, "", ":memory:"}
        if file:
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_async_engine(
            self.url, pool_pre_ping=not sqlite, pool_reset_on_return="rollback" if not sqlite else None
        )
        if sqlite:
            event.listen(self._engine.sync_engine, "connect", _pragmas)
        else:
            import asyncpg  # noqa: PLC0415, only where PostgreSQL is used

            self._driver_errors = (asyncpg.PostgresError, asyncpg.InterfaceError)
        if await self._revision() != REVISION:
            from metrics.migration import upgrade  # noqa: PLC0415, Alembic is loaded only when there is something to do

            async with self.begin() as connection:
                await connection.run_sync(upgrade)
        await self.heartbeat()
        await self.mark_interrupted()
        if file:
            self._writer = Writer(self.url, _pragmas)

    async def close(self) -> None:
        """Close the connections. The next start looks after what is still open, so our name stays in the list."""
        if self._writer is not None:
            await self._writer.close()
            self._writer = None
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end of the block, rolled back on an error."""
        if self._engine is None:
            raise OSError("the database is not open")
        try:
            async with self._engine.begin() as connection:
                yield connection
        except self._driver_errors as error:
            # SQLAlchemy passes on what asyncpg raises while it connects; its text may hold names.
            raise OSError(f"the database refused: {type(error).__name__}") from None

    async def ready(self) -> bool:
        """Whether the database answers."""
        try:
            async with self.begin() as connection:
                await connection.execute(text("SELECT 1"))
        except StoreError:
            return False
        return True

    async def write(self, opened: Sequence[Opened], closed: Sequence[Closed]) -> None:
        """Write records in one transaction; durable when it returns."""
        statements: list[Statement] = []
        if opened:
            own = {"rules": [], "instance": self.instance, "demo": False}
            statements.append((_OPEN, [{**_values(o), **own} for o in opened]))
        if closed:
            statements.append((_CLOSE, [_closing(c) for c in closed]))
        if self._writer is not None:
            await self._writer.write(statements)
            return
        async with self.begin() as connection:
            for statement, rows in statements:
                await connection.execute(statement, rows)

    async def heartbeat(self) -> None:
        """Say that this gateway lives."""
        row = {"id": self.instance, "host": socket.gethostname(), "pid": os.getpid(), "seen_at": datetime.now(UTC)}
        async with self.begin() as connection:
            seen = update(instances).where(instances.c.id == self.instance).values(seen_at=row["seen_at"])
            if (await connection.execute(seen)).rowcount == 0:
                await connection.execute(insert(instances), row)

    async def mark_interrupted(self) -> int:
        """Close the records that dead gateways left open; how many there were."""
        async with self.begin() as connection:
            others = (await connection.execute(select(instances).where(instances.c.id != self.instance))).mappings()
            dead = [row["id"] for row in others if _dead(dict(row))]
            if not dead:
                return 0
            closing = (
                update(exchanges)
                .where(exchanges.c.instance.in_(dead), exchanges.c.outcome.is_(None))
                .values(outcome=Outcome.INTERRUPTED.value, closed_at=datetime.now(UTC))
            )
            count = (await connection.execute(closing)).rowcount
            await connection.execute(instances.delete().where(instances.c.id.in_(dead)))
            return int(count)

    async def records(self) -> list[dict[str, Any]]:
        """All records, oldest first, as they stand: for exports and tests."""
        async with self.begin() as connection:
            rows = await connection.execute(select(exchanges).order_by(exchanges.c.opened_at, exchanges.c.id))
            return [dict(row) for row in rows.mappings()]

    async def record(self, exchange: str) -> dict[str, Any] | None:
        """The record of one exchange; None where there is none."""
        query = select(exchanges).where(exchanges.c.id == exchange)
        async with self.begin() as connection:
            row = (await connection.execute(query)).mappings().first()
        return dict(row) if row else None

    async def newest(self, limit: int) -> list[dict[str, Any]]:
        """The newest records first: for those who audit."""
        query = select(exchanges).order_by(exchanges.c.opened_at.desc(), exchanges.c.id.desc()).limit(limit)
        async with self.begin() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def _revision(self) -> str | None:
        try:
            async with self.begin() as connection:
                return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
        except DBAPIError:
            return None


_OPEN = insert(exchanges)
_FIELDS = {of: tuple(field.name for field in fields(of)) for of in (Opened, Closed)}

_CLOSE = (
    update(exchanges)
    # Once only: a closing that is tried again although it was written must not be counted again.
    .where(exchanges.c.id == bindparam("of"), or_(exchanges.c.outcome.is_(None), exchanges.c.outcome == Outcome.INTERRUPTED))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "closed_at", "outcome", "status", "deployment", "zone", "input_tokens", "output_tokens",
                "first_token_ms", "latency_ms", "verdict", "counts", "rules",
            )
        }
        | {"counted": False}
    )
)  # fmt: skip


def _values(record: Opened | Closed) -> dict[str, Any]:
    """The fields by name. Not ``asdict``, whose deep copies cost more than the rest of the writing."""
    return {name: getattr(record, name) for name in _FIELDS[type(record)]}


def _closing(closed: Closed) -> dict[str, Any]:
    values = {f"new_{name}": value for name, value in _values(closed).items() if name != "id"}
    return {**values, "of": closed.id, "new_rules": list(closed.rules), "new_outcome": closed.outcome.value}


def _dead(instance: dict[str, Any]) -> bool:
    """No sign for a lease; or of this very computer, and its process is gone (or became this one)."""
    if instance["seen_at"] < datetime.now(UTC) - LEASE:
        return True
    if instance["host"] != socket.gethostname():
        return False
    if instance["pid"] == os.getpid():
        return True
    try:
        os.kill(instance["pid"], 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _pragmas(connection: Any, _: object) -> None:
    """Patience first, since WAL needs a lock; WAL for readers beside the writer; FULL, to survive a power cut."""
    cursor = connection.cursor()
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
