"""How commands reach the database: opened, used, closed, and its faults told in one line."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gateway.config import load_config
from gateway.directory import Directory, DirectoryError
from gateway.secret import SecretError, load_secret
from metrics.store import Store, StoreError

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Awaitable, Callable

    from gateway.config import Config


@asynccontextmanager
async def open_store(config: Config) -> AsyncIterator[Store]:
    """The configured database with the newest tables. Raises StoreError, or DirectoryError for a bad address."""
    try:
        store = Store(config.database.url, password_env=config.database.password_env)
    except ValueError as error:
        raise DirectoryError(f"データベースの設定が正しくありません: {error}") from None
    try:
        await store.start()
        yield store
    finally:
        await store.close()


def with_directory(arguments: argparse.Namespace, use: Callable[[Directory], Awaitable[int]]) -> int:
    """Run ``use`` with the directory that ``arguments.config`` names; the exit status.

    Faults of the data, the secret or the database become one line on standard error and status 1.
    """
    config = load_config(arguments.config)

    async def run() -> int:
        async with open_store(config) as store:
            return await use(Directory(store, load_secret(config.data_dir)))

    return reported(run)


def reported(run: Callable[[], Awaitable[int]]) -> int:
    """The exit status of a coroutine; known faults are told on standard error."""

    async def awaited() -> int:
        return await run()

    try:
        return asyncio.run(awaited())
    except (DirectoryError, SecretError) as error:
        print(error, file=sys.stderr)
    except StoreError as error:
        # The text of a database error may hold values, so only its kind is told.
        print(f"データベースを使えません（{type(error).__name__}）。設定と接続を確かめてください。", file=sys.stderr)
    return 1
