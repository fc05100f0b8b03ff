"""A few daemon threads for the detectors, so that one that hangs blocks neither the door nor the exit."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_Job = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[[], Any]]


class TooSlowError(Exception):
    """The work did not end in time; its thread may still be busy."""


class Worker:
    """Runs functions in threads of its own, each call bounded in time.

    A call that is late is given up, not stopped: Python cannot. While all threads are held by such
    calls, every further call is late too, so nothing passes unread; ``stalled`` says so.
    """

    def __init__(self, threads: int, timeout: float) -> None:
        self._timeout = timeout
        self._threads = threads
        self._late = 0
        self._lock = threading.Lock()
        self._waiting: deque[_Job] = deque()
        self._idle: list[queue.SimpleQueue[_Job]] = []
        for n in range(threads):
            threading.Thread(target=self._work, name=f"sekimori-detect-{n}", daemon=True).start()

    @property
    def stalled(self) -> bool:
        """Whether every thread is held by a call that was given up."""
        return self._late >= self._threads

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result, or what it raises. Raises TooSlowError after the time-out."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._give((loop, future, lambda: function(*args, **kwargs)))
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.shield(future)
        except TimeoutError:
            if future.done():
                return future.result()
            self._late += 1
            future.add_done_callback(self._recovered)
            raise TooSlowError from None

    def _recovered(self, future: asyncio.Future[Any]) -> None:
        self._late -= 1
        if not future.cancelled():
            future.exception()  # seen, and of no interest any more

    def _give(self, job: _Job) -> None:
        """To the thread that was busy last, whose caches are warm: threads that take turns read slower."""
        with self._lock:
            if self._idle:
                self._idle.pop().put(job)
            else:
                self._waiting.append(job)

    def _work(self) -> None:
        own: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        while True:
            with self._lock:
                if self._waiting:
                    own.put(self._waiting.popleft())
                else:
                    self._idle.append(own)
            _carry_out(*own.get())


def _carry_out(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any], function: Callable[[], Any]) -> None:
    if future.cancelled():
        return
    try:
        result, error = function(), None
    except BaseException as raised:  # noqa: BLE001, handed to the caller whole
        result, error = None, raised
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(_settle, future, result, error)


def _settle(future: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    elif isinstance(error, StopIteration):
        future.set_exception(RuntimeError("StopIteration raised"))
    else:
        future.set_exception(error)
