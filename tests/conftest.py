"""What all tests share: the engine loaded once, a provider, a running house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from gateway.policy import source
from policies.loader import load_policy
from tests.fixtures.house import Running, open_house
from tests.fixtures.provider import FakeProvider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path

    from policies.finding import Detector
    from policies.ruleset import PolicySet

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("here", deadline=None)
settings.load_profile("here")


@pytest.fixture(scope="session", autouse=True)
def examples_that_passed() -> Iterator[None]:
    """The same files and the same detectors pass their examples again: in one process they are run once."""
    passed: set[tuple[object, ...]] = set()
    alive: list[tuple[Detector, ...]] = []

    def load(folder: Path, detectors: Sequence[Detector], *others: Any, **more: Any) -> PolicySet:
        files = tuple((str(path), path.read_bytes()) for path in sorted(folder.rglob("*.yaml")))
        key = (hash(files), more["profile"], tuple(sorted(more["own"].items())), tuple(map(id, detectors)))
        more["run_examples"] = more["run_examples"] and key not in passed
        policy = load_policy(folder, detectors, *others, **more)
        if more["run_examples"]:
            passed.add(key)
            alive.append(tuple(detectors))  # so that no other detector gets their ids
        return policy

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "load_policy", load)
        yield


@pytest.fixture(scope="session")
def engine() -> tuple[Detector, ...]:
    """The shipped detector of personal information."""
    from gateway.parts import detectors  # noqa: PLC0415, tests of other rooms need no engine

    return detectors(("personal_information",))


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as fake:
        yield fake


@pytest.fixture
async def running(tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]) -> AsyncIterator[Running]:
    """A house with the shipped policy before the fake provider."""
    async with open_house(tmp_path, provider, engine) as house:
        yield house
