"""The policy in force: from pages, folders and other gateways; what does not load changes nothing."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from gateway.audit import Audit
from gateway.policy.history import History, State
from gateway.policy.live import Live, write_files
from gateway.policy.source import Source
from metrics.store import Store
from policies.document import DocumentError
from policies.reading import Reading
from tests.fixtures.postgres import open_postgres
from tests.gateway.fakes import Words
from tests.gateway.policy.test_source import config

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from policies.ruleset import PolicySet

BASE = """version: 1
rules:
  - id: base/all
    kinds: [pii.*, content.*]
    action: redact
    message: 置き換えました。
    examples: {match: [山田さん], no_match: [会議]}
"""
OWN = BASE.replace("base/all", "own/one")
BAD = OWN.replace("action: redact", "action: mask")


@asynccontextmanager
async def opened(folder: Path, url: str, name: str = "own", *, keeper: bool = True, **more: Any) -> AsyncIterator[Live]:
    """One gateway's policy: its own folder, the shared database."""
    (folder / "base").mkdir(exist_ok=True)
    (folder / "base" / "base.yaml").write_text(BASE, "utf-8")
    store = Store(url)
    await store.start()
    source = Source(config(folder, directory=folder / "base", own=folder / name), [Words(山田="person")])
    history = History(store, Audit(store, b"x" * 32), **more)
    swapped: list[PolicySet] = []
    live = Live(source, history, (folder / name, folder / "base"), swapped.append, keeper=keeper)
    live.swapped = swapped  # type: ignore[attr-defined]
    try:
        await live.start()
        await asyncio.sleep(0.05)
        yield live
    finally:
        await live.stop()
        await store.close()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sekimori.db'}"


async def until(done: Callable[[], bool], seconds: float = 10.0) -> float:
    begun = time.monotonic()
    while not done():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        await asyncio.sleep(0.02)
    return time.monotonic() - begun


def rules(live: Any) -> set[str]:
    return {rule.id for rule in live.swapped[-1].rules} if live.swapped else set()


async def test_a_saved_revision_is_in_force_at_once_and_lies_in_the_folder(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as live:
        saved = await live.save({"mine.yaml": OWN}, author="ed", comment="理由", based_on=None)
        assert live.revision == saved.id
        assert rules(live) == {"base/all", "own/one"}
        assert (tmp_path / "own" / "mine.yaml").read_text("utf-8") == OWN
        await asyncio.sleep(1.0)  # the watcher sees what we wrote ourselves, and makes no revision of it
        assert [r.id for r in await live.history.newest()] == [saved.id]
        await live.history.roll_back("ap", based_on=saved.id)
        await live.refresh()
        assert rules(live) == {"base/all"}
        assert not (tmp_path / "own" / "mine.yaml").exists()


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("mine.yaml", BAD, r"mine\.yaml:5:13: action must be one of"),
        ("mine.yaml", "a: &x [1]\nb: *x\n", r"mine\.yaml:2:4|aliases"),
        ("mine.yaml", "a: " + "[" * 5000, r"mine\.yaml:1:\d+: not valid YAML"),
        ("mine.yaml", "#" * (9 << 20), r"mine\.yaml:1:1: larger than"),
        ("mine.yaml", OWN.replace("山田さん", "会議室"), r"mine\.yaml:7:24: this example is not found by own/one"),
        ("mine.yaml", OWN.replace("    examples: {match: [山田さん], no_match: [会議]}\n", ""), "examples is required"),
        ("mine.yaml", OWN + OWN[OWN.index("  - id") :], r"mine\.yaml:8:9: the id own/one is already used at"),
        ("../mine.yaml", OWN, "rename it"),
        ("/etc/mine.yaml", OWN, "rename it"),
        (".hidden.yaml", OWN, "rename it"),
        ("mine.txt", OWN, "rename it"),
    ],
)
async def test_what_does_not_load_changes_nothing(
    tmp_path: Path, url: str, name: str, content: str, wanted: str
) -> None:
    async with opened(tmp_path, url) as live:
        with pytest.raises(DocumentError, match=wanted):
            await live.save({name: content}, author="ed", comment="理由", based_on=None)
        assert live.swapped == []  # type: ignore[attr-defined]
        assert await live.history.newest() == []


async def test_files_edited_on_disk_are_picked_up_and_bad_ones_refused_whole(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as live:
        (tmp_path / "own" / "mine.yaml").write_text(OWN, "utf-8")
        await until(lambda: rules(live) == {"base/all", "own/one"})
        (revision,) = await live.history.newest()
        assert revision.author.startswith("files@")
        (tmp_path / "own" / "mine.yaml").write_text(BAD, "utf-8")
        await until(lambda: bool(live.faults))
        assert str(live.faults[0]).startswith("mine.yaml:5:13: action must be one of")
        assert rules(live) == {"base/all", "own/one"}
        (tmp_path / "own" / "mine.yaml").write_text(OWN.replace("own/one", "own/two"), "utf-8")
        await until(lambda: rules(live) == {"base/all", "own/two"})
        assert live.faults == ()


async def test_shipped_files_are_watched_too(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as live:
        (tmp_path / "base" / "base.yaml").write_text(BASE.replace("base/all", "base/new"), "utf-8")
        await until(lambda: rules(live) == {"base/new"})
        (tmp_path / "base" / "base.yaml").write_text("rules", "utf-8")
        await until(lambda: bool(live.faults))
        assert rules(live) == {"base/new"}


async def test_an_edit_that_nobody_finished_is_kept_aside(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as live:
        (tmp_path / "own" / "mine.yaml").write_text(BAD, "utf-8")
        await until(lambda: bool(live.faults))
        await live.save({"mine.yaml": OWN}, author="ed", comment="理由", based_on=None)
        assert (tmp_path / "own" / "mine.yaml").read_text("utf-8") == OWN
        assert (tmp_path / "own" / "mine.yaml.bak").read_text("utf-8") == BAD


async def test_with_two_persons_an_edit_on_disk_waits_like_any_other(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url, two_persons=True) as live:
        (tmp_path / "own" / "mine.yaml").write_text(OWN, "utf-8")
        found: list[Any] = []

        async def pending() -> bool:
            found[:] = await live.history.newest()
            return bool(found)

        while not await pending():
            await asyncio.sleep(0.05)
        assert found[0].state is State.PENDING
        assert rules(live) == set()
        await live.history.approve(found[0].id, "ap")
        await until(lambda: rules(live) == {"base/all", "own/one"})


async def test_a_start_takes_what_was_edited_and_puts_back_what_is_old(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as live:
        first = await live.save({"mine.yaml": OWN}, author="ed", comment="理由", based_on=None)
        two = OWN.replace("own/one", "own/two")
        await live.save({"mine.yaml": two}, author="ed", comment="理由", based_on=first.id)
    (tmp_path / "own" / "mine.yaml").write_text(OWN, "utf-8")  # a folder that missed the last change
    async with opened(tmp_path, url) as live:
        assert rules(live) == {"base/all", "own/two"}
        assert (tmp_path / "own" / "mine.yaml").read_text("utf-8") == two
    (tmp_path / "own" / "mine.yaml").write_text(OWN.replace("own/one", "own/three"), "utf-8")
    async with opened(tmp_path, url) as live:
        assert rules(live) == {"base/all", "own/three"}
    (tmp_path / "own" / "mine.yaml").write_text(BAD, "utf-8")
    async with opened(tmp_path, url) as live:
        assert rules(live) == {"base/all", "own/three"}
        assert live.faults


async def test_a_first_start_with_bad_files_fails(tmp_path: Path, url: str) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.yaml").write_text(BAD, "utf-8")
    with pytest.raises(DocumentError, match="action must be one of"):
        async with opened(tmp_path, url):
            pass


async def test_a_revision_that_no_longer_loads_stops_the_start(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as live:
        # Saved by a gateway that knows a model which this one lacks.
        await live.history.save({"mine.yaml": BAD}, "r", author="ed", comment="理由", based_on=None)
        await live.refresh()
        assert live.faults
        assert rules(live) == set()
    with pytest.raises(DocumentError):
        async with opened(tmp_path, url):
            pass


async def test_other_detectors_come_into_force_with_the_same_files(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as live:
        await live.save({"mine.yaml": OWN}, author="ed", comment="理由", based_on=None)
        await live.renew([Words(山田="person", 田中="person")])
        assert rules(live) == {"base/all", "own/one"}
        assert len(live.swapped[-1].detect(Reading("田中さん"))) == 1  # type: ignore[attr-defined]
        with pytest.raises(DocumentError, match="is not found by"):
            await live.renew([Words(田中="person")])
        await live.renew([Words(山田="person")])
        assert live.swapped[-1].detect(Reading("田中さん")) == []  # type: ignore[attr-defined]


async def move_together(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url, "first") as first, opened(tmp_path, url, "second") as second:
        saved = await first.save({"mine.yaml": OWN}, author="ed", comment="理由", based_on=None)
        seconds = await until(lambda: rules(second) == {"base/all", "own/one"})
        assert seconds < 2.0
        assert second.revision == saved.id
        await until((tmp_path / "second" / "mine.yaml").exists)
        assert (tmp_path / "second" / "mine.yaml").read_text("utf-8") == OWN
        await second.history.roll_back("ap", based_on=saved.id)
        assert await until(lambda: rules(first) == {"base/all"}) < 2.0


async def test_two_gateways_on_one_database_move_together(tmp_path: Path, url: str) -> None:
    await move_together(tmp_path, url)


@pytest.mark.postgres
@pytest.mark.slow
def test_two_gateways_on_postgresql_move_together(tmp_path: Path) -> None:
    with open_postgres() as server:
        asyncio.run(move_together(tmp_path, server.new_database("policy")))


def test_files_are_replaced_whole_and_others_left_alone(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text("x", "utf-8")
    (tmp_path / "README.md").write_text("y", "utf-8")
    write_files(tmp_path, {"a/b.yaml": "1", "c.yaml": "2"})
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"a/b.yaml", "c.yaml", "README.md"}


async def test_of_two_on_one_folder_only_the_keeper_makes_revisions_and_writes(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url) as keeper, opened(tmp_path, url, keeper=False) as other:
        (tmp_path / "own" / "mine.yaml").write_text(OWN, "utf-8")
        await until(lambda: "own/one" in rules(keeper) and "own/one" in rules(other))
        assert len(await keeper.history.newest()) == 1
        saved = await other.save({"saved.yaml": OWN}, author="ed", comment="理由", based_on=other.revision)
        assert other.revision == saved.id
        await until(lambda: keeper.revision == saved.id and (tmp_path / "own" / "saved.yaml").is_file())
        await asyncio.sleep(1.0)
        assert not (tmp_path / "own" / "mine.yaml").exists()
        assert [revision.id for revision in await keeper.history.newest()] == [saved.id, saved.id - 1]


async def test_who_keeps_no_folder_takes_no_edit_of_it_but_tells_its_faults(tmp_path: Path, url: str) -> None:
    async with opened(tmp_path, url, keeper=False) as live:
        path = tmp_path / "own" / "mine.yaml"
        path.write_text(BAD, "utf-8")
        await until(lambda: bool(live.faults))
        path.write_text(OWN, "utf-8")
        await until(lambda: not live.faults)
        assert await live.history.newest() == []
        assert rules(live) == set()
