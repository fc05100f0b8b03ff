"""A database and a directory for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.directory import Directory
from metrics.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'sekimori.db'}")
    await store.start()
    yield store
    await store.close()


@pytest.fixture
def directory(store: Store) -> Directory:
    return Directory(store, b"0123456789abcdef0123456789abcdef")
