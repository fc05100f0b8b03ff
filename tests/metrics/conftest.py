"""Databases for the tests of this folder."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from metrics.store import Store
from tests.fixtures.postgres import Postgres, open_postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with open_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'sekimori.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database(f"test-{uuid.uuid4()}")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = Store(database_url)
    await store.start()
    yield store
    await store.close()


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that the test may stop."""
    with open_postgres() as server:
        yield server
