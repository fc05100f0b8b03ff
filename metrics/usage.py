"""Reads what the adoption figures are made of from the database, and asks ``metrics.adoption`` for boards and grids.

What is read are the sums that ``metrics.rollup`` keeps, so a page costs the same however many records there are.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from metrics import adoption, rollup
from metrics.adoption import City
from metrics.families import SMALLEST_UNIT
from metrics.ledger import Amounts, Labelled, Ledger, PersonYear, ledger
from metrics.periods import Kind, Period, PeriodError, containing, months_between, today
from metrics.purposes import Dimension
from metrics.record import Outcome
from metrics.roster import Roster, Unit
from metrics.tables import (
    MONTHS,
    adoption_labels,
    adoption_persons,
    adoption_progress,
    adoption_uses,
    departments,
    exchanges,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from metrics.board import Board, Grid
    from metrics.store import Store

SETTLING = timedelta(hours=1)
"""So long after its end a month is finished: what was opened before midnight has been answered by then."""

CATCH_UP = 10_000
"""Records that a reader counts itself before it reads; more than that wait for the gateway's own counting."""

_MILLION = 1_000_000
_MOST_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Price:
    """Yen for a million tokens."""

    input_yen: float
    output_yen: float


@dataclass(frozen=True, slots=True)
class Terms:
    """What the municipality decides: the smallest unit shown, prices by deployment, and the minutes per use of its survey."""

    smallest_unit: int = SMALLEST_UNIT
    prices: Mapping[str, Price] = field(default_factory=dict)
    minutes_per_use: float | None = None


@dataclass(slots=True)
class Memory:
    """What was read and decided last, for as long as no finished month changes: it is the same all month long."""

    cities: dict[tuple[Any, ...], City] = field(default_factory=dict)

    def keep(self, key: tuple[Any, ...], city: City) -> None:
        """Remember a city, and forget the oldest."""
        while len(self.cities) >= _MOST_REMEMBERED:
            del self.cities[next(iter(self.cities))]
        self.cities[key] = city


async def read_board(
    store: Store, period: Period, now: datetime, terms: Terms | None = None, memory: Memory | None = None
) -> Board:
    """The board of a period. Raises PeriodError for one that has not begun, StoreError."""
    if period.start > now:
        raise PeriodError("その期間はまだ始まっていません。")
    previous = period.previous()
    city = await _city(store, (period,), now, terms or Terms(), memory)
    if city.span(period) is not None:
        return await asyncio.to_thread(adoption.board, city, period)  # streams go on meanwhile
    async with store.begin() as connection:
        persons = [await _persons(connection, of, city) for of in (period, previous)]
    return adoption.glance(city, period, (persons[0], persons[1]))


async def read_grid(
    store: Store, periods: Sequence[Period], now: datetime, terms: Terms | None = None, memory: Memory | None = None
) -> Grid:
    """Units by months, quarters or years, one behind the other. Raises PeriodError where one is not finished, StoreError."""
    if not periods:
        raise PeriodError("期間がありません。")
    city = await _city(store, periods, now, terms or Terms(), memory)
    if any(city.span(period) is None or period.after > city.finished for period in periods):
        raise PeriodError("まだ終わっていない期間があります。")
    return await asyncio.to_thread(adoption.grid, city, periods)


async def prepare(store: Store, now: datetime, terms: Terms, memory: Memory) -> None:
    """Read and decide before somebody asks: quick unless a month has ended or changed. Raises StoreError."""
    await read_board(store, containing(Kind.YEAR, finished(now) - timedelta(days=1)), now, terms, memory)


async def latest(store: Store, kind: Kind, now: datetime) -> Period:
    """The latest period of a kind that has a finished month with a use in it; without any, the one before now.

    Days and weeks: the latest one with a use.
    """
    await rollup.count(store, CATCH_UP)
    async with store.begin() as connection:
        invented = await is_demonstration(connection)
        last = await last_use(connection, invented=invented)
        query = select(func.max(adoption_uses.c.month)).where(adoption_uses.c.month < finished(now))
        if not invented:
            query = query.where(adoption_uses.c.demo.is_(False))
        month: date | None = (await connection.execute(query)).scalar()
    if kind in {Kind.DAY, Kind.WEEK}:
        return containing(kind, min(today(last), today(now)) if last else today(now))
    return containing(kind, month or finished(now) - timedelta(days=1))


def finished(now: datetime) -> date:
    """The first day of the first month that is not finished."""
    return today(now - SETTLING).replace(day=1)


async def roster(connection: AsyncConnection) -> list[Unit]:
    """Every row of the roster, past and future ones included."""
    rows = await connection.execute(select(departments))
    return [
        Unit(r["code"], r["name"], r["parent"], r["head_count"], r["valid_from"], r["position"])
        for r in rows.mappings()
    ]


async def is_demonstration(connection: AsyncConnection) -> bool:
    """Whether the roster is the invented one: then invented exchanges count, otherwise they never do."""
    invented = select(departments.c.code).where(departments.c.demo.is_(True)).limit(1)
    return (await connection.execute(invented)).first() is not None


async def last_use(connection: AsyncConnection, *, invented: bool) -> datetime | None:
    """When the latest answered exchange was opened; None when there is none."""
    query = select(exchanges.c.opened_at).where(exchanges.c.outcome == Outcome.ANSWERED.value)
    if not invented:
        query = query.where(exchanges.c.demo.is_(False))
    found: datetime | None = (await connection.execute(query.order_by(exchanges.c.opened_at.desc()).limit(1))).scalar()
    return found


async def _city(store: Store, periods: Iterable[Period], now: datetime, terms: Terms, memory: Memory | None) -> City:
    await rollup.count(store, CATCH_UP)
    async with store.begin() as connection:
        invented, units = await is_demonstration(connection), await roster(connection)
        wanted = {containing(Kind.YEAR, day).first.year for p in periods for day in (p.first, p.last)}
        # Always the year before as well: one city serves all kinds of periods, and what each is compared with. How uses are
        # divided by purpose and tool is shown of the periods themselves only, and makes up half of the reading.
        years = sorted(wanted | {max(wanted) - 1})
        sums = await _sums(connection, years, now)
        key = (tuple(years), frozenset(wanted), finished(now), repr(terms), tuple(units), invented, sums)
        pending = await rollup.waiting(connection)
        if memory is not None and (known := memory.cities.get(key)) is not None:
            return replace(known, pending=pending)
        city = City(
            Roster(units),
            {year: await _ledger(connection, year, terms, invented=invented, divided=year in wanted) for year in years},
            finished(now),
            adoption.Terms(terms.smallest_unit, terms.minutes_per_use),
            invented=invented,
            pending=pending,
        )
    if memory is not None:
        memory.keep(key, city)
    return city


async def _sums(connection: AsyncConnection, years: Sequence[int], now: datetime) -> tuple[Any, ...]:
    """What changes when a finished month does: numbers that only grow but for withdrawals, which are counted as well."""
    table = adoption_uses
    first, after = date(years[0], 4, 1), min(finished(now), date(years[-1] + 1, 4, 1))
    names = ("uses", "blocks", "findings", "input_tokens", "output_tokens")
    withdrawals = select(adoption_progress.c.withdrawals).scalar_subquery()
    query = select(withdrawals, func.count(), *(func.sum(table.c[name]) for name in names))
    row = (await connection.execute(query.where(table.c.month >= first, table.c.month < after))).one()
    return tuple(None if number is None else int(number) for number in row)


async def _ledger(connection: AsyncConnection, year: int, terms: Terms, *, invented: bool, divided: bool) -> Ledger:
    period = containing(Kind.YEAR, date(year, 4, 1))
    table = adoption_persons
    query = select(table.c.department, table.c.person, *(table.c[month] for month in MONTHS))
    people: dict[tuple[str, str], Sequence[int]] = {}
    for department, person, *days in await connection.execute(query.where(*_real(table, year, invented=invented))):
        before = people.get((department, person))  # once invented, once real
        people[department, person] = [a | b for a, b in zip(days, before, strict=True)] if before else days
    return ledger(
        period,
        (PersonYear(*key, days) for key, days in people.items()),
        await _amounts(connection, period, terms, invented=invented),
        await _labels(connection, period, invented=invented) if divided else None,
    )


def _real(table: Table, year: int, *, invented: bool) -> list[ColumnElement[bool]]:
    of_year = [table.c.fiscal_year == year]
    return of_year if invented else [*of_year, table.c.demo.is_(False)]


async def _amounts(
    connection: AsyncConnection, year: Period, terms: Terms, *, invented: bool
) -> dict[str, list[Amounts]]:
    table = adoption_uses
    by = (table.c.month, table.c.department, table.c.robot, table.c.deployment)  # as the key begins: no sorting
    sums = [func.sum(table.c[name]) for name in ("uses", "blocks", "findings", "input_tokens", "output_tokens")]
    query = select(*by, *sums).where(table.c.month >= year.first, table.c.month < year.after).group_by(*by)
    if not invented:
        query = query.where(table.c.demo.is_(False))
    found: dict[str, list[Amounts]] = defaultdict(lambda: [Amounts()] * len(MONTHS))
    for month, department, robot, deployment, *numbers in await connection.execute(query):
        answered, blocks, findings, read, written = (int(number) for number in numbers)
        price = terms.prices.get(deployment, Price(0, 0))
        amounts = Amounts(
            uses=0 if robot else answered,
            robot_uses=answered if robot else 0,
            tokens=0 if robot else read + written,
            cost_yen=(read * price.input_yen + written * price.output_yen) / _MILLION,
            findings=findings,
            blocks=blocks,
            answered_or_blocked=answered + blocks,
        )
        months, at = found[department], months_between(year.first, month)
        months[at] = months[at].plus(amounts)
    return dict(found)


async def _labels(
    connection: AsyncConnection, year: Period, *, invented: bool
) -> dict[Dimension, dict[str, list[Labelled]]]:
    persons = await _labelled_persons(connection, year, invented=invented)
    table = adoption_uses
    by = [table.c[dimension.value] for dimension in Dimension]
    query = (
        select(table.c.month, func.sum(table.c.uses), *by)
        .where(table.c.month >= year.first, table.c.month < year.after, table.c.robot.is_(False))
        .group_by(table.c.month, *by)
    )
    if not invented:
        query = query.where(table.c.demo.is_(False))
    found: dict[Dimension, dict[str, list[Labelled]]] = {dimension: {} for dimension in Dimension}
    nobody = [0] * len(MONTHS)
    for month, number, *labels in await connection.execute(query):
        at = months_between(year.first, month)
        for dimension, name in zip(Dimension, labels, strict=True):
            months = found[dimension].setdefault(name, [Labelled(0, 0)] * len(MONTHS))
            here = persons.get((dimension.value, name), nobody)[at]
            months[at] = Labelled(months[at].uses + int(number), here)
    return found


async def _labelled_persons(
    connection: AsyncConnection, year: Period, *, invented: bool
) -> dict[tuple[str, str], list[int]]:
    """Persons of each month under each label, by dimension and label. Who is invented and real at once counts as two."""
    table = adoption_labels
    months = [func.sum(table.c.months.op(">>")(number).op("&")(1)) for number in range(len(MONTHS))]
    query = select(table.c.dimension, table.c.label, *months).group_by(table.c.dimension, table.c.label)
    rows = await connection.execute(query.where(*_real(table, year.first.year, invented=invented)))
    return {(dimension, label): [int(number) for number in numbers] for dimension, label, *numbers in rows}


async def _persons(connection: AsyncConnection, period: Period, city: City) -> int:
    """Persons of all units of the roster who were answered in some days."""
    masks: dict[tuple[int, str], int] = defaultdict(int)
    day = period.first
    while day < period.after:
        year = containing(Kind.YEAR, day).first
        masks[year.year, MONTHS[months_between(year, day)]] |= 1 << (day.day - 1)
        day += timedelta(days=1)
    units = city.roster.tree(period).units.keys()
    found: set[Any] = set()
    table = adoption_persons
    for year_number in {year for year, _ in masks}:
        used = [table.c[month].op("&")(mask) != 0 for (year, month), mask in masks.items() if year == year_number]
        query = select(table.c.department, table.c.person).where(
            *_real(table, year_number, invented=city.invented), or_(*used)
        )
        found |= {person for department, person in await connection.execute(query) if department in units}
    return len(found)
