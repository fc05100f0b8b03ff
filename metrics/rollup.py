"""Counts records into what the adoption figures are made of: each record once, whatever stops in between.

A batch is one transaction: the records are added to the sums and marked as counted together, or not at all. Whoever counts
changes ``adoption_progress`` first, so that of several gateways on one database one counts at a time. A record that is
closed late, or imported for last month, is counted when it comes. Sums stay when records are deleted (``metrics.retention``).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, false, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from metrics.periods import JAPAN, Kind, containing, months_between, today
from metrics.purposes import OTHER, Dimension
from metrics.record import Outcome
from metrics.store import StoreError
from metrics.tables import (
    MONTHS,
    adoption_labels,
    adoption_persons,
    adoption_progress,
    adoption_uses,
    exchanges,
    imported_uses,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from metrics.store import Store

log = logging.getLogger("sekimori.rollup")

BATCH = 500
"""Records counted in one transaction while serving: on SQLite nobody else writes meanwhile, so it is short."""

_EVERY_SECONDS = 30.0
_PAUSE_SECONDS = 0.05
SUMS = ("uses", "blocks", "findings", "input_tokens", "output_tokens")
_DIMENSIONS = tuple(dimension.value for dimension in Dimension)
_COUNTED_OUTCOMES = (Outcome.ANSWERED.value, Outcome.BLOCKED.value)


@dataclass(slots=True)
class Tally:
    """What a batch adds: keys are those of the three tables."""

    persons: dict[tuple[int, str, str, bool], list[int]] = field(default_factory=dict)
    labels: dict[tuple[int, str, str, str, bool], int] = field(default_factory=dict)
    uses: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)
    _months: dict[date, tuple[date, int, int]] = field(default_factory=dict)

    def add(self, use: Use) -> None:
        """Count one exchange, or one imported line."""
        if (place := self._months.get(use.day)) is None:
            year = containing(Kind.YEAR, use.day).first
            place = self._months[use.day] = (use.day.replace(day=1), year.year, months_between(year, use.day))
        key = (
            place[0], use.department, use.robot, use.purpose, use.tool, use.model, use.deployment, use.demo,
        )  # fmt: skip
        sums = self.uses.setdefault(key, [0] * len(SUMS))
        for column, amount in enumerate((use.uses, use.blocks, use.findings, *use.tokens)):
            sums[column] += amount
        if use.person is not None and not use.robot and use.uses:
            self._active(use, use.person, *place[1:])

    def _active(self, use: Use, person: str, year: int, month: int) -> None:
        key = (year, use.department, person, use.demo)
        if (days := self.persons.get(key)) is None:
            days = self.persons[key] = [0] * len(MONTHS)
        days[month] |= 1 << (use.day.day - 1)
        for dimension, label in zip(_DIMENSIONS, (use.purpose, use.tool, use.model, use.deployment), strict=True):
            if label:
                labelled = (year, dimension, label, person, use.demo)
                self.labels[labelled] = self.labels.get(labelled, 0) | 1 << month


class Use(NamedTuple):
    """One exchange that was answered or blocked, or some uses of one day that were imported together."""

    day: date
    department: str
    person: str | None
    robot: bool
    purpose: str
    tool: str
    model: str
    deployment: str
    demo: bool
    uses: int
    blocks: int
    findings: int
    tokens: tuple[int, int]


async def count(store: Store, most: int | None = None, batch: int = BATCH) -> int:
    """Count what waits, ``most`` records at most; how many were counted. Raises StoreError."""
    total = 0
    while most is None or total < most:
        size = batch if most is None else min(batch, most - total)
        done = await count_batch(store, size)
        total += done
        if done < size:
            break
    return total


async def count_batch(store: Store, size: int = BATCH) -> int:
    """Count one batch in one transaction; how many records it had."""
    async with store.begin() as connection:
        await take_turn(connection)
        tally = Tally()
        ids: list[str] = []
        for row in await connection.execute(_WAITING.limit(size)):
            ids.append(row.id)
            if (use := of_record(row)) is not None:
                tally.add(use)
        imported = (await connection.execute(_IMPORTED.limit(max(size - len(ids), 0)))).all()
        for row in imported:
            tally.add(of_line(row))
        await _write(connection, tally)
        for table, counted in ((exchanges, ids), (imported_uses, [row.id for row in imported])):
            if counted:
                await connection.execute(
                    update(table).where(table.c.id.in_(bindparam("ids", expanding=True))).values(counted=True),
                    {"ids": counted},
                )
        return len(ids) + len(imported)


async def take_turn(connection: AsyncConnection) -> None:
    """Wait until nobody else counts; held to the end of the transaction."""
    await connection.execute(update(adoption_progress).values(turns=adoption_progress.c.turns + 1))


async def waiting(connection: AsyncConnection) -> bool:
    """Whether records wait to be counted."""
    for query in (_WAITING, _IMPORTED):
        if (await connection.execute(query.limit(1))).first() is not None:
            return True
    return False


async def number_waiting(store: Store) -> int:
    """How many records wait to be counted."""
    queries = [select(func.count()).select_from(query.subquery()) for query in (_WAITING, _IMPORTED)]
    async with store.begin() as connection:
        return sum([int((await connection.execute(query)).scalar_one()) for query in queries])


async def recount(store: Store) -> None:
    """Forget the sums of all months whose records are still there, so that ``count`` makes them anew."""
    async with store.begin() as connection:
        await take_turn(connection)
        kept: date | None = (await connection.execute(select(adoption_progress.c.kept_since))).scalar()
        await _forget(connection, kept)
        since = None if kept is None else datetime.combine(kept, time(), JAPAN)
        records = update(exchanges).values(counted=False).where(exchanges.c.counted == true())
        lines = update(imported_uses).values(counted=False).where(imported_uses.c.counted == true())
        if since is not None:
            records, lines = records.where(exchanges.c.opened_at >= since), lines.where(imported_uses.c.day >= kept)
        await connection.execute(records)
        await connection.execute(lines)


async def _forget(connection: AsyncConnection, kept: date | None) -> None:
    if kept is None:
        for table in (adoption_persons, adoption_labels, adoption_uses):
            await connection.execute(delete(table))
        return
    year = containing(Kind.YEAR, kept).first
    gone = months_between(year, kept)
    await connection.execute(delete(adoption_uses).where(adoption_uses.c.month >= kept))
    for table in (adoption_persons, adoption_labels):
        await connection.execute(delete(table).where(table.c.fiscal_year > year.year))
    await connection.execute(
        update(adoption_persons)
        .where(adoption_persons.c.fiscal_year == year.year)
        .values(dict.fromkeys(MONTHS[gone:], 0))
    )
    await connection.execute(
        update(adoption_labels)
        .where(adoption_labels.c.fiscal_year == year.year)
        .values(months=adoption_labels.c.months.op("&")((1 << gone) - 1))
    )


Job = Callable[[datetime], Awaitable[object]]


class Counting:
    """Counts in the background while a gateway serves. A database that fails is asked again later.

    When everything is counted, ``daily`` is run at the start and then once a day, ``always`` every time.
    """

    def __init__(self, store: Store, daily: Job | None = None, always: Job | None = None) -> None:
        self._store, self._daily, self._always = store, daily, always
        self._day: date | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to count."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; a batch under way is undone and counted next time."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                if await count_batch(self._store) == BATCH:
                    await asyncio.sleep(_PAUSE_SECONDS)
                    continue
                now = datetime.now(UTC)
                if self._daily is not None and self._day != today(now):
                    await self._daily(now)
                    self._day = today(now)
                if self._always is not None:
                    await self._always(now)
            except StoreError as error:
                log.warning("not counted: %s", type(error).__name__)
            await asyncio.sleep(_EVERY_SECONDS)


RECORDS = select(
    exchanges.c.id, exchanges.c.opened_at, exchanges.c.department, exchanges.c.person, exchanges.c.caller_kind,
    exchanges.c.model, exchanges.c.deployment, exchanges.c.purpose, exchanges.c.tool, exchanges.c.outcome,
    exchanges.c.counts, exchanges.c.input_tokens, exchanges.c.output_tokens, exchanges.c.demo,
)  # fmt: skip
"""What of a record is counted; see ``of_record``."""
_WAITING = RECORDS.where(exchanges.c.counted == false(), exchanges.c.outcome.is_not(None))
_IMPORTED = select(imported_uses).where(imported_uses.c.counted == false())


def of_record(row: Any) -> Use | None:
    """A record as it counts; None for one that was neither answered nor blocked."""
    if row.outcome not in _COUNTED_OUTCOMES:
        return None
    answered, robot = row.outcome == Outcome.ANSWERED.value, row.caller_kind == "robot"
    return Use(
        day=today(row.opened_at),
        department=row.department,
        person=row.person,
        robot=robot,
        purpose=row.purpose or OTHER,
        tool=row.tool or OTHER,
        model=row.model,
        deployment=row.deployment or "",
        demo=row.demo,
        uses=int(answered),
        blocks=int(not answered),
        findings=sum(sum(actions.values()) for actions in row.counts.values()),
        tokens=(row.input_tokens or 0, row.output_tokens or 0),
    )


def of_line(row: Any) -> Use:
    """An imported line as it counts."""
    return Use(
        day=row.day,
        department=row.department,
        person=row.person,
        robot=False,
        purpose=row.purpose,
        tool=row.tool,
        model=row.model,
        deployment="",
        demo=False,
        uses=row.uses,
        blocks=0,
        findings=0,
        tokens=(row.input_tokens, row.output_tokens),
    )


async def _write(connection: AsyncConnection, tally: Tally) -> None:
    await write_persons(connection, tally)
    await merge(
        connection, adoption_uses, [(*key, *sums) for key, sums in tally.uses.items()], dict.fromkeys(SUMS, "+")
    )


async def write_persons(connection: AsyncConnection, tally: Tally) -> None:
    """Add the days and labels of persons, not the sums of their uses."""
    await merge(
        connection,
        adoption_persons,
        [(*key, *days) for key, days in tally.persons.items()],
        dict.fromkeys(MONTHS, "|"),
    )
    await merge(connection, adoption_labels, [(*key, mask) for key, mask in tally.labels.items()], {"months": "|"})


async def merge(
    connection: AsyncConnection, table: Table, rows: Sequence[Sequence[Any]], operators: Mapping[str, str]
) -> None:
    """Add rows to a table; values of a row that is there are joined by their operators."""
    if not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = insert(table)
    joined = {name: table.c[name].op(operator)(adding.excluded[name]) for name, operator in operators.items()}
    names = [column.name for column in table.c]
    # In the order of the key: two transactions that both write never wait for each other.
    values = [
        dict(zip(names, row, strict=True)) for row in sorted(rows, key=lambda row: tuple(row[: len(table.primary_key)]))
    ]
    await connection.execute(adding.on_conflict_do_update(index_elements=list(table.primary_key), set_=joined), values)
