"""Imports of usage as they lie in the database, and how one is taken back whole.

An import is known by the moment at which it was written: all its lines have it, and imports are written one after the other.
Sums of uses are taken off; on which days a person was active is no sum, so for the persons and months of the import it is
counted anew from what remains. Months whose records may be deleted cannot be counted anew, so nothing is taken back from them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, select, true, update

from metrics.periods import JAPAN, Kind, containing, month_of
from metrics.record import Outcome
from metrics.rollup import RECORDS, SUMS, Tally, merge, of_line, of_record, write_persons
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
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

_CHUNK = 10_000
"""Persons asked for at once; both databases take some 32,000 values in a statement."""

_NAME = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Import:
    """One import: when (UTC), of which tool, how many lines and uses, the first and the last day."""

    at: datetime
    tool: str
    lines: int
    uses: int
    first: date
    last: date

    @property
    def id(self) -> str:
        """Its name: the moment, to the microsecond."""
        return name_of(self.at)


def name_of(at: datetime) -> str:
    """The name of the import that was written at a moment."""
    return at.astimezone(UTC).strftime(_NAME)


class WithdrawalError(Exception):
    """Why an import cannot be taken back; Japanese, for staff."""


async def imports(connection: AsyncConnection) -> list[Import]:
    """All imports of which lines are there, the newest first."""
    table = imported_uses
    query = (
        select(
            table.c.imported_at, func.min(table.c.tool), func.count(), func.sum(table.c.uses),
            func.min(table.c.day), func.max(table.c.day),
        )
        .group_by(table.c.imported_at)
        .order_by(table.c.imported_at.desc())
    )  # fmt: skip
    return [
        Import(at, tool, lines, int(uses), first, last)
        for at, tool, lines, uses, first, last in await connection.execute(query)
    ]


async def withdraw(connection: AsyncConnection, name: str) -> Import:
    """Take an import back, in a transaction whose turn was taken (``rollup.take_turn``).

    Raises WithdrawalError for a name that no import has, and for lines of months that are closed.
    """
    found = next((one for one in await imports(connection) if one.id == name), None)
    if found is None:
        raise WithdrawalError(f"取り込み {name} はありません。usage imports で確かめてください。")
    kept: date | None = (await connection.execute(select(adoption_progress.c.kept_since))).scalar()
    if kept is not None and found.first < kept:
        raise WithdrawalError(f"{kept}より前の行を含むため取り下げられません（その月の記録は保存期間を過ぎています）。")
    of_import = imported_uses.c.imported_at == found.at
    tally = Tally()
    counted = select(imported_uses).where(of_import, imported_uses.c.counted == true())
    for row in await connection.execute(counted):
        tally.add(of_line(row))
    await connection.execute(delete(imported_uses).where(of_import))
    await _take_off(connection, tally)
    await _count_persons_anew(connection, tally)
    await connection.execute(update(adoption_progress).values(withdrawals=adoption_progress.c.withdrawals + 1))
    return found


async def _take_off(connection: AsyncConnection, tally: Tally) -> None:
    rows = [(*key, *(-amount for amount in sums)) for key, sums in tally.uses.items()]
    await merge(connection, adoption_uses, rows, dict.fromkeys(SUMS, "+"))
    empty = and_(*(adoption_uses.c[name] == 0 for name in SUMS))
    await connection.execute(delete(adoption_uses).where(empty))


async def _count_persons_anew(connection: AsyncConnection, tally: Tally) -> None:
    """Forget the days of the import's persons in its months, and count what remains of them."""
    months: dict[int, set[int]] = defaultdict(set)
    for (year, *_), days in tally.persons.items():
        months[year].update(month for month, mask in enumerate(days) if mask)
    everybody = sorted({person for _, _, person, _ in tally.persons})
    for start in range(0, len(everybody), _CHUNK):
        persons = everybody[start : start + _CHUNK]
        remaining = Tally()
        for year, of_year in months.items():
            await _forget(connection, year, of_year, persons)
            for month in sorted(of_year):
                await _read(connection, month_of(date(year, 4, 1), month), persons, remaining)
        await write_persons(connection, remaining)
    await _tidy(connection, months)


async def _forget(connection: AsyncConnection, year: int, months: Iterable[int], persons: Sequence[str]) -> None:
    table, mask = adoption_persons, 0
    for month in months:
        mask |= 1 << month
    mine = and_(table.c.fiscal_year == year, table.c.demo.is_(False), table.c.person.in_(persons))
    await connection.execute(update(table).where(mine).values({MONTHS[month]: 0 for month in months}))
    table = adoption_labels
    mine = and_(table.c.fiscal_year == year, table.c.demo.is_(False), table.c.person.in_(persons))
    left = table.c.months.op("&")(((1 << len(MONTHS)) - 1) & ~mask)
    await connection.execute(update(table).where(mine).values(months=left))


async def _read(connection: AsyncConnection, month: date, persons: Sequence[str], tally: Tally) -> None:
    """Add what is counted of some persons in a month."""
    period = containing(Kind.MONTH, month)
    start, end = (datetime.combine(day, time(), JAPAN) for day in (period.first, period.after))
    records = RECORDS.where(
        exchanges.c.opened_at >= start, exchanges.c.opened_at < end, exchanges.c.counted == true(),
        exchanges.c.outcome == Outcome.ANSWERED.value, exchanges.c.demo.is_(False), exchanges.c.person.in_(persons),
    )  # fmt: skip
    for row in await connection.execute(records):
        if (use := of_record(row)) is not None:
            tally.add(use)
    lines = select(imported_uses).where(
        imported_uses.c.day >= period.first, imported_uses.c.day < period.after, imported_uses.c.counted == true(),
        imported_uses.c.person.in_(persons),
    )  # fmt: skip
    for row in await connection.execute(lines):
        tally.add(of_line(row))


async def _tidy(connection: AsyncConnection, years: Iterable[int]) -> None:
    """Rows that say nothing go, as if they had never been written."""
    for year in years:
        nothing = and_(*(adoption_persons.c[month] == 0 for month in MONTHS))
        await connection.execute(delete(adoption_persons).where(adoption_persons.c.fiscal_year == year, nothing))
        of_year = adoption_labels.c.fiscal_year == year
        await connection.execute(delete(adoption_labels).where(of_year, adoption_labels.c.months == 0))
