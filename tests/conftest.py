"""What all tests share: the engine loaded once, a provider, a running house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from gateway import parts
from gateway.policy import source
from tests.fixtures.house import Running, open_house
from tests.fixtures.once import Once
from tests.fixtures.provider import FakeProvider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from policies.finding import Detector

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("here", deadline=None)
settings.load_profile("here")


ONCE = Once()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests go first: a file is run by one process, and none shall be left alone with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session", autouse=True)
def loaded_once() -> Iterator[None]:
    """The same files and the same detectors load the same policy: in one process that is done once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "load_policy", ONCE.policy)
        patch.setattr(parts, "detectors", ONCE.detectors)
        yield


@pytest.fixture(scope="session")
def engine() -> tuple[Detector, ...]:
    """The shipped detector of personal information."""
    return ONCE.detectors(("personal_information",))


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as fake:
        yield fake


@pytest.fixture
async def running(tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]) -> AsyncIterator[Running]:
    """A house with the shipped policy before the fake provider."""
    async with open_house(tmp_path, provider, engine) as house:
        yield house
