"""A changed file is read anew; a bad one leaves the last good one in force, and says so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gateway.parts import detectors
from gateway.reload import Reloader, said, stamp
from policies.document import DocumentError, Fault
from tests.fixtures.house import open_house

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from policies.finding import Detector
    from tests.fixtures.provider import FakeProvider

ALLOW = """version: 1
phones: [{phone}]
examples:
  public: [電話 {phone}]
  hidden: [電話 090-1234-5678]
"""


def _into(loaded: list[str]) -> Callable[[str], Awaitable[None]]:
    async def put(content: str) -> None:
        loaded.append(content)

    return put


async def test_nothing_changed_nothing_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("1", "utf-8")
    loaded: list[str] = []
    reloader = Reloader([path], 1, lambda: path.read_text("utf-8"), _into(loaded))
    assert await reloader.look() is False
    path.write_text("22", "utf-8")
    assert await reloader.look() is True
    assert await reloader.look() is False
    assert loaded == ["22"]


async def test_what_cannot_be_loaded_is_not_put_in_place(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("good", "utf-8")
    loaded: list[str] = []

    def load() -> str:
        if not path.exists() or path.read_text("utf-8") == "bad":
            raise DocumentError([Fault(str(path), 3, 5, "wrong"), Fault(str(path), 4, 1, "too")])
        return path.read_text("utf-8")

    reloader = Reloader([path], 1, load, _into(loaded))
    path.write_text("bad", "utf-8")
    assert await reloader.look() is False
    assert said(reloader.faults) == "a.yaml:3:5: wrong (+1)"
    path.write_text("good again", "utf-8")
    assert await reloader.look() is True
    assert reloader.faults == ()
    path.unlink()
    assert await reloader.look() is False
    assert reloader.faults
    assert loaded == ["good again"]


async def test_it_looks_by_itself_and_stops(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("1", "utf-8")
    loaded: asyncio.Queue[int] = asyncio.Queue()
    reloader = Reloader([path], 0.01, lambda: 1, loaded.put_nowait)
    reloader.start()
    path.write_text("22", "utf-8")
    assert await asyncio.wait_for(loaded.get(), 5) == 1
    await reloader.stop()
    path.write_text("333", "utf-8")
    await asyncio.sleep(0.05)
    assert loaded.empty()


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


@pytest.fixture
def allowlist(tmp_path: Path) -> Path:
    path = tmp_path / "allowlist.yaml"
    path.write_text(ALLOW.format(phone="0267-31-2111"), "utf-8")
    return path


async def test_the_running_house_takes_a_new_allow_list_and_keeps_the_last_good_one(
    tmp_path: Path, allowlist: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.config import Redaction  # noqa: PLC0415
    from tests.fixtures import house as fixture  # noqa: PLC0415

    settings = Redaction(allowlist=allowlist, reload_seconds=3600)

    def build() -> tuple[Detector, ...]:
        return detectors(("personal_information",), settings)

    original = fixture.build_house
    monkeypatch.setattr(fixture, "build_house", lambda *a, **k: original(*a, **k, rebuild=build))
    async with open_house(tmp_path, provider, build(), redaction=settings.model_dump()) as running:
        await running.chat("電話は0267-31-2111と0267-31-2222です。")
        assert "0267-31-2111と[PHONE_1]" in provider.requests[-1].text
        revision = running.house.policy.revision

        write(allowlist, ALLOW.format(phone="0267-31-2222"))
        assert await running.house.reloader.look()
        assert running.house.policy.revision != revision
        await running.chat("電話は0267-31-2111と0267-31-2222です。")
        assert "[PHONE_1]と0267-31-2222" in provider.requests[-1].text

        write(allowlist, "version: 1\nfones: []\n")
        assert not await running.house.reloader.look()
        await running.chat("また0267-31-2222です。")
        assert "0267-31-2222" in provider.requests[-1].text
        ready = await running.client.get("/readyz")
        assert ready.status_code == 200
        assert ready.json()["details"]["redaction"].startswith("allowlist.yaml:1:1: examples is required (+1)")
        assert str(tmp_path) not in ready.text


def test_a_stamp_changes_when_a_file_changes_comes_or_goes(tmp_path: Path) -> None:
    files = [tmp_path / "a", tmp_path / "b"]
    stamps = [stamp(files)]
    for content in ("1", "22", None):
        if content is None:
            files[0].unlink()
        else:
            files[0].write_text(content, "utf-8")
        stamps.append(stamp(files))
    assert stamps[0] == stamps[3] == (None, None)
    assert len(set(stamps)) == 3
