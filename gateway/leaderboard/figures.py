"""The figures of a page: a board, and a grid for heat map and lines, cut down to what its audience may see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from gateway.leaderboard.query import Level, Order, Who
from metrics import usage
from metrics.periods import Kind, PeriodError, containing, parse, today

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.leaderboard.query import Query, Scope
    from metrics.board import Board, Grid, Row
    from metrics.periods import Period
    from metrics.store import Store


class NotShownError(LookupError):
    """There is no such page, picture or file; or a department may not be shown by itself."""


class Source(Protocol):
    """Where figures come from: the records, or a test's own."""

    async def latest(self, kind: Kind, now: datetime) -> Period:
        """The latest finished period of a kind with a use, or else the one before ``now``."""

    async def board(self, period: Period, now: datetime) -> Board:
        """The figures of a period. Raises PeriodError for one that has not begun."""

    async def grid(self, periods: Sequence[Period], now: datetime) -> Grid:
        """Finished periods, from old to new."""


class Records:
    """The figures of the database; ``memory`` is what was decided before, as long as it holds."""

    def __init__(self, store: Store, terms: usage.Terms, memory: usage.Memory) -> None:
        self._store, self._terms, self._memory = store, terms, memory

    async def latest(self, kind: Kind, now: datetime) -> Period:
        """See ``Source``. Raises StoreError, as the others do."""
        return await usage.latest(self._store, kind, now)

    async def board(self, period: Period, now: datetime) -> Board:
        """See ``Source``."""
        return await usage.read_board(self._store, period, now, self._terms, self._memory)

    async def grid(self, periods: Sequence[Period], now: datetime) -> Grid:
        """See ``Source``."""
        return await usage.read_grid(self._store, periods, now, self._terms, self._memory)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one page shows."""

    board: Board
    grid: Grid


async def read(source: Source, query: Query, scope: Scope, now: datetime) -> Figures:
    """The figures that a query asks for. Raises PeriodError for a period that is none or has not begun, StoreError."""
    if query.at is not None:
        period = parse(query.kind, query.at)
    elif scope.public:
        period = finished(await source.latest(query.kind, now), now)
    else:
        period = await source.latest(query.kind, now)
    if period.start > now:
        raise PeriodError("その期間はまだ始まっていません。")
    if scope.public and finished(period, now) != period:
        raise PeriodError("その期間はまだ終わっていません。終わってから公開します。")
    board = await source.board(period, now)
    periods = [finished(containing(scope.grid, min(period.last, today(now))), now)]
    while len(periods) < scope.count:
        periods.append(periods[-1].previous())
    grid = since_first_use(await source.grid(periods[::-1], now))
    return narrowed(Figures(board, grid), query, scope)


def since_first_use(grid: Grid) -> Grid:
    """The grid without the periods at its beginning in which nobody used it yet: no row of zeros before the start."""
    used = [cell is not None and cell.active != 0 for cell in grid.overall.cells]
    first = min(used.index(True) if any(used) else len(used), len(used) - 1)
    return replace(
        grid,
        periods=grid.periods[first:],
        overall=replace(grid.overall, cells=grid.overall.cells[first:]),
        rows=tuple(replace(row, cells=row.cells[first:]) for row in grid.rows),
        purposes=grid.purposes[first:],
    )


def finished(period: Period, now: datetime) -> Period:
    """The period, or the latest one before it that is over and counted."""
    while period.after > usage.finished(now):
        period = period.previous()
    return period


def narrowed(figures: Figures, query: Query, scope: Scope) -> Figures:
    """The figures cut to the level, and to what may be shown outside, in the order that is asked for."""
    board = figures.board.public() if scope.public else figures.board
    deepest = {Level.WHOLE: -1, Level.DIVISION: 0, Level.SECTION: 99}[query.level]
    rows = tuple(row for row in board.rows if row.depth <= deepest)
    if query.order is Order.RATE:
        rows = by_rate(rows, query.who)
    lines = tuple(row for row in figures.grid.rows if row.depth <= deepest)
    return Figures(replace(board, rows=rows), replace(figures.grid, rows=lines))


def by_rate(rows: Sequence[Row], who: Who = Who.PEOPLE) -> tuple[Row, ...]:
    """Rows with the highest first, each 課 still below its 部; rests and what is not shown come last."""
    below: dict[str | None, list[Row]] = {}
    known = {row.code for row in rows}
    for row in rows:
        below.setdefault(row.parent if row.parent in known else None, []).append(row)

    def rank(row: Row) -> tuple[bool, bool, float]:
        value = row.now.robot_uses if who is Who.ROBOTS else row.now.rate
        return (value is None, row.rest, -(value or 0))

    found: list[Row] = []
    waiting = sorted(below.get(None, []), key=rank)[::-1]
    while waiting:
        row = waiting.pop()
        found.append(row)
        waiting.extend(sorted(below.get(row.code, []), key=rank)[::-1])
    return tuple(found)
