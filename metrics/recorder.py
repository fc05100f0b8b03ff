"""Durable records without a commit for each: one transaction serves all who wait."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from metrics.store import StoreError, blames_record

if TYPE_CHECKING:
    from metrics.record import Closed, Opened
    from metrics.store import Store

log = logging.getLogger("sekimori.recorder")

MOST_WAITING = 10_000
"""Records that may wait for the database; beyond that nothing more is let in."""

_CLOSING_SECONDS = 0.1
"""How long a closing waits for others whose transaction it can share: nobody waits for it."""

_RETRY_SECONDS = 0.5
_LAST_TRIES = 6
"""How often closings are tried when the gateway stops; what is still open then is found by the next start."""

_SWEEP_SECONDS = 30.0


class RecorderUnavailable(Exception):
    """The record could not be made durable, so nothing may leave."""


_Waiting = tuple["Opened", "asyncio.Future[None]"]


class Recorder:
    """Writes records in groups. ``open`` waits for the commit, ``close`` never waits and never raises.

    A record's closing is kept until it is written, however often the database fails; only one that
    the database can never take is dropped, and the next start marks its exchange as interrupted.
    """

    def __init__(self, store: Store, most_waiting: int = MOST_WAITING) -> None:
        self._store, self._most = store, most_waiting
        self._opening: list[_Waiting] = []
        self._closing: list[Closed] = []
        self._soon: asyncio.TimerHandle | None = None
        self._due = False
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to write."""
        self._tasks = [asyncio.create_task(self._write_all()), asyncio.create_task(self._sweep())]

    async def stop(self) -> None:
        """Write what waits, then end."""
        if not self._tasks:
            return
        self._stopping = True
        self._close_now()
        writer, sweep = self._tasks
        sweep.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sweep
        await writer
        self._tasks = []

    async def flush(self) -> None:
        """Wait until everything that waits is written."""
        if self._opening or self._closing:
            self._idle.clear()
            self._close_now()
        await self._idle.wait()

    async def open(self, record: Opened) -> None:
        """Return when the record is durable. Raises RecorderUnavailable when it cannot be made so."""
        if self._stopping or not self._tasks or len(self._opening) + len(self._closing) >= self._most:
            raise RecorderUnavailable
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._opening.append((record, done))
        self._idle.clear()
        self._wake.set()
        await done

    def close(self, record: Closed) -> None:
        """Note how an exchange ended; written soon, with the others that end."""
        self._closing.append(record)
        self._idle.clear()
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(_CLOSING_SECONDS, self._close_now)

    def _close_now(self) -> None:
        self._due = True
        self._wake.set()

    async def _write_all(self) -> None:
        last_tries = _LAST_TRIES
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._opening or (self._closing and self._due):
                if self._opening:  # they wait, closings do not: first and by themselves
                    opening, self._opening = self._opening, []
                    await self._write(opening, [])
                if self._due and await self._write_closings():
                    last_tries -= self._stopping
                    if last_tries <= 0:
                        log.error("%d records could not be closed", len(self._closing))
                        self._closing = []
                    else:
                        await asyncio.sleep(_RETRY_SECONDS)
            if not self._closing:
                self._idle.set()
                if self._stopping:
                    return

    async def _write_closings(self) -> bool:
        """Write what has ended so far; whether some must be tried again."""
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        closing, self._closing = self._closing, []
        again = await self._write([], closing) if closing else []
        self._closing = again + self._closing
        self._due = bool(again) or self._stopping
        return bool(again)

    async def _write(self, opening: list[_Waiting], closing: list[Closed]) -> list[Closed]:
        """Write a group and tell those who wait; returns the closings to be tried again."""
        try:
            await self._store.write([record for record, _ in opening], closing)
        except Exception as error:  # noqa: BLE001, whatever a driver raises must not end the writer: all would wait for ever
            log.error("records not written: %s", type(error).__name__)  # noqa: TRY400, its text may hold values
            if blames_record(error):
                return await self._write_each(opening, closing)
            _answer(opening, RecorderUnavailable())
            return closing
        _answer(opening, None)
        return []

    async def _write_each(self, opening: list[_Waiting], closing: list[Closed]) -> list[Closed]:
        """After a group failed for a value in it: one bad record must not take the others with it."""
        if len(opening) + len(closing) > 1:
            again = [await self._write([waiting], []) for waiting in opening]
            again += [await self._write([], [record]) for record in closing]
            return [record for records in again for record in records]
        _answer(opening, RecorderUnavailable())
        return []

    async def _sweep(self) -> None:
        """Say that we live, and look for gateways that do not."""
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            try:
                await self._store.heartbeat()
                await self._store.mark_interrupted()
            except StoreError as error:
                log.warning("no heartbeat: %s", type(error).__name__)


def _answer(opening: list[_Waiting], error: Exception | None) -> None:
    for _, done in opening:
        if done.done():  # its caller has gone
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
