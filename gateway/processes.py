"""Several workers behind one port: processes that a parent forks, watches, starts anew, and ends.

The parent has loaded what all of them need and does nothing else: no thread, no event loop, no connection. So a worker
that is forked from it, also a day later, begins with whole memory, most of which it shares with the others.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

log = logging.getLogger("sekimori.processes")

MOST_FAILURES = 5
"""Workers in a row that may die before they have served ``STEADY_SECONDS``; after them all is given up, unless one serves."""

STEADY_SECONDS = 10.0
PATIENCE_SECONDS = 40.0
"""How long workers may take to end; longer than the server waits for its requests."""

_LONGEST_PAUSE = 8.0
_ENDING = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Post:
    """Where a worker stands. ``number`` counts from 0; the first one also looks after what is done once for all."""

    number: int
    parent: int
    _told: int

    @property
    def name(self) -> str:
        """As people count."""
        return f"worker {self.number + 1}"

    def report(self) -> bool:
        """Say that this worker serves. False when the parent has gone: then nobody would end it."""
        if os.getppid() != self.parent:
            return False
        with suppress(OSError):  # the parent reads it once
            os.write(self._told, b".")
        return True


@dataclass(slots=True)
class _Worker:
    number: int
    pid: int
    told: int
    since: float | None = None
    """When it began to serve."""


@dataclass(slots=True)
class Processes:
    """``work`` runs in each worker and returns its exit status; what stops its start it has printed itself.

    ``gone`` is told the process id of each that has ended; ``closing`` is called once, before they are asked to end.
    """

    count: int
    work: Callable[[Post], int]
    gone: Callable[[int], None] = lambda _: None
    closing: Callable[[], None] = lambda: None
    _workers: dict[int, _Worker] = field(default_factory=dict)
    _due: dict[int, float] = field(default_factory=dict)
    _failures: int = 0
    _asked: int = 0
    _failed: bool = False
    _pipe: tuple[socket.socket, socket.socket] = field(default_factory=socket.socketpair)

    def run(self) -> int:
        """Until all have ended: 0 when they were asked to, 1 when one could not start or died again and again."""
        with self._listening():
            self._fork(0)  # alone at first: it brings the database up to date, and says once what is wrong
            self._until(lambda: all(worker.since for worker in self._workers.values()))
            for number in range(1, self.count):
                if not self._ending:
                    self._fork(number)
            self._until(lambda: all(worker.since for worker in self._workers.values()))
            if not self._ending:
                log.info("%d workers serve", self.count)
            self._until(lambda: False, restart=True)
            self._end()
        return 1 if self._failed else 0

    @property
    def _ending(self) -> bool:
        return self._asked > 0 or self._failed

    def _until(self, reached: Callable[[], bool], *, restart: bool = False) -> None:
        """Watch until ``reached``, or the end has come. A death stops everything unless dead workers are started anew."""
        while not self._ending and not reached():
            self._wait(1.0)
            for worker in self._reaped():
                if restart:
                    self._replace(worker)
                else:
                    self._failed = True
            for number in [number for number, due in self._due.items() if due <= time.monotonic()]:
                del self._due[number]
                self._fork(number)

    def _replace(self, worker: _Worker) -> None:
        """Plan when a dead worker is started anew: at once, and later each time it has hardly served."""
        now = time.monotonic()
        steady = worker.since is not None and now - worker.since >= STEADY_SECONDS
        self._failures = 0 if steady else self._failures + 1
        if self._failures > MOST_FAILURES:
            if not any(
                other.since is not None and now - other.since >= STEADY_SECONDS for other in self._workers.values()
            ):
                log.error("workers die again and again: the gateway stops")
                self._failed = True
                return
            log.error("worker %d dies again and again: others serve, and it is tried on", worker.number + 1)
        pause = 0.0 if steady else min(_LONGEST_PAUSE, 0.25 * 2 ** min(self._failures, MOST_FAILURES))
        self._due[worker.number] = now + pause

    def _end(self) -> None:
        """Let all drain; who takes too long is ended by force. Being asked again hurries them."""
        self.closing()
        told, until = 0, time.monotonic() + PATIENCE_SECONDS
        while self._workers:
            if told < max(1, self._asked):
                self._send(signal.SIGTERM if told == 0 else signal.SIGINT)  # the server hurries at a second SIGINT
                told += 1
            if time.monotonic() > until:
                log.error("%d workers did not end in time", len(self._workers))
                self._send(signal.SIGKILL)
                until += PATIENCE_SECONDS
            self._wait(0.5)
            self._reaped()

    def _send(self, kind: signal.Signals) -> None:
        for worker in self._workers.values():  # each is our child and not yet reaped: its id is nobody else's
            os.kill(worker.pid, kind)

    def _wait(self, seconds: float) -> None:
        """Until a signal comes, a worker reports, or a restart is due."""
        seconds = min([seconds, *(max(0.0, due - time.monotonic()) for due in self._due.values())])
        told = {worker.told: worker for worker in self._workers.values() if worker.since is None}
        wake = self._pipe[0].fileno()
        ready, _, _ = select.select([wake, *told], [], [], seconds)
        for source in ready:
            if source == wake:
                os.read(wake, 4096)
            elif os.read(source, 1):
                told[source].since = time.monotonic()
            else:  # it is dying: the signal follows
                time.sleep(0.01)

    def _reaped(self) -> list[_Worker]:
        """The workers that have ended since the last look."""
        ended = []
        for worker in list(self._workers.values()):
            pid, status = os.waitpid(worker.pid, os.WNOHANG)
            if pid == 0:
                continue
            os.close(worker.told)
            del self._workers[worker.number]
            self.gone(pid)
            if not self._ending:
                log.error("worker %d (process %d) ended: %s", worker.number + 1, pid, _how(status))
            ended.append(worker)
        return ended

    def _fork(self, number: int) -> None:
        told, tell = os.pipe()
        parent = os.getpid()
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            os.close(told)
            self._become(Post(number, parent, tell))
        os.close(tell)
        self._workers[number] = _Worker(number, pid, told)

    def _become(self, post: Post) -> None:
        """What the new process is from now on. Never returns: nothing of the parent's may be tidied up here."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for kind in (*_ENDING, signal.SIGCHLD):
                signal.signal(kind, signal.SIG_DFL)
            for end in self._pipe:
                end.close()
            for worker in self._workers.values():
                os.close(worker.told)
            if not self._asked:  # or the signal came before its time
                status = self.work(post)
        except BaseException:  # whatever it was, the parent's code must not go on in this process
            log.exception("%s failed", post.name)
        finally:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
            os._exit(status)

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Signals wake the parent, and are not missed between two looks."""

        def asked(_: int, __: FrameType | None) -> None:
            self._asked += 1

        for end in self._pipe:
            end.settimeout(0)
        before = {kind: signal.getsignal(kind) for kind in (*_ENDING, signal.SIGCHLD)}
        wakeup = signal.set_wakeup_fd(self._pipe[1].fileno(), warn_on_full_buffer=False)
        for kind in _ENDING:
            signal.signal(kind, asked)
        signal.signal(signal.SIGCHLD, lambda _, __: None)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for kind, handler in before.items():
                signal.signal(kind, handler)
            for end in self._pipe:
                end.close()


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit status {code}" if code >= 0 else f"signal {-code}"
