from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from gateway.config import load_config
from gateway.directory import PREFIX, Caller, Directory
from gateway.secret import load_secret
from metrics.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

TODAY = datetime.now(ZoneInfo("Asia/Tokyo")).date()


def caller(config_file: Path, key: str) -> Caller | None:
    config = load_config(config_file)

    async def find() -> Caller | None:
        store = Store(config.database.url)
        await store.start()
        try:
            return await Directory(store, load_secret(config.data_dir)).find(key)
        finally:
            await store.close()

    return asyncio.run(find())


def test_a_key_is_printed_alone_and_works(run: Run, config_file: Path) -> None:
    status, out, err = run("keys", "create", "--department", "0101", "--person", "yamada")
    assert status == 0
    assert out.startswith(PREFIX)
    assert out.count("\n") == 1
    assert "二度と表示できません" in err
    found = caller(config_file, out.strip())
    assert found is not None
    assert (found.department, found.kind) == ("0101", "person")


def test_the_list_shows_neither_key_nor_person(run: Run) -> None:
    _, key, _ = run("keys", "create", "--department", "0101", "--person", "yamada-7", "--label", "窓口の端末")
    run("keys", "create", "--department", "0102", "--robot", "夜間要約", "--label", "試行")
    run("keys", "create", "--department", "0103", "--application", "議事録", "--expires", TODAY.isoformat())
    status, out, _ = run("keys", "list")
    header, *rows = [line.split() for line in out.splitlines()]
    assert status == 0
    assert header == ["KEY_ID", "部署", "種別", "状態", "有効期限", "メモ"]
    assert [row[1:] for row in rows] == [
        ["0101", "個人", "有効", "なし", "窓口の端末"],
        ["0102", "ロボット", "有効", "なし", "夜間要約", "試行"],
        ["0103", "アプリケーション", "有効", TODAY.isoformat(), "議事録"],
    ]
    assert key.strip() not in out
    assert "yamada" not in out


def test_a_revoked_key_is_nobody(run: Run, config_file: Path) -> None:
    _, key, _ = run("keys", "create", "--department", "0101", "--robot", "r")
    key_id = run("keys", "list")[1].splitlines()[1].split()[0]
    assert run("keys", "revoke", key_id)[0] == 0
    assert caller(config_file, key.strip()) is None
    assert "失効" in run("keys", "list")[1]
    status, out, err = run("keys", "revoke", key_id)
    assert (status, out) == (1, "")
    assert key_id in err


def test_a_key_works_through_its_last_day(run: Run, config_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, key, _ = run("keys", "create", "--department", "1", "--robot", "r", "--expires", TODAY.isoformat())
    assert caller(config_file, key.strip()) is not None
    midnight = datetime.combine(TODAY + timedelta(days=1), datetime.min.time(), ZoneInfo("Asia/Tokyo"))

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            del tz
            return midnight.astimezone(UTC)

    monkeypatch.setattr("gateway.directory.datetime", Later)
    assert caller(config_file, key.strip()) is None
    monkeypatch.setattr("gateway.commands.keys.datetime", Later)
    assert "期限切れ" in run("keys", "list")[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("create",),
        ("create", "--department", "1"),
        ("create", "--department", "1", "--person", "a", "--robot", "b"),
        ("create", "--department", "1", "--robot", "b", "--expires", "tomorrow"),
        ("create", "--department", "1", "--robot", "b", "--expires", (TODAY - timedelta(days=1)).isoformat()),
        ("revoke",),
        (),
    ],
)
def test_wrong_usage_is_status_two(run: Run, arguments: tuple[str, ...]) -> None:
    status, out, err = run("keys", *arguments)
    assert (status, out) == (2, "")
    assert "usage:" in err


@pytest.mark.parametrize("holder", [("--person", " "), ("--robot", "x" * 300)])
def test_what_cannot_be_is_status_one(run: Run, holder: tuple[str, str]) -> None:
    status, out, err = run("keys", "create", "--department", "1", *holder)
    assert (status, out) == (1, "")
    assert len(err.splitlines()) == 1


def test_a_department_outside_the_roster_is_refused(run: Run, tmp_path: Path) -> None:
    roster = tmp_path / "r.csv"
    roster.write_text("code,name,parent,head_count,valid_from\n01,総務部,,5,2026-04-01\n", "utf-8")
    run("departments", "import", str(roster))
    assert run("keys", "create", "--department", "02", "--robot", "r")[0] == 1
    assert run("keys", "create", "--department", "01", "--robot", "r")[0] == 0


def test_a_key_may_be_for_a_purpose_and_a_tool(run: Run, config_file: Path) -> None:
    config_file.write_text(config_file.read_text("utf-8") + "adoption: {tools: [{name: Open WebUI}]}\n", "utf-8")
    of = ("keys", "create", "--department", "0101", "--robot", "夜間処理")
    status, out, _ = run(*of, "--purpose", "要約", "--tool", "open webui")
    found = caller(config_file, out.strip())
    assert status == 0
    assert found is not None
    assert (found.purpose, found.tool) == ("summary", "Open WebUI")
    assert "用途" in run(*of, "--purpose", "遊び")[2]
    assert "adoption.tools" in run(*of, "--tool", "made up")[2]
