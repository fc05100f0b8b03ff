from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from gateway.accounts.accounts import Accounts, SignInError
from gateway.audit import Audit
from gateway.commands import demo_data
from gateway.commands.database import open_store
from gateway.config import Config, load_config
from gateway.directory import Department, DirectoryError
from metrics.demonstration import UNITS
from metrics.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def config(config_file: Path) -> Config:
    return load_config(config_file)


def records(config: Config) -> list[dict[str, Any]]:
    async def read() -> list[dict[str, Any]]:
        store = Store(config.database.url)
        await store.start()
        try:
            return await store.records()
        finally:
            await store.close()

    return asyncio.run(read())


def test_the_command_fills_roster_and_usage(run: Run, config: Config) -> None:
    status, out, _ = run("demo-data")
    assert status == 0
    assert "架空" in out
    _, listed, _ = run("departments", "list")
    assert len(listed.splitlines()) == len(UNITS) + 1
    assert len(records(config)) > 1000
    assert all(record["demo"] for record in records(config))


def test_the_second_time_changes_nothing(run: Run, config: Config) -> None:
    run("demo-data")
    before = records(config)
    asyncio.run(demo_data.fill(config))
    assert records(config) == before


def test_the_demo_caller_belongs_to_the_invented_city() -> None:
    (home,) = [unit for unit in UNITS if unit.code == demo_data.CALLER.department]
    assert demo_data.CALLER.ancestors == (home.parent,)
    assert demo_data.CALLER.kind == "person"
    assert len(demo_data.CALLER.person or "") == 32


def test_a_database_with_real_departments_is_left_alone(run: Run, config: Config, tmp_path: Path) -> None:
    roster = tmp_path / "r.csv"
    roster.write_text("code,name,parent,head_count,valid_from\n0101,本物課,,5,2026-04-01\n", "utf-8")
    run("departments", "import", str(roster))
    status, out, err = run("demo-data")
    assert (status, out) == (1, "")
    assert "実際の部署" in err
    with pytest.raises(DirectoryError):
        asyncio.run(demo_data.fill(config))
    assert records(config) == []
    assert "本物課" in run("departments", "list")[1]


def test_every_invented_unit_is_a_department() -> None:
    rows = [Department(u.code, u.name, u.parent, u.head_count, demo_data.SINCE) for u in UNITS]
    assert {row.name for row in rows} >= {"総務部", "情報政策課", "こども課"}


def test_the_demonstration_has_an_administrator_with_a_new_password_each_time(config: Config) -> None:
    first, second = (asyncio.run(demo_data.open_pages(config)) for _ in range(2))
    assert first != second

    async def sign_in(password: str) -> str:
        async with open_store(config) as store:
            return await Accounts(store, Audit(store, b"x" * 32)).sign_in(demo_data.ADMINISTRATOR, password)

    assert asyncio.run(sign_in(second))
    with pytest.raises(SignInError):
        asyncio.run(sign_in(first))
