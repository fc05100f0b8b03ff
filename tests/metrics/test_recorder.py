from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from metrics import recorder as module
from metrics.record import Outcome
from metrics.recorder import Recorder, RecorderUnavailable
from metrics.store import Store
from tests.metrics.records import closed, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from metrics.record import Closed, Opened
    from tests.fixtures.postgres import Postgres


class Shaky:
    """A store that fails as often as told, and counts what it was given."""

    def __init__(self) -> None:
        self.fail = 0
        self.error: BaseException = OperationalError("INSERT", {"person": "secret-value"}, Exception("disk full"))
        self.groups: list[tuple[list[str], list[str]]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def write(self, opened: Sequence[Opened], closed: Sequence[Closed]) -> None:
        await self.gate.wait()
        if self.fail:
            self.fail -= 1
            raise self.error
        self.groups.append(([o.id for o in opened], [c.id for c in closed]))

    async def heartbeat(self) -> None:
        """Nothing to say."""

    async def mark_interrupted(self) -> int:
        return 0


@pytest.fixture
def shaky() -> Shaky:
    return Shaky()


@pytest.fixture
async def recorder(shaky: Shaky, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Recorder]:
    monkeypatch.setattr(module, "_RETRY_SECONDS", 0.01)
    made: Any = Recorder(shaky)  # type: ignore[arg-type]
    await made.start()
    yield made
    shaky.gate.set()
    await made.stop()


async def test_five_hundred_at_once_are_each_recorded_once(store: Store) -> None:
    recorder = Recorder(store)
    await recorder.start()

    async def exchange(number: int) -> None:
        await recorder.open(opened(f"e{number}"))
        await asyncio.sleep(0)
        outcome = Outcome.CANCELLED if number % 7 == 0 else Outcome.ANSWERED
        recorder.close(closed(f"e{number}", outcome=outcome))

    await asyncio.gather(*(exchange(number) for number in range(500)))
    await recorder.stop()
    records = await store.records()
    assert sorted(r["id"] for r in records) == sorted(f"e{n}" for n in range(500))
    assert {r["outcome"] for r in records if int(r["id"][1:]) % 7} == {"answered"}
    assert {r["outcome"] for r in records if int(r["id"][1:]) % 7 == 0} == {"cancelled"}


async def test_open_returns_only_when_the_record_is_durable(store: Store) -> None:
    recorder = Recorder(store)
    await recorder.start()
    await recorder.open(opened("e1"))
    assert [r["id"] for r in await store.records()] == ["e1"]
    await recorder.stop()


async def test_all_who_wait_share_one_commit(recorder: Recorder, shaky: Shaky) -> None:
    shaky.gate.clear()
    first = asyncio.create_task(recorder.open(opened("e0")))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(recorder.open(opened(f"e{n}"))) for n in range(1, 50)]
    await asyncio.sleep(0.01)
    shaky.gate.set()
    await asyncio.gather(first, *others)
    assert [len(group[0]) for group in shaky.groups] == [1, 49]


async def test_a_failed_commit_is_told_to_each_who_waits_and_work_goes_on(recorder: Recorder, shaky: Shaky) -> None:
    shaky.fail = 1
    answers = await asyncio.gather(*(recorder.open(opened(f"e{n}")) for n in range(20)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [RecorderUnavailable] * 20
    await recorder.open(opened("later"))
    assert shaky.groups == [(["later"], [])]


async def test_an_unforeseen_error_of_a_driver_does_not_end_the_writer(recorder: Recorder, shaky: Shaky) -> None:
    shaky.fail, shaky.error = 1, RuntimeError("a driver's own")
    with pytest.raises(RecorderUnavailable):
        await asyncio.wait_for(recorder.open(opened("e1")), 2)
    await asyncio.wait_for(recorder.open(opened("e2")), 2)


async def test_a_closing_is_kept_until_it_is_written(recorder: Recorder, shaky: Shaky) -> None:
    await recorder.open(opened("e1"))
    shaky.fail = 5
    recorder.close(closed("e1"))
    recorder.close(closed("e2"))
    await asyncio.wait_for(recorder.flush(), 5)
    assert shaky.fail == 0
    assert shaky.groups == [(["e1"], []), ([], ["e1", "e2"])]


async def test_one_bad_opening_does_not_lose_the_closings_beside_it(store: Store) -> None:
    recorder = Recorder(store)
    await recorder.start()
    await recorder.open(opened("e1"))
    recorder.close(closed("e1"))
    with pytest.raises(RecorderUnavailable):
        await recorder.open(opened("e1"))  # the same id again
    await asyncio.wait_for(recorder.flush(), 5)
    (record,) = await store.records()
    assert record["outcome"] == "answered"
    await recorder.stop()


async def test_a_record_that_the_database_cannot_take_hurts_only_itself(store: Store) -> None:
    recorder = Recorder(store)
    await recorder.start()
    await recorder.open(opened("e1"))
    recorder.close(closed("e1", outcome=Outcome.ANSWERED, latency_ms="not a number"))
    recorder.close(closed("e1"))
    waiting = [opened("e2"), opened("e1"), opened("e3"), opened("e4", opened_at=None)]
    answers = await asyncio.gather(*map(recorder.open, waiting), return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), RecorderUnavailable, type(None), RecorderUnavailable]
    await asyncio.wait_for(recorder.flush(), 5)
    assert {r["id"]: r["outcome"] for r in await store.records()} == {"e1": "answered", "e2": None, "e3": None}
    await recorder.stop()


async def test_a_caller_who_went_away_disturbs_nobody(recorder: Recorder, shaky: Shaky) -> None:
    shaky.gate.clear()
    leaving = asyncio.create_task(recorder.open(opened("e1")))
    staying = asyncio.create_task(recorder.open(opened("e2")))
    await asyncio.sleep(0.01)
    leaving.cancel()
    shaky.gate.set()
    await staying
    assert shaky.groups == [(["e1", "e2"], [])]


async def test_too_many_waiting_are_refused(shaky: Shaky) -> None:
    recorder = Recorder(shaky, most_waiting=2)  # type: ignore[arg-type]
    await recorder.start()
    shaky.gate.clear()
    first = asyncio.create_task(recorder.open(opened("e0")))
    await asyncio.sleep(0.01)
    waiting = [asyncio.create_task(recorder.open(opened(f"e{n}"))) for n in (1, 2)]
    await asyncio.sleep(0.01)
    with pytest.raises(RecorderUnavailable):
        await recorder.open(opened("e3"))
    shaky.gate.set()
    await asyncio.gather(first, *waiting)
    await recorder.stop()


async def test_nothing_is_let_in_before_the_start_and_after_the_stop(shaky: Shaky) -> None:
    recorder = Recorder(shaky)  # type: ignore[arg-type]
    with pytest.raises(RecorderUnavailable):
        await recorder.open(opened("e1"))
    await recorder.stop()
    await recorder.start()
    recorder.close(closed("e0"))
    await recorder.stop()
    assert shaky.groups == [([], ["e0"])]
    with pytest.raises(RecorderUnavailable):
        await recorder.open(opened("e2"))


async def test_a_stop_does_not_wait_for_a_dead_database(
    shaky: Shaky, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_RETRY_SECONDS", 0.01)
    recorder = Recorder(shaky)  # type: ignore[arg-type]
    await recorder.start()
    shaky.fail = 1_000_000
    recorder.close(closed("e1"))
    with caplog.at_level(logging.INFO):
        await asyncio.wait_for(recorder.stop(), 5)
    assert "1 records could not be closed" in caplog.text
    assert "secret-value" not in caplog.text


async def test_a_stop_tries_the_last_closings_more_than_once(recorder: Recorder, shaky: Shaky) -> None:
    shaky.fail = 2
    recorder.close(closed("e1"))
    await asyncio.wait_for(recorder.stop(), 5)
    assert shaky.groups == [([], ["e1"])]


async def test_an_idle_recorder_flushes_at_once(recorder: Recorder) -> None:
    await asyncio.wait_for(recorder.flush(), 1)


@pytest.mark.postgres
@pytest.mark.slow
async def test_a_restart_of_postgresql_is_survived(own_postgres: Postgres, caplog: pytest.LogCaptureFixture) -> None:
    store = Store(own_postgres.url("postgres"))
    await store.start()
    recorder = Recorder(store)
    await recorder.start()
    await recorder.open(opened("e1"))
    await asyncio.to_thread(own_postgres.stop)
    recorder.close(closed("e1"))
    with pytest.raises(RecorderUnavailable):
        await asyncio.wait_for(recorder.open(opened("e2")), 20)
    assert not await store.ready()
    await asyncio.to_thread(own_postgres.start)
    await asyncio.wait_for(recorder.flush(), 20)
    await recorder.open(opened("e3"))
    assert [(r["id"], r["outcome"]) for r in await store.records()] == [("e1", "answered"), ("e3", None)]
    await recorder.stop()
    await store.close()
    assert "a" * 32 not in caplog.text


@pytest.mark.postgres
async def test_a_refusal_of_postgresql_is_an_error_of_the_store(postgres: Postgres) -> None:
    store = Store(postgres.url("no-such-database"))
    with pytest.raises(module.StoreError):
        await store.start()
    assert not await store.ready()
    await store.close()
