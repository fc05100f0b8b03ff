"""The chain: whole it verifies; changed, missing, reordered or cut off, the place is named."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from gateway.audit import Audit
from metrics.store import Store
from tests.fixtures.gateway_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SECRET = b"0123456789abcdef0123456789abcdef"


@pytest.fixture
async def audit(store: Store) -> Audit:
    made = Audit(store, SECRET)
    for n in range(1, 6):
        await made.append("admin", "policy.save", f"revision {n}", comment=f"理由{n}", size=n)
    return made


async def run(store: Store, *statements: str) -> None:
    async with store.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_an_untouched_chain_verifies(audit: Audit) -> None:
    found = await audit.verify()
    assert (found.entries, found.faults) == (5, ())
    newest = await audit.entries(limit=2)
    assert [entry.seq for entry in newest] == [5, 4]
    assert newest[0].hash == found.head
    assert newest[0].details == {"comment": "理由5", "size": 5}
    assert [entry.seq for entry in await audit.entries(before=3)] == [2, 1]


async def test_an_empty_chain_verifies(store: Store) -> None:
    assert (await Audit(store, SECRET).verify()).faults == ()


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("UPDATE audit SET actor = 'other' WHERE seq = 3", "entry 3 was changed"),
        ("UPDATE audit SET details = '{}' WHERE seq = 3", "entry 3 was changed"),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE seq = 3", "entry 3 was changed"),
        ("DELETE FROM audit WHERE seq = 3", "entry 3 is missing"),
        ("DELETE FROM audit WHERE seq IN (2, 3)", "entry 2 to 3 is missing"),
        ("DELETE FROM audit WHERE seq = 1", "entry 1 is missing"),
        ("UPDATE audit SET seq = -1 WHERE seq = 1", "1 entries stand before the first"),
    ],
)
async def test_what_was_done_to_an_entry_is_named(store: Store, audit: Audit, statement: str, wanted: str) -> None:
    await run(store, statement)
    assert wanted in (await audit.verify()).faults


async def test_entries_that_changed_places_are_named(store: Store, audit: Audit) -> None:
    await run(
        store,
        "UPDATE audit SET seq = 99 WHERE seq = 2",
        "UPDATE audit SET seq = 2 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 99",
    )
    faults = (await audit.verify()).faults
    assert "entry 2 does not follow entry 1: one of them was exchanged" in faults
    assert "entry 3 was changed" in faults


async def test_a_cut_off_end_is_seen_by_whoever_noted_the_head(store: Store, audit: Audit) -> None:
    head = (await audit.verify()).head
    await run(store, "DELETE FROM audit WHERE seq = 5")
    assert (await audit.verify()).faults == ()
    assert "was cut off" in (await audit.verify(head)).faults[0]


async def test_without_the_secret_nobody_writes_a_genuine_entry(store: Store, audit: Audit) -> None:
    await Audit(store, b"another secret of thirty-two byte").append("admin", "policy.save", "revision 6")
    assert "entry 6 was changed" in (await audit.verify()).faults


async def test_many_at_once_make_one_chain(tmp_path: Path, store: Store) -> None:
    second = Store(f"sqlite:///{tmp_path / 'sekimori.db'}")
    await second.start()
    try:
        chains = [Audit(store, SECRET), Audit(second, SECRET)]
        await asyncio.gather(*(chains[n % 2].append("a", "b", str(n)) for n in range(20)))
        found = await chains[0].verify()
    finally:
        await second.close()
    assert (found.entries, found.faults) == (20, ())


async def test_half_a_surrogate_pair_is_no_reason_to_fail_to_verify(store: Store) -> None:
    audit = Audit(store, SECRET)
    await audit.append("a", "b", "c", odd="\N{PILE OF POO} 𠮷")
    assert (await audit.verify()).faults == ()


PROCESS = """
import asyncio, sys
from pathlib import Path
from gateway.audit import Audit
from metrics.store import Store

async def main():
    store = Store(sys.argv[1])
    await store.start()
    audit = Audit(store, sys.argv[2].encode())
    Path(sys.argv[4], f"ready-{sys.argv[3]}").touch()
    while len(list(Path(sys.argv[4]).glob("ready-*"))) < 3:  # all begin together
        await asyncio.sleep(0.01)
    for n in range(50):
        await audit.append(sys.argv[3], "key.create", f"key {n}")
        await asyncio.sleep(0.005)  # who just had the lock does not take it again at once
    await store.close()

asyncio.run(main())
"""


@pytest.mark.timeout(60)
async def test_several_processes_write_one_chain(audit: Audit, store: Store, tmp_path: Path) -> None:
    url = store.url.set(drivername="sqlite").render_as_string()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROCESS, url, SECRET.decode(), name, str(tmp_path), env=environment
        )
        for name in ("one", "two", "three")
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    found = await audit.verify()
    assert (found.entries, found.faults) == (155, ())
    actors = [entry.actor for entry in await audit.entries(limit=150)]
    assert sum(one != next_one for one, next_one in itertools.pairwise(actors)) > 2, "they took turns"
