"""Accounts and their sessions, in the database that all gateways share."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from gateway.accounts.passwords import PasswordError, Passwords
from gateway.accounts.roles import ALLOWED, Permission, Role
from gateway.audit import Audit, serialise
from gateway.language import Told, mark
from metrics.governance import accounts, sessions

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncConnection

    from metrics.store import Store

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,127}")
_FREE_FAILURES = 5
_FIRST_LOCK = timedelta(seconds=30)
_LONGEST_LOCK = timedelta(minutes=15)


class AccountError(Told, ValueError):
    """What was asked for is not possible; the message says why, in Japanese."""


class SignInError(AccountError):
    """A sign-in that was refused. The message is the same for a wrong name and a wrong password.

    ``why`` is for the log of those who run the gateway, where an identity provider is concerned.
    """

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class Account:
    """A person who governs. ``local``: signs in with a password here."""

    name: str
    role: Role
    local: bool = True
    disabled: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission in ALLOWED[self.role]


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is signed in. ``csrf`` stands in every form of theirs."""

    account: Account
    csrf: str


class Accounts:
    """Makes accounts, signs persons in and out."""

    def __init__(
        self,
        store: Store,
        audit: Audit,
        *,
        hours: float = 8.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``hours`` is how long a session lasts."""
        self._store, self._audit, self._now = store, audit, now
        self._lasts = timedelta(hours=hours)
        self.passwords = Passwords()

    async def create(self, name: str, role: Role, password: str, *, actor: str) -> None:
        """Make a local account. Raises AccountError, PasswordError."""
        if not _NAME.fullmatch(name):
            raise AccountError(mark("アカウント名は半角の英数字と . _ @ - で2〜128文字にしてください。"))
        kept = await self.passwords.hash(password, name)
        async with self._store.begin() as connection:
            await serialise(connection)
            if await self._row(connection, name) is not None:
                raise AccountError(mark("アカウント {name} はすでにあります。"), name=name)
            await connection.execute(insert(accounts), self._new(name, role, password=kept))
            await self._audit.note(connection, actor, "account.create", name, role=role.value)

    async def change(
        self,
        name: str,
        *,
        actor: str,
        role: Role | None = None,
        disabled: bool | None = None,
        password: str | None = None,
    ) -> None:
        """Change an account; what it was signed in to ends. Raises AccountError, PasswordError."""
        values: dict[str, Any] = {}
        if role is not None:
            values["role"] = role.value
        if disabled is not None:
            values["disabled"] = disabled
        told = dict(values)
        if password is not None:
            values |= {"password": await self.passwords.hash(password, name), "failures": 0, "locked_until": None}
            told["password"] = "changed"  # noqa: S105, the word for it in the audit chain
        async with self._store.begin() as connection:
            await serialise(connection)
            changed = await connection.execute(update(accounts).where(accounts.c.name == name).values(values))
            if not changed.rowcount:
                raise AccountError(mark("アカウント {name} はありません。"), name=name)
            await connection.execute(delete(sessions).where(sessions.c.account == name))
            await self._audit.note(connection, actor, "account.change", name, **told)

    async def all(self) -> list[Account]:
        """All accounts by name."""
        async with self._store.begin() as connection:
            rows = (await connection.execute(select(accounts).order_by(accounts.c.name))).mappings()
            return [_account(row) for row in rows]

    async def sign_in(self, name: str, password: str) -> str:
        """The token of a new session. Raises SignInError; after some failures also for the right password, for a while."""
        async with self._store.begin() as connection:
            row = await self._row(connection, name)
        locked = row is not None and row["locked_until"] is not None and row["locked_until"] > self._now()
        right = await self.passwords.check(row["password"] if row else None, password)
        if row is None or not right or locked or row["disabled"]:
            await self._refuse(row, count=not locked)
            raise SignInError(mark("アカウント名またはパスワードが違うか、しばらく使えなくなっています。"))
        return await self._open(row["name"], "password")

    async def sign_in_as(self, subject: str, name: str, role: Role) -> str:
        """The token of a new session for whom an OpenID provider vouches; the account is made when it is new.

        ``subject`` names the person at the provider. Raises SignInError for an account that is disabled here,
        or whose name is taken by another.
        """
        if not _NAME.fullmatch(name):
            raise SignInError(mark("認証基盤から受け取ったアカウント名が使えません。管理者に連絡してください。"))
        async with self._store.begin() as connection:
            await serialise(connection)
            query = select(accounts).where(accounts.c.subject == subject)
            row = (await connection.execute(query)).mappings().one_or_none()
            if row is None:
                if await self._row(connection, name) is not None:
                    raise SignInError(mark("同じ名前のアカウントがすでにあります。管理者に連絡してください。"))
                await connection.execute(insert(accounts), self._new(name, role, subject=subject))
                await self._audit.note(connection, "openid", "account.create", name, role=role.value)
            elif row["disabled"]:
                raise SignInError(mark("このアカウントは無効になっています。"))
            else:
                name = row["name"]
                if row["role"] != role.value:
                    await connection.execute(update(accounts).where(accounts.c.name == name).values(role=role.value))
                    await self._audit.note(connection, "openid", "account.change", name, role=role.value)
        return await self._open(name, "openid")

    async def session(self, token: str) -> Session | None:
        """Who is signed in with this token; None for nobody."""
        query = (
            select(accounts, sessions.c.csrf)
            .join(sessions, sessions.c.account == accounts.c.name)
            .where(sessions.c.digest == _digest(token), sessions.c.expires_at > self._now())
        )
        async with self._store.begin() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None or row["disabled"]:
            return None
        return Session(_account(row), row["csrf"])

    async def sign_out(self, token: str) -> None:
        """End a session."""
        async with self._store.begin() as connection:
            await connection.execute(delete(sessions).where(sessions.c.digest == _digest(token)))

    async def _open(self, name: str, how: str) -> str:
        """A new token each time: one that somebody planted before the sign-in is worth nothing after it."""
        token, now = secrets.token_urlsafe(32), self._now()
        row = {
            "digest": _digest(token),
            "account": name,
            "csrf": secrets.token_urlsafe(24),
            "created_at": now,
            "expires_at": now + self._lasts,
        }
        async with self._store.begin() as connection:
            await serialise(connection)
            await connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            await connection.execute(insert(sessions), row)
            await connection.execute(
                update(accounts).where(accounts.c.name == name).values(failures=0, locked_until=None)
            )
            await self._audit.note(connection, name, "sign-in", name, how=how)
        return token

    async def _refuse(self, row: Any, *, count: bool) -> None:
        """Note a failure. A name that is not an account is not kept: people type passwords into the wrong field."""
        if row is None or not count:
            return
        failures = row["failures"] + 1
        beyond = failures - _FREE_FAILURES
        lock = min(_FIRST_LOCK * 2 ** min(beyond, 10), _LONGEST_LOCK) if beyond >= 0 else None
        values = {"failures": failures, "locked_until": self._now() + lock if lock else None}
        async with self._store.begin() as connection:
            await serialise(connection)
            await connection.execute(update(accounts).where(accounts.c.name == row["name"]).values(values))
            await self._audit.note(connection, row["name"], "sign-in.refused", row["name"], failures=failures)

    async def _row(self, connection: AsyncConnection, name: str) -> Any:
        return (await connection.execute(select(accounts).where(accounts.c.name == name))).mappings().one_or_none()

    def _new(self, name: str, role: Role, *, password: str | None = None, subject: str | None = None) -> dict[str, Any]:
        return {
            "name": name, "role": role.value, "password": password, "subject": subject, "created_at": self._now(),
            "disabled": False, "failures": 0, "locked_until": None,
        }  # fmt: skip


def same(given: str, kept: str) -> bool:
    """Whether two secrets are the same, in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), kept.encode())


def _account(row: Any) -> Account:
    return Account(row["name"], Role(row["role"]), row["password"] is not None, row["disabled"])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


__all__ = ["Account", "AccountError", "Accounts", "PasswordError", "Session", "SignInError", "same"]
