"""A database and accounts for the tests of this folder; the clock can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from gateway.accounts.accounts import Accounts
from gateway.accounts.passwords import Passwords
from gateway.audit import Audit
from metrics.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Clock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2027, 4, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'sekimori.db'}")
    await store.start()
    yield store
    await store.close()


@pytest.fixture
def accounts(store: Store, clock: Clock) -> Accounts:
    made = Accounts(store, Audit(store, b"x" * 32), now=clock)
    made.passwords = QUICK
    return made
