"""Persons of every role before a running house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.accounts.roles import Role
from tests.fixtures.person import Person, open_person

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fixtures.house import Running


@pytest.fixture
async def stranger(running: Running) -> AsyncIterator[Person]:
    async with open_person(running) as person:
        yield person


@pytest.fixture
async def editor(running: Running) -> AsyncIterator[Person]:
    async with open_person(running, Role.EDITOR, "ed") as person:
        yield person


@pytest.fixture
async def approver(running: Running) -> AsyncIterator[Person]:
    async with open_person(running, Role.APPROVER, "ap") as person:
        yield person


@pytest.fixture
async def admin(running: Running) -> AsyncIterator[Person]:
    async with open_person(running, Role.ADMINISTRATOR, "chief") as person:
        yield person
