"""A database for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
