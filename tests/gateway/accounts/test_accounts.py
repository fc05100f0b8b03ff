"""Who signs in gets a session; who guesses gets slower; what was disabled ends at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from gateway.accounts.accounts import AccountError, Accounts, SignInError
from gateway.accounts.roles import Permission, Role
from gateway.audit import Audit

if TYPE_CHECKING:
    from metrics.store import Store

GOOD = "関所の桜は三分咲きです。"
OTHER = "別の長い合言葉の文です。"


async def admin(accounts: Accounts) -> None:
    await accounts.create("admin", Role.ADMINISTRATOR, GOOD, actor="test")


async def test_a_session_names_its_account(accounts: Accounts, store: Store) -> None:
    await admin(accounts)
    token = await accounts.sign_in("admin", GOOD)
    session = await accounts.session(token)
    assert session is not None
    assert (session.account.name, session.account.role) == ("admin", Role.ADMINISTRATOR)
    assert session.account.may(Permission.ADMINISTER)
    assert await accounts.session("x" + token) is None
    async with store.begin() as connection:
        rows = [str(row) for table in ("sessions", "accounts", "audit") for row in
                (await connection.execute(text(f"SELECT * FROM {table}"))).all()]  # noqa: S608  # fmt: skip
    assert not any(token in row or GOOD in row for row in rows)


async def test_every_sign_in_has_a_token_and_a_csrf_value_of_its_own(accounts: Accounts) -> None:
    await admin(accounts)
    tokens = [await accounts.sign_in("admin", GOOD) for _ in range(2)]
    sessions: list[Any] = [await accounts.session(token) for token in tokens]
    assert tokens[0] != tokens[1]
    assert sessions[0].csrf != sessions[1].csrf
    await accounts.sign_out(tokens[0])
    assert await accounts.session(tokens[0]) is None
    assert await accounts.session(tokens[1]) is not None


async def test_a_session_ends_after_its_hours(accounts: Accounts, clock: Any) -> None:
    await admin(accounts)
    token = await accounts.sign_in("admin", GOOD)
    clock.pass_by(hours=7.9)
    assert await accounts.session(token) is not None
    clock.pass_by(hours=0.2)
    assert await accounts.session(token) is None


@pytest.mark.parametrize(
    ("name", "password"), [("admin", "wrong"), ("nobody", GOOD), ("", ""), ("admin", ""), ("admin", "x" * 10**6)]
)
async def test_what_is_wrong_is_not_told(accounts: Accounts, name: str, password: str) -> None:
    await admin(accounts)
    with pytest.raises(SignInError, match="アカウント名またはパスワードが違うか"):
        await accounts.sign_in(name, password)


async def test_guessing_locks_the_account_for_longer_and_longer(accounts: Accounts, clock: Any) -> None:
    await admin(accounts)
    for _ in range(5):
        with pytest.raises(SignInError):
            await accounts.sign_in("admin", "wrong")
    with pytest.raises(SignInError):
        await accounts.sign_in("admin", GOOD)
    clock.pass_by(seconds=31)
    with pytest.raises(SignInError):
        await accounts.sign_in("admin", "wrong")
    clock.pass_by(seconds=31)
    with pytest.raises(SignInError):
        await accounts.sign_in("admin", GOOD)
    clock.pass_by(seconds=31)
    assert await accounts.sign_in("admin", GOOD)
    with pytest.raises(SignInError):  # a success begins the count anew: one slip locks nobody out
        await accounts.sign_in("admin", "wrong")
    assert await accounts.sign_in("admin", GOOD)


async def test_disabling_ends_sessions_and_a_new_password_too(accounts: Accounts) -> None:
    await admin(accounts)
    token = await accounts.sign_in("admin", GOOD)
    await accounts.change("admin", disabled=True, actor="test")
    assert await accounts.session(token) is None
    with pytest.raises(SignInError):
        await accounts.sign_in("admin", GOOD)
    await accounts.change("admin", disabled=False, actor="test")
    token = await accounts.sign_in("admin", GOOD)
    await accounts.change("admin", password=OTHER, actor="test")
    assert await accounts.session(token) is None
    assert await accounts.sign_in("admin", OTHER)


async def test_what_is_no_account(accounts: Accounts) -> None:
    await admin(accounts)
    with pytest.raises(AccountError, match="すでにあります"):
        await admin(accounts)
    for name in ("", "a", "名前", "a b", "../x", "x" * 129):
        with pytest.raises(AccountError, match="半角の英数字"):
            await accounts.create(name, Role.VIEWER, GOOD, actor="test")
    with pytest.raises(AccountError, match="ありません"):
        await accounts.change("nobody", disabled=True, actor="test")


async def test_an_openid_account_is_made_once_and_follows_its_role(accounts: Accounts) -> None:
    token = await accounts.sign_in_as("iss|1", "hanako", Role.EDITOR)
    session = await accounts.session(token)
    assert session is not None
    assert (session.account.role, session.account.local) == (Role.EDITOR, False)
    again = await accounts.session(await accounts.sign_in_as("iss|1", "renamed", Role.AUDITOR))
    assert again is not None
    assert (again.account.name, again.account.role) == ("hanako", Role.AUDITOR)
    with pytest.raises(SignInError):  # no password of theirs is known here
        await accounts.sign_in("hanako", "")


async def test_an_openid_name_takes_over_nobody(accounts: Accounts) -> None:
    await admin(accounts)
    with pytest.raises(SignInError, match="同じ名前"):
        await accounts.sign_in_as("iss|2", "admin", Role.VIEWER)
    await accounts.sign_in_as("iss|1", "hanako", Role.EDITOR)
    await accounts.change("hanako", disabled=True, actor="test")
    with pytest.raises(SignInError, match="無効"):
        await accounts.sign_in_as("iss|1", "hanako", Role.EDITOR)


async def test_the_audit_chain_tells_of_it(accounts: Accounts, store: Store) -> None:
    await admin(accounts)
    await accounts.sign_in("admin", GOOD)
    for name in ("admin", "my-password-in-the-wrong-field"):
        with pytest.raises(SignInError):
            await accounts.sign_in(name, "wrong")
    entries = await Audit(store, b"x" * 32).entries()
    assert [entry.action for entry in reversed(entries)] == ["account.create", "sign-in", "sign-in.refused"]
    assert "wrong-field" not in str(entries)
