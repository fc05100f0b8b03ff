"""Revisions: one after the other, two persons where asked for, effective dates, and the way back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from gateway.audit import Audit
from gateway.policy.history import History, HistoryError, Revision, State, difference, digest

if TYPE_CHECKING:
    from metrics.store import Store

START = datetime(2027, 3, 25, 0, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


class House:
    """A history with a clock, and short ways to use it."""

    def __init__(self, store: Store, *, two_persons: bool = False) -> None:
        self.clock = Clock()
        self.audit = Audit(store, b"x" * 32)
        self.history = History(store, self.audit, two_persons=two_persons, now=self.clock)

    async def save(self, content: str, author: str = "ed", **more: Any) -> Revision:
        based_on = more.pop("based_on", await self.history.current_id())
        more = {"comment": "理由", **more}
        return await self.history.save({"a.yaml": content}, f"r-{content}", author=author, based_on=based_on, **more)

    async def content(self) -> str | None:
        current = await self.history.current()
        return None if current is None else current.files.get("a.yaml", "")


async def test_saving_and_going_back_step_by_step(store: Store) -> None:
    house = House(store)
    assert await house.content() is None
    for content in ("1", "2", "3"):
        await house.save(content)
        assert await house.content() == content
    for wanted in ("2", "1", ""):
        back = await house.history.roll_back("ap", based_on=await house.history.current_id())
        assert await house.content() == wanted
        assert back.author == "ap"
    assert [revision.id for revision in await house.history.newest()] == [6, 5, 4, 3, 2, 1]
    actions = [(entry.actor, entry.action) for entry in await house.audit.entries()]
    assert actions == [("ap", "policy.save")] * 3 + [("ed", "policy.save")] * 3


async def test_there_is_no_way_back_from_nothing(store: Store) -> None:
    with pytest.raises(HistoryError):
        await House(store).history.roll_back("ap", based_on=None)


async def test_whoever_edits_an_old_version_is_told(store: Store) -> None:
    house = House(store)
    first = await house.save("1")
    await house.save("2", based_on=first.id)
    with pytest.raises(HistoryError, match="別の変更が施行されました"):
        await house.save("3", based_on=first.id)
    with pytest.raises(HistoryError):
        await house.history.roll_back("ap", based_on=first.id)
    assert await house.content() == "2"


async def test_of_two_who_save_at_once_one_is_told(store: Store) -> None:
    house = House(store)
    done = await asyncio.gather(*(house.save(str(n), based_on=None) for n in range(4)), return_exceptions=True)
    assert sum(isinstance(one, Revision) for one in done) == 1
    assert sum(isinstance(one, HistoryError) for one in done) == 3


@pytest.mark.parametrize("comment", ["", "   ", "x" * 1001])
async def test_a_change_needs_a_reason(store: Store, comment: str) -> None:
    with pytest.raises(HistoryError, match="理由"):
        await House(store).save("1", comment=comment)


async def test_what_changes_nothing_is_no_revision(store: Store) -> None:
    house = House(store)
    await house.save("1")
    with pytest.raises(HistoryError, match="同じです"):
        await house.save("1")


async def test_two_persons(store: Store) -> None:
    house = House(store, two_persons=True)
    pending = await house.save("1")
    assert pending.state is State.PENDING
    assert await house.content() is None
    with pytest.raises(HistoryError, match="自分の変更は承認できません"):
        await house.history.approve(pending.id, "ed")
    approved = await house.history.approve(pending.id, "ap")
    assert (approved.state, approved.decided_by) == (State.APPROVED, "ap")
    assert await house.content() == "1"
    with pytest.raises(HistoryError, match="承認待ちではありません"):
        await house.history.approve(pending.id, "ap")
    with pytest.raises(HistoryError, match="承認待ちではありません"):
        await house.history.approve(77, "ap")


async def test_what_waits_is_stale_once_something_else_came_into_force(store: Store) -> None:
    house = House(store, two_persons=True)
    first, second = await house.save("1", based_on=None), await house.save("2", based_on=None)
    await house.history.approve(first.id, "ap")
    with pytest.raises(HistoryError, match="別の変更が施行されました"):
        await house.history.approve(second.id, "ap")
    assert (await house.history.reject(second.id, "ed")).state is State.REJECTED
    assert await house.content() == "1"


async def test_a_change_comes_into_force_on_its_day(store: Store) -> None:
    house = House(store)
    await house.save("1")
    april = START + timedelta(days=7)
    await house.save("2", effective_at=april)
    assert await house.content() == "1"
    house.clock.now = april
    assert await house.content() == "2"


async def test_an_effective_day_in_the_past_is_today(store: Store) -> None:
    house = House(store)
    assert (await house.save("1", effective_at=START - timedelta(days=9))).effective_at >= START


async def test_content_is_known_by_its_digest(store: Store) -> None:
    house = House(store)
    await house.save("1")
    assert await house.history.knows(digest({"a.yaml": "1"}))
    assert not await house.history.knows(digest({"a.yaml": "2"}))
    assert (await house.history.get(1)) is not None
    assert (await house.history.get(2)) is None


def test_a_difference_names_files_and_lines() -> None:
    lines = difference({"a.yaml": "x\ny", "b.yaml": "z"}, {"a.yaml": "x\nw", "c.yaml": "v"})
    assert [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}] == ["-y", "+w", "-z", "+v"]
    assert difference({"a": "1"}, {"a": "1"}) == []
