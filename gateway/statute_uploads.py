"""Laws and ordinances that are sent to the pages: each is read first, and only what can be read joins the folder.

The folder is the one that ``statutes load`` reads; the index is made anew from it on a thread of its own. What cannot be
read is named and refused, and the last good index stays in force.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from policies.ordinance.index import SCHEMA_FILE, Load, Skipped, StatuteIndexError
from policies.ordinance.law_file import ENDINGS, read_law
from policies.ordinance.law_text import LawError
from policies.ordinance.law_xml import Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.ordinance.library import Library

log = logging.getLogger("sekimori.statutes")

LARGEST = 64 << 20
"""Bytes that may be sent at once."""
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|.][^\x00-\x1f\x7f/\\:*?\"<>|]{0,120}")


class Accepted(NamedTuple):
    """A file that joined the folder: its name there, and the law's title."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Received:
    """What became of files that were sent."""

    accepted: tuple[Accepted, ...] = ()
    refused: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the index is: files done, files in all, the next one's name; ``load`` when it is made, ``fault`` why not."""

    done: int = 0
    all: int = 0
    name: str = ""
    running: bool = False
    load: Load | None = None
    fault: str = ""


@dataclass
class StatuteUploads:
    """Takes files into the folder of the statutes, and keeps the index up to date. One load runs at a time."""

    folder: Path
    library: Library = field(repr=False)
    progress: Progress = Progress()
    _task: asyncio.Task[None] | None = field(default=None, repr=False)
    _again: bool = field(default=False, repr=False)

    async def receive(self, files: Sequence[tuple[str, bytes]]) -> Received:
        """Read each file; those that are laws join the folder. Raises OSError when the folder cannot be written."""
        return await asyncio.to_thread(self._received, files)

    async def remove(self, name: str) -> bool:
        """Take a file out of the folder; False when it has none of this name. Raises OSError."""
        return await asyncio.to_thread(self._removed, name)

    def start(self) -> None:
        """Make the index anew, now or behind the load that runs."""
        if self._task is not None and not self._task.done():
            self._again = True
            return
        self.progress = Progress(running=True)
        self._task = asyncio.create_task(self._load())

    async def finished(self) -> None:
        """Wait for what runs."""
        while self._task is not None and not self._task.done():
            await asyncio.wait({self._task})

    async def _load(self) -> None:
        self._again = True
        try:
            while self._again:
                self._again = False
                self.progress = await self._loaded()
        finally:
            if self.progress.running:  # an error that nobody foresaw: it must not look as if it went on
                log.error("the load of the statutes broke off")
                self.progress = Progress(fault="the load broke off; the last good index stays in force")

    async def _loaded(self) -> Progress:
        try:
            return Progress(load=await asyncio.to_thread(self.library.index.load, self.folder, self._step))
        except StatuteIndexError as error:
            log.error("%s", error)  # noqa: TRY400, the message says all
            return Progress(fault=str(error))

    def _step(self, done: int, all_: int, name: str) -> None:
        self.progress = Progress(done, all_, name, running=True)

    def files(self) -> list[str]:
        """Names of the files in the folder, those below it by their path."""
        if not self.folder.is_dir():
            return []
        found = (path for path in self.folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def _received(self, files: Sequence[tuple[str, bytes]]) -> Received:
        accepted: list[Accepted] = []
        refused: list[Skipped] = []
        self.folder.mkdir(parents=True, exist_ok=True)
        schema = self._schema()
        for given, content in files:
            name = Path(given.replace("\\", "/")).name
            if not _NAME.fullmatch(name) or Path(name).suffix.lower() not in ENDINGS:
                refused.append(Skipped(given[:120], 1, 1, f"not a law file: the name must end in {_endings()}"))
                continue
            with tempfile.TemporaryDirectory() as folder:
                draft = Path(folder) / name
                draft.write_bytes(content)
                try:
                    law = read_law(draft, schema)
                except LawError as error:
                    refused.append(Skipped(name, error.line, error.column, str(error)))
                    continue
                except RecursionError:
                    refused.append(Skipped(name, 1, 1, "nested too deeply"))
                    continue
                if not law.articles:
                    refused.append(Skipped(name, 1, 1, "no article was found in it"))
                    continue
            draft = self.folder / f".{name}.draft"  # no ending of a law file: a load that runs does not see it
            draft.write_bytes(content)
            os.replace(draft, self.folder / name)  # noqa: PTH105, atomic on every system
            accepted.append(Accepted(name, law.title))
        return Received(tuple(accepted), tuple(refused))

    def _schema(self) -> Schema | None:
        path = self.folder / SCHEMA_FILE
        try:
            return Schema(path) if path.is_file() else None
        except LawError:
            return None  # said by the load

    def _removed(self, name: str) -> bool:
        if name not in self.files():
            return False
        (self.folder / name).unlink()
        return True


def _endings() -> str:
    return ", ".join(sorted(ENDINGS))
