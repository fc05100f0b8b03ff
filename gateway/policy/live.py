"""The policy in force while the gateway runs: swapped whole, from the history that all gateways share.

What is saved on a page, edited in the folder, or saved on another gateway becomes a revision first, and a revision
becomes the policy only when all of it loads. What does not load is refused whole; the last good policy stays, and the
faults are shown.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import watchfiles

from gateway.policy.history import HistoryError, digest
from metrics.store import StoreError
from policies.document import DocumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from gateway.policy.history import History, Revision
    from gateway.policy.source import Source
    from policies.finding import Detector
    from policies.ruleset import PolicySet

log = logging.getLogger("sekimori.policy")

POLL_SECONDS = 0.7
"""How often a gateway asks which revision is in force: a change must reach all of them within two seconds."""

_DEBOUNCE_MS = 300

_NAME = re.compile(r"(?:[\w-][\w.-]*/){0,4}[\w-][\w.-]*\.yaml")


class Live:
    """Holds the policy in force. ``swap`` is told each new one; an exchange keeps the one it began with.

    ``faults`` are those of the files that were refused last, empty when all is well.
    """

    def __init__(
        self,
        source: Source,
        history: History,
        folders: Sequence[Path],
        swap: Callable[[PolicySet], None],
        *,
        keeper: bool = True,
    ) -> None:
        """``folders`` are the own one, where revisions are written, and the shipped one, which is only watched.

        Of several workers one is the ``keeper`` of the own folder: it alone writes there and makes revisions of what
        was edited, so that nobody takes for an edit what another one has half written. The others only tell faults.
        """
        self._keeper = keeper
        self._source, self.history, self._swap = source, history, swap
        self._own, self._shipped = folders
        self.faults: tuple[Fault, ...] = ()
        self.revision: int | None = None
        self.files: Mapping[str, str] = {}
        self._seen = digest({})
        self._checked: tuple[str, PolicySet] | None = None  # what was loaded a moment ago, to be put into force
        self._turn = asyncio.Lock()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Put the current revision into force and begin to watch. Raises DocumentError where nothing good is known."""
        async with self._turn:
            await self._begin()
        self._tasks = [asyncio.create_task(self._poll()), asyncio.create_task(self._watch())]

    async def stop(self) -> None:
        """End watching."""
        self._stop.set()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []

    async def check(self, files: Mapping[str, str]) -> PolicySet:
        """Load these own files beside the policy in force, examples and all. Raises DocumentError."""
        if misnamed := [name for name in files if not _NAME.fullmatch(name)]:
            message = "a rule file's name is letters, digits, - and _, and ends in .yaml: rename it"
            raise DocumentError(Fault(name, 1, 1, message) for name in misnamed)
        return await asyncio.to_thread(self._source.load, dict(files))

    async def renew(self, detectors: Sequence[Detector]) -> None:
        """From now on these detectors find (a list of theirs has changed). Raises DocumentError; nothing has changed then."""
        async with self._turn:
            self._checked = None
            self._swap(await asyncio.to_thread(self._source.renewed, detectors, self.files))

    async def save(
        self,
        files: Mapping[str, str],
        *,
        author: str,
        comment: str,
        based_on: int | None,
        effective_at: datetime | None = None,
    ) -> Revision:
        """Make these own files a revision. Raises DocumentError for faults, HistoryError; nothing has changed then."""
        policy = await self.check(files)
        self._checked = (digest(files), policy)
        saved = await self.history.save(
            files,
            policy.revision,
            author=author,
            comment=comment,
            based_on=based_on,
            effective_at=effective_at,
        )
        await self.refresh()
        return saved

    async def refresh(self) -> None:
        """Put the revision that is in force by now into force here. Raises StoreError."""
        async with self._turn:
            await self._refresh()

    async def _begin(self) -> None:
        """The first policy: of the history; what was edited in the folder meanwhile becomes a revision."""
        files: Mapping[str, str] | None = None
        try:
            files = await asyncio.to_thread(self._source.own)
        except DocumentError as error:
            self.faults = error.faults
        current = await self.history.current()
        if current is not None:
            refused = self.faults
            await self._put(current, write=False)
            if self.faults:
                raise DocumentError(self.faults)
            self.faults = refused
            self._seen = digest(files) if files is not None else ""
            if files is not None and self._seen != current.digest:
                if await self.history.knows(self._seen):
                    await self._write(current.files)
                else:
                    await self._take(files)
            return
        if files is None:
            raise DocumentError(self.faults)
        if files:
            await self._take(files)
            if self.faults:
                raise DocumentError(self.faults)

    async def _refresh(self) -> None:
        if await self.history.current_id() == self.revision:
            return
        current = await self.history.current()
        if current is not None and current.id != self.revision:
            await self._put(current)

    async def _put(self, current: Revision, *, write: bool = True) -> None:
        """Load a revision and swap it in; whatever is wrong with it, the last good policy stays."""
        self.revision = current.id  # also a bad one is loaded once, not every second
        checked, self._checked = self._checked, None
        try:
            if checked is not None and checked[0] == current.digest:
                policy = checked[1]
            else:
                policy = await asyncio.to_thread(self._source.load, current.files)
        except DocumentError as error:
            log.error("policy revision %d refused: %d faults", current.id, len(error.faults))  # noqa: TRY400
            self.faults = error.faults
            return
        self.files, self.faults = current.files, ()
        self._swap(policy)
        log.info("policy revision %d in force (%s)", current.id, policy.revision)
        if write:
            await self._write(current.files)

    async def _take(self, files: Mapping[str, str]) -> None:
        """What was edited in the folder becomes a revision, or its faults are shown."""
        self._seen = digest(files)
        try:
            policy = await self.check(files)
            self._checked = (self._seen, policy)
            if not self._keeper:
                self.faults = ()
                return
            await self.history.save(
                files,
                policy.revision,
                author=f"files@{socket.gethostname()}"[:128],
                comment="フォルダーのファイルが変更されました",
                based_on=self.revision,
            )
        except DocumentError as error:
            log.error("changed policy files refused: %d faults", len(error.faults))  # noqa: TRY400, told with lines elsewhere
            self.faults = error.faults
        except HistoryError as error:
            log.info("changed policy files: %s", error)
            self.faults = ()
        else:
            self.faults = ()
            await self._refresh()

    async def _write(self, files: Mapping[str, str]) -> None:
        """Let the folder show what is in force."""
        if not self._keeper:
            self._seen = digest(files)
            return
        try:
            unsaved = not await self.history.knows(digest(await asyncio.to_thread(self._source.own)))
        except DocumentError:
            unsaved = True
        try:
            await asyncio.to_thread(write_files, self._own, files, aside=unsaved)
        except OSError as error:
            self.faults = (Fault(str(self._own), 1, 1, f"cannot be written: {error.strerror}"),)
        else:
            self._seen = digest(files)

    async def _poll(self) -> None:
        told = False
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.refresh()
            except StoreError as error:
                if not told:  # once, not every second
                    log.warning("which policy is in force is not known: %s", type(error).__name__)
                told = True
            else:
                told = False

    async def _watch(self) -> None:
        with contextlib.suppress(OSError):  # a folder that cannot be made is shown when something is to be written
            self._own.mkdir(parents=True, exist_ok=True)
        folders = [folder for folder in (self._own, self._shipped) if folder.is_dir()]
        for polling in (False, True):  # where the system has no more watches to give, the folders are looked through
            changed = watchfiles.awatch(
                *folders,
                stop_event=self._stop,
                debounce=_DEBOUNCE_MS,
                step=100,
                rust_timeout=1000,
                force_polling=polling,
            )
            try:
                async for changes in changed:
                    await self._changed({Path(path) for _, path in changes})
            except OSError as error:
                log.warning("the policy folders cannot be watched: %s", error.strerror)
            else:
                return

    async def _changed(self, paths: Collection[Path]) -> None:
        try:
            async with self._turn:
                await self._look(shipped=any(path.is_relative_to(self._shipped) for path in paths))
        except StoreError as error:
            log.warning("changed policy files not taken: %s", type(error).__name__)

    async def _look(self, *, shipped: bool) -> None:
        """Files have changed on disk."""
        try:
            files = await asyncio.to_thread(self._source.own)
        except DocumentError as error:
            self.faults, self._seen = error.faults, ""
            return
        if digest(files) != self._seen:
            await self._take(files)
        if shipped:
            try:
                self._swap(await self.check(self.files))
            except DocumentError as error:
                self.faults = error.faults
            else:
                self.faults = ()


def write_files(folder: Path, files: Mapping[str, str], *, aside: bool = False) -> None:
    """Make the rule files of a folder those given, each replaced whole; other files are left alone.

    ``aside``: what would be lost is kept beside it as ``NAME.bak``: somebody is still at work on it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.rglob("*.yaml")) if aside else ():
        if path.read_bytes() != files.get(path.relative_to(folder).as_posix(), "").encode():
            shutil.copyfile(path, path.with_name(f"{path.name}.bak"))
    for name, content in files.items():
        path = folder / name
        if path.is_file() and path.read_text("utf-8") == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.draft")
        draft.write_text(content, "utf-8")
        os.replace(draft, path)  # noqa: PTH105, atomic on every system
    for path in sorted(folder.rglob("*.yaml")):
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()
