from __future__ import annotations

import io
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def test_an_empty_chain_is_well(run: Callable[..., tuple[int, str, str]]) -> None:
    assert run("audit", "verify")[:2] == (0, f"ok: 0 entries, head {'0' * 64}\n")


def test_what_was_changed_is_named(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("keys", "create", "--department", "0101", "--robot", "夜間集計")[0] == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("ある長い合言葉の文 1234\n"))
    assert run("accounts", "create", "admin", "--role", "administrator", "--password-stdin")[0] == 0
    status, out, _ = run("audit", "verify")
    assert status == 0
    assert out.startswith("ok: 2 entries, head ")
    head = out.split()[-1]
    listed = run("audit", "list")[1]
    assert "key.create" in listed
    assert "account.create" in listed
    assert "合言葉" not in listed
    with sqlite3.connect(tmp_path / "data" / "sekimori.db") as connection:
        connection.execute("UPDATE audit SET actor = 'somebody' WHERE seq = 1")
    status, out, error = run("audit", "verify", "--head", head)
    assert status == 1
    assert error == "entry 1 was changed\n"
    with sqlite3.connect(tmp_path / "data" / "sekimori.db") as connection:
        connection.execute("DELETE FROM audit WHERE seq = 2")
    assert "was cut off" in run("audit", "verify", "--head", head)[2]
