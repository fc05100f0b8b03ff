"""Records on SQLite, written by a thread of its own: one step from the loop and back for a whole transaction.

Through aiosqlite every statement, cursor and commit is a step of its own, which cost five times what SQLite itself took.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Executable
    from sqlalchemy.engine import URL

Statement = tuple["Executable", "Sequence[dict[str, Any]]"]
"""What to execute, and the rows that it is executed for (at least one)."""


class Writer:
    """One connection, used by one thread."""

    def __init__(self, url: URL, prepare: Callable[[Any, object], None]) -> None:
        """``url`` names a file; ``prepare`` is given each new connection of the driver."""
        self._engine = create_engine(url.set(drivername="sqlite"))
        event.listen(self._engine, "connect", prepare)
        self._thread = ThreadPoolExecutor(1, "sekimori-records")

    async def write(self, statements: Sequence[Statement]) -> None:
        """Execute all in one transaction; durable when it returns. Raises what the database raises, having written nothing."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, statements)

    def _write(self, statements: Sequence[Statement]) -> None:
        with self._engine.begin() as connection:
            for statement, rows in statements:
                connection.execute(statement, rows)

    async def close(self) -> None:
        """Wait for what is being written, then close the connection."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()
