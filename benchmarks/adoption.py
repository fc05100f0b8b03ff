"""What the adoption figures cost as records grow: counting them, and reading the page of a fiscal year.

    python benchmarks/adoption.py                       # 10^4, 10^5, 10^6 records
    python benchmarks/adoption.py --records 10000000    # one size (about 3 GB of disk and some minutes)

A city of 70 units with 4,800 staff is invented on SQLite, its records spread over two fiscal years. For each size: records counted
in a second, then the year's figures read without memory ("cold": a fresh process' first page of a month) and with what the
gateway remembers ("warm"), the heat map of twelve months, and for comparison the same persons and uses counted from the records
themselves. Figures on one machine are ratios in one run.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import distinct, func, insert, select  # noqa: E402

from metrics import rollup, usage  # noqa: E402
from metrics.periods import JAPAN, Kind, containing, month_of  # noqa: E402
from metrics.store import Store  # noqa: E402
from metrics.tables import departments, exchanges  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

APRIL = date(2025, 4, 1)
NOW = datetime(2027, 4, 2, tzinfo=UTC)
YEAR = containing(Kind.YEAR, date(2026, 4, 1))
CHUNK = 20_000
PURPOSES = ("drafting", "summary", "research", "ideas", "council", "translation", None)


def units(chance: random.Random) -> list[tuple[str, str | None, int]]:
    """Ten divisions with six sections each."""
    found: list[tuple[str, str | None, int]] = []
    for division in range(10):
        found.append((f"{division:02}", None, 2))
        found += [(f"{division:02}{section:02}", f"{division:02}", chance.randint(6, 150)) for section in range(6)]
    return found


def records(number: int, city: list[tuple[str, str | None, int]], chance: random.Random) -> Iterator[dict[str, Any]]:
    """So many exchanges of two years; a third of the staff never use the gateway, the others more or less."""
    staff = [(code, f"{code}-{n}") for code, _, heads in city for n in range(heads) if n % 3]
    names = {person: hashlib.sha256(person.encode()).hexdigest()[:32] for _, person in staff}
    weights = [chance.paretovariate(1.2) for _ in staff]
    start = datetime(APRIL.year, APRIL.month, APRIL.day, 8, 30, tzinfo=JAPAN).astimezone(UTC)
    for first in range(0, number, CHUNK):
        people = chance.choices(staff, weights, k=min(CHUNK, number - first))
        for place, (code, person) in enumerate(people, first):
            opened = start + timedelta(days=place * 730 // number, seconds=chance.random() * 31_500)
            outcome = "blocked" if place % 40 == 0 else "failed" if place % 55 == 0 else "answered"
            yield {
                "id": f"{place:024x}", "instance": "bench", "opened_at": opened, "closed_at": opened, "outcome": outcome,
                "status": 200, "department": code, "person": names[person], "caller_kind": "person", "key_id": "k",
                "endpoint": "chat/completions", "model": ("gpt", "local")[place % 3 == 0], "streamed": True,
                "deployment": ("cloud", "inside")[place % 3 == 0], "zone": "external", "input_tokens": 400,
                "output_tokens": 200, "first_token_ms": 9.0, "latency_ms": 900.0, "verdict": "redact",
                "counts": {"pii.person": {"redact": 1}}, "rules": ["pii/person"], "policy_revision": "r", "demo": False,
                "purpose": PURPOSES[place % 7], "tool": ("Open WebUI", None)[place % 2], "counted": False,
            }  # fmt: skip


async def fill(store: Store, number: int, chance: random.Random) -> None:
    """The roster and the records."""
    city = units(chance)
    async with store.begin() as connection:
        rows = [
            {"code": code, "name": code, "parent": above, "head_count": heads, "valid_from": APRIL, "position": place,
             "demo": False} for place, (code, above, heads) in enumerate(city)
        ]  # fmt: skip
        await connection.execute(insert(departments), rows)
    chunk: list[dict[str, Any]] = []
    for record in records(number, city, chance):
        chunk.append(record)
        if len(chunk) == CHUNK:
            await write(store, chunk)
            chunk = []
    if chunk:
        await write(store, chunk)


async def write(store: Store, rows: list[dict[str, Any]]) -> None:
    """Some records in one transaction."""
    async with store.begin() as connection:
        await connection.execute(insert(exchanges), rows)


async def from_records(store: Store) -> None:
    """What a page without sums would ask: persons and uses of each department in the year."""
    query = (
        select(exchanges.c.department, func.count(distinct(exchanges.c.person)), func.count())
        .where(exchanges.c.opened_at >= YEAR.start, exchanges.c.opened_at < YEAR.end, exchanges.c.outcome == "answered")
        .group_by(exchanges.c.department)
    )
    async with store.begin() as connection:
        assert (await connection.execute(query)).all()


async def timed(ask: Callable[[], Awaitable[object]], times: int) -> float:
    """Milliseconds, the median of some runs."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


async def measure(number: int, folder: Path) -> tuple[float, ...]:
    """Counting speed, cold page, warm page, grid, and the page from the records."""
    store = Store(f"sqlite:///{folder}/{number}.db")
    await store.start()
    await fill(store, number, random.Random(7))  # noqa: S311, invented records
    begun = time.perf_counter()
    assert await rollup.count(store, batch=10_000) == number
    speed = number / (time.perf_counter() - begun)
    memory = usage.Memory()
    months = [containing(Kind.MONTH, month_of(YEAR.first, month)) for month in range(12)]
    board = await usage.read_board(store, YEAR, NOW, memory=memory)
    assert board.overall.now.uses
    assert board.rows
    cold = await timed(lambda: usage.read_board(store, YEAR, NOW), 5)
    warm = await timed(lambda: usage.read_board(store, YEAR, NOW, memory=memory), 9)
    heat = await timed(lambda: usage.read_grid(store, months, NOW, memory=memory), 5)
    plain = await timed(lambda: from_records(store), 1 if number > 10**6 else 3)
    await store.close()
    return speed, cold, warm, heat, plain


async def main(sizes: list[int]) -> None:
    """Print the table."""
    print("records | counted/s | year cold ms | year warm ms | heat map ms | from records ms")
    for number in sizes:
        with tempfile.TemporaryDirectory() as folder:
            speed, *times = await measure(number, Path(folder))
        print(f"{number:>10,} | {speed:>9,.0f} | {' | '.join(f'{taken:>10.1f}' for taken in times)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, action="append", help="a number of records (default: 10^4, 10^5, 10^6)")
    asyncio.run(main(parser.parse_args().records or [10**4, 10**5, 10**6]))
