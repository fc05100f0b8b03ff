"""Files that an administrator changes while the gateway runs: read anew, and the last good ones stay in force."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policies.document import DocumentError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from policies.document import Fault

log = logging.getLogger("sekimori")
Stamp = tuple[tuple[int, int, int] | None, ...]


class Reloader:
    """Looks at files now and then; when one has changed, loads everything that depends on them and puts it in place.

    ``load`` runs on a thread, ``put`` gets what was loaded, on the event loop. Either may raise DocumentError: then
    nothing is put in place and ``faults`` says why.
    """

    def __init__(
        self, files: Iterable[Path], seconds: float, load: Callable[[], Any], put: Callable[[Any], Awaitable[None]]
    ) -> None:
        self._files = tuple(files)
        self._seconds = seconds
        self._load, self._put = load, put
        self._seen = stamp(self._files)
        self._task: asyncio.Task[None] | None = None
        self.faults: tuple[Fault, ...] = ()

    def start(self) -> None:
        """Begin to look, if there is anything to look at."""
        if self._files:
            self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Look no more."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> bool:
        """Load anew if a file has changed; whether something new was put in place."""
        seen = await asyncio.to_thread(stamp, self._files)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            await self._put(await asyncio.to_thread(self._load))
        except DocumentError as error:
            self.faults = error.faults
            log.warning("a changed file cannot be used, the last good one stays: %s", said(error.faults))
            return False
        self.faults = ()
        log.info("read anew: %s", ", ".join(path.name for path in self._files))
        return True

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            await self.look()


def stamp(files: Iterable[Path]) -> Stamp:
    """Another one when a file has changed, come or gone."""
    return tuple(_of(path) for path in files)


def said(faults: Sequence[Fault]) -> str:
    """The first fault by the file's name, line and column, and how many more there are. No folder of this machine."""
    first = faults[0]
    more = f" (+{len(faults) - 1})" if len(faults) > 1 else ""
    return f"{Path(first.path).name}:{first.line}:{first.column}: {first.message}{more}"


def _of(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
