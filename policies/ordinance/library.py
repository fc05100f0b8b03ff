"""The statutes in force for readers: a snapshot of the index, taken anew when another process has loaded some."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from policies.ordinance.citations import Statutes
from policies.ordinance.index import StatuteIndex, StatuteIndexError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger("sekimori.statutes")

_LOOK_EVERY = 2.0  # seconds


class Library:
    """Holds the newest whole snapshot. An index that cannot be read leaves the last good one in force."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.index = StatuteIndex(path)
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = -_LOOK_EVERY
        self._seen: tuple[int, int] | None = None
        self._statutes = Statutes()

    @property
    def statutes(self) -> Statutes:
        """The statutes as they are now; looks at the file at most every two seconds. Safe between threads."""
        if self._clock() - self._looked >= _LOOK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._statutes

    def _look(self) -> None:
        self._looked = self._clock()
        seen = self._stamp()
        if seen == self._seen:
            return
        try:
            revision = self.index.revision()
            if revision != self._statutes.revision:
                self._statutes = Statutes(self.index.laws(), revision)
        except StatuteIndexError as error:
            log.error("%s", error)  # noqa: TRY400, the message says all
            return
        self._seen = seen

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = self.index.path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size
