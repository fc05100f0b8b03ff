"""From records to boards: a small city whose figures were computed by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, update

from metrics import rollup, usage
from metrics.board import Board, Hidden, Share
from metrics.imported import Line, save
from metrics.periods import JAPAN, Kind, Period, PeriodError, containing
from metrics.record import Closed, Opened, Outcome
from metrics.roster import Unit
from metrics.tables import departments, exchanges
from metrics.usage import Memory, Price, Terms
from tests.metrics.records import closed, opened

if TYPE_CHECKING:
    from metrics.store import Store

NOW = datetime(2027, 4, 2, 1, tzinfo=UTC)
TERMS = Terms(prices={"demo": Price(100, 300)}, minutes_per_use=6)
APRIL, MARCH = date(2026, 4, 15), date(2027, 3, 15)
MIDNIGHT = datetime(2027, 3, 31, 15, tzinfo=UTC)  # 1 April in Japan


def period(kind: Kind, day: date) -> Period:
    return containing(kind, day)


class Records:
    """Exchanges to be written together."""

    def __init__(self) -> None:
        self.opened: list[Opened] = []
        self.closed: list[Closed] = []

    def add(self, department: str, person: str | None, at: datetime | date, **changes: Any) -> None:
        name = f"e{len(self.opened)}"
        moment = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, 10, tzinfo=JAPAN)
        of_closing = {
            key: changes.pop(key)
            for key in ("outcome", "deployment", "input_tokens", "output_tokens")
            if key in changes
        }
        self.opened.append(opened(name, department=department, person=person, opened_at=moment, **changes))
        if of_closing.get("outcome", "") is not None:
            self.closed.append(closed(name, closed_at=moment, **of_closing))

    def people(self, department: str, count: int, day: date, days: int = 1) -> None:
        """So many persons of a department, each once on so many days."""
        for number in range(count):
            for more in range(days):
                self.add(department, f"{department}-{number}", day + timedelta(days=more))

    async def write(self, store: Store) -> None:
        await store.write(self.opened, self.closed)


async def roster(store: Store, *rows: tuple[str, str | None, int, date], demo: bool = False) -> None:
    values = [
        {"code": code, "name": f"{code}課", "parent": parent, "head_count": heads, "valid_from": since,
         "position": position, "demo": demo}
        for position, (code, parent, heads, since) in enumerate(rows)
    ]  # fmt: skip
    async with store.begin() as connection:
        await connection.execute(insert(departments), values)


SINCE = date(2026, 4, 1)
CITY = (
    ("A", None, 4, SINCE), ("A1", "A", 20, SINCE), ("A1", "A", 30, date(2026, 10, 1)), ("A2", "A", 12, SINCE),
    ("B", None, 0, SINCE), ("B1", "B", 40, SINCE), ("B2", "B", 25, SINCE), ("C", None, 8, SINCE), ("D", None, 6, SINCE),
)  # fmt: skip


@pytest.fixture
async def city(store: Store) -> Store:
    await roster(store, *CITY)
    records = Records()
    # April 2026
    for department, count in (("A1", 8), ("A2", 5), ("B1", 12), ("C", 3), ("D", 1)):
        records.people(department, count, APRIL)
    # February 2027, with somebody in its last microsecond
    for department, count in (("A2", 5), ("C", 3), ("D", 1)):
        records.people(department, count, date(2027, 2, 10))
    records.add("A2", "A2-late", datetime(2027, 2, 28, 14, 59, 59, 999999, tzinfo=UTC))
    # March 2027: four days for those who stay
    for department, staying, others in (("A1", 4, 5), ("A2", 3, 2), ("C", 2, 1), ("D", 1, 1)):
        records.people(department, staying, date(2027, 3, 8), days=4)
        for number in range(staying, staying + others):
            records.add(department, f"{department}-{number}", MARCH)
    records.people("A", 1, MARCH, days=2)
    records.people("B1", 15, MARCH)
    records.people("B2", 10, MARCH, days=2)
    # moved from A1 to B1 on the 16th
    records.add("A1", "moved", date(2027, 3, 5))
    records.add("B1", "moved", date(2027, 3, 20))
    # nobody's, not answered, from a cache, and the turn of the year
    for _ in range(100):
        records.add("B1", "night-run", MARCH, caller_kind="robot")
    for _ in range(3):
        records.add("B2", None, MARCH, caller_kind="application")
    for outcome in (Outcome.FAILED, Outcome.CANCELLED, Outcome.INTERRUPTED, None):
        records.add("A1", "A1-unlucky", MARCH, outcome=outcome)
    records.add("B1", "B1-stopped", MARCH, outcome=Outcome.BLOCKED)
    records.add("B2", "B2-0", MARCH, deployment=None, input_tokens=None, output_tokens=None)
    records.add("B2", "B2-last", MIDNIGHT - timedelta(microseconds=1))
    records.add("B2", "B2-next", MIDNIGHT)
    records.add("gone", "x", MARCH)
    await records.write(store)
    return store


async def board(store: Store, kind: Kind, day: date, **more: Any) -> Board:
    return await usage.read_board(store, period(kind, day), NOW, TERMS, **more)


async def test_the_month_of_march_as_computed_by_hand(city: Store) -> None:
    made = await board(city, Kind.MONTH, MARCH)
    assert (made.complete, made.covered.first, made.covered.last) == (True, date(2027, 3, 1), date(2027, 3, 31))
    now = made.overall.now
    # A 16, B 27 of whom one is counted in A too, C and D 5
    assert (now.head_count, now.active, now.rate) == (125, 47, 47 / 125)
    assert (now.uses, now.robot_uses, now.uses_per_head) == (93, 100, 93 / 125)
    assert now.retention == 10 / 125
    assert now.tokens == 93 * 46  # the cached one had none, the stopped one had
    assert now.cost_yen == pytest.approx(193 * (12 * 100 + 34 * 300) / 1_000_000)
    assert now.hours_saved == pytest.approx(9.3)
    assert made.blocks_per_100 == pytest.approx(100 / 194)
    assert made.findings_per_100 == pytest.approx(200)
    shown = {row.code: (row.now.head_count, row.now.active, row.now.uses, row.now.robot_uses) for row in made.rows}
    assert shown == {
        "A": (46, 16, 38, 0),
        "A1": (30, 10, 22, 0),
        "A2": (12, None, None, None),
        "A/": (16, 6, 16, 0),  # A2 with the four who belong to A itself
        "B": (65, 27, 41, 100),
        "B1": (40, 16, 16, 100),
        "B2": (25, 11, 25, 0),
        "C": (8, None, None, None),
        "D": (6, None, None, None),
        "/": (14, 5, 14, 0),
    }
    rows = {row.code: row for row in made.rows}
    assert (rows["A1"].now.retention, rows["B"].now.retention) == (4 / 30, 0)
    assert (rows["A2"].now.hidden, rows["C"].now.hidden) == (Hidden.PROTECTED, Hidden.SMALL)
    assert [row.depth for row in made.rows] == [0, 1, 1, 1, 0, 1, 1, 0, 0, 0]
    assert made.elsewhere is None  # of one person


async def test_changes_are_against_february(city: Store) -> None:
    rows = {row.code: row for row in (await board(city, Kind.MONTH, MARCH)).rows}
    before = rows["A"].before
    assert before is not None
    assert (before.active, before.uses) == (6, 6)  # five, and the one in the last microsecond
    assert rows["A"].change == pytest.approx(16 / 46 - 6 / 46)
    assert rows["A/"].before is None


async def test_the_fiscal_year_as_computed_by_hand(city: Store) -> None:
    made = await board(city, Kind.YEAR, MARCH)
    now = made.overall.now
    assert (made.covered.first, made.covered.last) == (date(2026, 4, 1), date(2027, 3, 31))
    # 115 persons on 183 days, 125 on 182
    assert (now.head_count, now.active) == (120, 48)
    assert now.uses == 29 + 10 + 93
    assert now.retention == pytest.approx(10 / (6 * 115 + 6 * 125))
    rows = {row.code: row.now for row in made.rows}
    assert (rows["A1"].head_count, rows["A1"].active, rows["A1"].uses) == (25, 10, 30)
    assert (rows["A"].head_count, rows["A"].active) == (41, 17)
    assert (rows["B"].active, rows["B1"].active, rows["B2"].active) == (27, 16, 11)
    assert rows["A1"].retention == pytest.approx(4 / 300)
    assert made.overall.before is None  # there was no gateway


async def test_the_new_year_has_its_own_first_use(city: Store) -> None:
    made = await board(city, Kind.YEAR, date(2027, 4, 1))
    assert (made.rows, made.complete) == ((), False)
    assert made.overall.now.hidden is Hidden.OVERALL  # one person since midnight
    day = await board(city, Kind.DAY, date(2027, 3, 31))
    assert day.overall.now.hidden is Hidden.OVERALL


async def test_days_and_weeks_show_the_whole_only(city: Store) -> None:
    made = await board(city, Kind.DAY, MARCH)
    # A1 5, A2 2, C 1, D 1, A 1, B1 15, B2 10
    assert (made.overall.now.active, made.overall.now.uses, made.rows) == (35, None, ())
    week = await board(city, Kind.WEEK, MARCH)
    assert week.overall.now.active == 36  # with who moved
    assert week.overall.before is not None
    assert week.overall.before.active == 10  # those who stay


async def test_the_public_board_has_divisions_only(city: Store) -> None:
    made = await board(city, Kind.MONTH, MARCH)
    assert [row.code for row in made.public().rows] == ["A", "B", "C", "D", "/"]


async def test_a_grid_of_months(city: Store) -> None:
    months = [period(Kind.MONTH, day) for day in (date(2027, 1, 1), date(2027, 2, 1), MARCH)]
    grid = await usage.read_grid(city, months, NOW, TERMS)
    assert [cell.active if cell else None for cell in grid.overall.cells] == [0, 10, 47]
    rows = {row.code: [cell.active if cell else None for cell in row.cells] for row in grid.rows}
    assert rows["A1"] == [0, 0, 10]
    assert rows["A2"] == [None, None, None]
    with pytest.raises(PeriodError):
        await usage.read_grid(city, [period(Kind.MONTH, date(2027, 4, 1))], NOW, TERMS)
    with pytest.raises(PeriodError):
        await usage.read_grid(city, [], NOW, TERMS)


async def test_a_new_count_and_smaller_batches_give_the_same(city: Store) -> None:
    first = await board(city, Kind.YEAR, MARCH)
    await rollup.recount(city)
    while await rollup.count_batch(city, 7):
        pass
    assert await board(city, Kind.YEAR, MARCH) == first


async def test_what_is_remembered_is_forgotten_when_a_finished_month_changes(city: Store) -> None:
    memory = Memory()
    first = await board(city, Kind.MONTH, MARCH, memory=memory)
    assert await board(city, Kind.MONTH, MARCH, memory=memory) == first
    assert len(memory.cities) == 1
    late = Records()
    late.opened, late.closed = [opened("late", department="B1", opened_at=NOW - timedelta(days=20))], [closed("late")]
    await late.write(city)
    assert (await board(city, Kind.MONTH, MARCH, memory=memory)).overall.now.uses == 94


async def test_what_was_prepared_serves_all_kinds_of_periods(city: Store) -> None:
    memory = Memory()
    await usage.prepare(city, NOW, TERMS, memory)
    for kind in (Kind.MONTH, Kind.QUARTER, Kind.YEAR):
        await board(city, kind, MARCH, memory=memory)
    assert len(memory.cities) == 1


async def test_imported_uses_count_like_others(city: Store) -> None:
    line = Line(MARCH, "B1", "B1-0", "ChatGPT", "gpt", "summary", 7, (10, 20))
    async with city.begin() as connection:
        await save(connection, [line, Line(MARCH, "B1", None, "ChatGPT", "gpt", "other", 4, (0, 0))], lambda _: None)
    made = await board(city, Kind.MONTH, MARCH)
    b1 = next(row.now for row in made.rows if row.code == "B1")
    assert (b1.active, b1.uses) == (16, 27)


async def test_shares_add_up_and_hide_few_persons(store: Store) -> None:
    await roster(store, ("A", None, 50, SINCE))
    records = Records()
    for number in range(20):
        records.add("A", f"p{number}", MARCH, purpose="summary", tool="chat")
        records.add("A", f"p{number}", MARCH, purpose="research", tool="chat")
    records.add("A", "p1", MARCH, purpose="council", tool="rare")
    records.add("A", "p2", MARCH, purpose="drafting", tool="chat")
    await records.write(store)
    shares = (await board(store, Kind.MONTH, MARCH)).shares
    # the two of one person each need a third label, and the smaller of the large ones is as good as any
    assert shares.purposes == (Share("summary", 20, 20 / 42), Share("", 22, 22 / 42))
    assert shares.tools == ()  # two tools, one of them one person's: nothing to stand together with
    assert shares.models == (Share("demo", 42, 1.0),)


async def test_invented_exchanges_count_only_in_a_demonstration(store: Store) -> None:
    await roster(store, ("A", None, 50, SINCE))
    records = Records()
    records.people("A", 20, MARCH)
    await records.write(store)
    async with store.begin() as connection:
        await connection.execute(update(exchanges).where(exchanges.c.id != "e0").values(demo=True))
    assert (await board(store, Kind.MONTH, MARCH)).overall.now.hidden is Hidden.OVERALL
    async with store.begin() as connection:
        await connection.execute(update(departments).values(demo=True))
    made = await board(store, Kind.MONTH, MARCH)
    assert (made.overall.now.active, made.invented) == (20, True)


async def test_the_latest_periods(city: Store, store: Store) -> None:
    assert await usage.latest(city, Kind.MONTH, NOW) == period(Kind.MONTH, MARCH)
    assert await usage.latest(city, Kind.YEAR, NOW) == period(Kind.YEAR, MARCH)
    assert await usage.latest(city, Kind.DAY, NOW) == period(Kind.DAY, date(2027, 4, 1))
    assert store is city


async def test_without_anything_the_latest_month_is_the_last_one(store: Store) -> None:
    assert await usage.latest(store, Kind.MONTH, NOW) == period(Kind.MONTH, MARCH)
    made = await usage.read_board(store, period(Kind.MONTH, MARCH), NOW)
    assert (made.rows, made.overall.now.head_count, made.overall.now.hidden) == ((), 0, Hidden.OVERALL)


async def test_a_month_is_finished_an_hour_after_its_end(city: Store) -> None:
    assert usage.finished(MIDNIGHT + timedelta(minutes=59)) == date(2027, 3, 1)
    assert usage.finished(MIDNIGHT + timedelta(hours=1)) == date(2027, 4, 1)
    early = await usage.read_board(city, period(Kind.MONTH, MARCH), MIDNIGHT + timedelta(minutes=1), TERMS)
    assert (early.rows, early.complete, early.overall.now.active) == ((), False, 47)


async def test_the_future_is_refused(store: Store) -> None:
    with pytest.raises(PeriodError):
        await board(store, Kind.MONTH, date(2027, 5, 1))


async def test_the_roster_comes_with_all_its_rows(store: Store) -> None:
    await roster(store, ("01", None, 4, SINCE), ("01", None, 5, date(2027, 4, 1)))
    async with store.begin() as connection:
        found = await usage.roster(connection)
        assert not await usage.is_demonstration(connection)
        await connection.execute(update(departments).values(demo=True))
        assert await usage.is_demonstration(connection)
    assert sorted(found, key=lambda unit: unit.valid_from) == [
        Unit("01", "01課", None, 4, SINCE, 0), Unit("01", "01課", None, 5, date(2027, 4, 1), 1),
    ]  # fmt: skip


async def test_what_is_remembered_of_one_year_does_not_hide_purposes_of_the_year_before(store: Store) -> None:
    memory, now = Memory(), datetime(2026, 12, 5, tzinfo=UTC)
    days = (date(2026, 3, 10), date(2026, 4, 10))
    async with store.begin() as connection:
        row = {"code": "0101", "name": "a", "head_count": 20, "position": 0, "demo": False}
        await connection.execute(departments.insert().values(**row, valid_from=date(2025, 4, 1)))
        lines = [Line(day, "0101", f"p{n}", "x", "m", "summary", 1, (0, 0)) for day in days for n in range(6)]
        await save(connection, lines, lambda _: None)
    march, april = (containing(Kind.MONTH, day) for day in days)
    board = await usage.read_board(store, april, now, memory=memory)
    assert [share.name for share in board.shares.purposes] == ["summary"]
    grid = await usage.read_grid(store, [march, april], now, memory=memory)
    assert [[share.name for share in shares.purposes] for shares in grid.purposes] == [["summary"], ["summary"]]
