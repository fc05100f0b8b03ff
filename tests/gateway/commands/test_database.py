from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]


def test_a_broken_database_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sekimori.db").write_bytes(b"this is no database " * 100)
    status, out, err = run("keys", "list")
    assert (status, out) == (1, "")
    assert err.startswith("データベースを使えません")
    assert len(err.splitlines()) == 1


def test_an_unreachable_server_is_told(run: Run, config_file: Path) -> None:
    with config_file.open("a") as file:
        file.write("database: {url: 'postgresql://nobody@127.0.0.1:1/none'}\n")
    status, _, err = run("departments", "list")
    assert status == 1
    assert "データベースを使えません" in err


def test_a_missing_password_is_told_by_the_name_of_its_variable(
    run: Run, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AOBANO_DB", raising=False)
    with config_file.open("a") as file:
        file.write("database: {url: 'postgresql://u@127.0.0.1/n', password_env: AOBANO_DB}\n")
    status, _, err = run("keys", "list")
    assert status == 1
    assert "AOBANO_DB" in err


def test_a_short_secret_is_told_and_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKIMORI_SECRET", "too-short-a-secret")
    status, _, err = run("keys", "list")
    assert status == 1
    assert "SEKIMORI_SECRET" in err
    assert "too-short-a-secret" not in err


def test_a_bad_configuration_is_told_with_its_line(run: Run, config_file: Path) -> None:
    with config_file.open("a") as file:
        file.write("colour: blue\n")
    status, _, err = run("keys", "list")
    assert status == 1
    assert "config.yaml:" in err


@pytest.mark.parametrize("command", [("keys", "list"), ("departments", "list"), ("demo-data",)])
def test_the_database_is_made_where_there_is_none(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    assert run(*command)[0] == 0
    assert (tmp_path / "data" / "sekimori.db").exists()
