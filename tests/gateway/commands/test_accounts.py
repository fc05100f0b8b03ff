from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, str, str]]

GOOD = "関所の桜は三分咲きです。"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))


def test_an_account_is_made_listed_disabled_and_given_another_password(run: Run, typed: Callable[[str], None]) -> None:
    typed(GOOD)
    assert run("accounts", "create", "hanako", "--role", "editor", "--password-stdin")[:2] == (
        0,
        "アカウント hanako（編集者）を作りました。\n",
    )
    listed = run("accounts", "list")[1]
    assert "hanako" in listed
    assert "編集者" in listed
    assert run("accounts", "disable", "hanako")[0] == 0
    assert "無効" in run("accounts", "list")[1]
    assert run("accounts", "enable", "hanako")[0] == 0
    typed(GOOD + GOOD)
    assert run("accounts", "password", "hanako", "--password-stdin")[0] == 0


def test_what_cannot_be_is_told_in_one_line(run: Run, typed: Callable[[str], None]) -> None:
    typed("short")
    status, _, error = run("accounts", "create", "hanako", "--role", "editor", "--password-stdin")
    assert (status, error.count("\n")) == (1, 1)
    assert "12〜256文字" in error
    assert run("accounts", "disable", "nobody")[2] == "アカウント nobody はありません。\n"
    assert run("accounts", "create", "x", "--role", "king")[0] == 2


def test_two_different_passwords_are_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([GOOD, GOOD + "x"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert run("accounts", "create", "hanako", "--role", "editor")[2] == "二つのパスワードが同じではありません。\n"
