from __future__ import annotations

import asyncio

import pytest

from gateway.accounts.passwords import LONGEST, PasswordError, Passwords

GOOD = "関所の桜は三分咲きです。"


async def test_a_hash_is_salted_and_checks() -> None:
    passwords = Passwords()
    first, second = [await passwords.hash(GOOD, "admin") for _ in range(2)]
    assert first != second
    assert first.startswith("$argon2id$")
    assert await passwords.check(first, GOOD)
    assert not await passwords.check(first, GOOD + "。")
    assert not await passwords.check(None, "nobody has this password")
    assert not await passwords.check("garbage", GOOD)


@pytest.mark.parametrize(
    "password", ["", "短い", "x" * 11, "あ" * 20, "admin-2027-04", "ADMIN2027-0401", "y" * (LONGEST + 1)]
)
async def test_weak_ones_are_refused(password: str) -> None:
    with pytest.raises(PasswordError) as raised:
        await Passwords().hash(password, "admin")
    assert not password or password not in str(raised.value)


async def test_many_at_once_take_turns() -> None:
    passwords = Passwords()
    kept = await passwords.hash(GOOD, "admin")
    assert await asyncio.gather(*(passwords.check(kept, GOOD[1:]) for _ in range(6))) == [False] * 6
