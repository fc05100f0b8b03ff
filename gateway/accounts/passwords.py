"""The one door to Argon2 (RFC 9106): passwords are kept as hashes that take time and memory to try."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.language import Told, mark

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")

SHORTEST, LONGEST = 12, 256
"""Characters of a password. Length is what counts (NIST SP 800-63B); kinds of characters are not asked for."""

_AT_ONCE = 2
"""Hashes that are computed at one time: each takes 64 MiB, and a flood of sign-ins must not take the memory."""


class PasswordError(Told, ValueError):
    """A password that is too weak; the message says why, in Japanese, and never holds it."""


class Passwords:
    """Hashes and checks passwords, on threads of their own."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """``hasher`` with less work than RFC 9106 asks for is for tests."""
        self._hasher = hasher or PasswordHasher()
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._nobody = ""

    async def hash(self, password: str, name: str) -> str:
        """What is kept of a new password. Raises PasswordError."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise PasswordError(
                mark("パスワードは{least}〜{most}文字にしてください。文を一つ決めると覚えやすくなります。"),
                least=SHORTEST,
                most=LONGEST,
            )
        if len(set(password)) < 5 or name.casefold() in password.casefold():  # noqa: PLR2004, aaaaaaaaaaaa
            raise PasswordError(mark("同じ文字の繰り返しや、アカウント名を含むパスワードは使えません。"))
        return await self._run(self._hasher.hash, password)

    async def check(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one of which ``kept`` was made. Takes as long for an account that is not there."""
        if not self._nobody:
            self._nobody = await self._run(self._hasher.hash, "nobody has this password")
        known = await self._run(self._verify, kept or self._nobody, password[: LONGEST + 1])
        return known and kept is not None

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[..., R], *arguments: str) -> R:
        async with self._turn:
            return await asyncio.to_thread(function, *arguments)
