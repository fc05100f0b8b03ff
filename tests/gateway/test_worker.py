"""The detectors' threads: a late call is given up, and nothing passes unread."""

from __future__ import annotations

import asyncio
import threading

import pytest

from gateway.worker import TooSlowError, Worker


async def test_a_result_comes_back() -> None:
    assert await Worker(1, 5).run(lambda a, b: a + b, 1, 2) == 3


async def test_what_is_raised_comes_back() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await Worker(1, 5).run(fail)


async def test_stop_iteration_does_not_hang() -> None:
    def fail() -> None:
        raise StopIteration

    with pytest.raises(RuntimeError):
        await Worker(1, 5).run(fail)


async def test_a_late_call_is_given_up_and_the_thread_comes_back() -> None:
    worker = Worker(1, 0.1)
    go_on = threading.Event()
    with pytest.raises(TooSlowError):
        await worker.run(go_on.wait)
    assert worker.stalled
    with pytest.raises(TooSlowError):
        await worker.run(lambda: 1)
    go_on.set()
    for _ in range(100):
        if not worker.stalled:
            break
        await asyncio.sleep(0.01)
    assert not worker.stalled
    assert await worker.run(lambda: 1) == 1


async def test_a_cancelled_caller_leaves_the_worker_usable() -> None:
    worker = Worker(1, 5)
    go_on = threading.Event()
    task = asyncio.create_task(worker.run(go_on.wait))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    assert await worker.run(lambda: 1) == 1


async def test_many_callers_share_few_threads() -> None:
    worker = Worker(3, 5)
    assert await asyncio.gather(*(worker.run(lambda n=n: n) for n in range(200))) == list(range(200))


async def test_one_call_after_another_stays_on_one_thread() -> None:
    worker = Worker(3, 5)
    first = await worker.run(threading.get_ident)
    await asyncio.sleep(0.05)  # until its thread waits again
    assert {await _soon(worker) for _ in range(5)} == {first}


async def _soon(worker: Worker) -> int:
    ident = await worker.run(threading.get_ident)
    await asyncio.sleep(0.02)
    return ident


async def test_more_calls_than_threads_are_all_answered() -> None:
    worker = Worker(2, 5)
    assert await asyncio.gather(*(worker.run(int, str(n)) for n in range(50))) == list(range(50))
