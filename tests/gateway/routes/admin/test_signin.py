"""In with the right password, out for good; a planted session is worth nothing; guessing gets slow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from gateway.accounts.roles import Role
from tests.fixtures.person import PASSWORD, Person, open_person

if TYPE_CHECKING:
    from tests.fixtures.house import Running


async def test_in_and_out(running: Running, stranger: Person) -> None:
    await running.house.accounts.create("viewer", Role.VIEWER, PASSWORD, actor="test")
    first = await stranger.get("/admin/history")
    assert first.headers["location"] == "/admin/sign-in?next=%2Fadmin%2Fhistory"
    assert "サインイン" in (await stranger.get(first.headers["location"])).text
    answer = await stranger.sign_in("viewer", wanted="/admin/history")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/history")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = stranger.client.cookies["sekimori"]
    assert (await stranger.get("/admin/history")).status_code == 200
    assert (await stranger.post("/admin/sign-out")).status_code == 303
    stranger.client.cookies.set("sekimori", token)  # somebody kept the cookie
    assert (await stranger.get("/admin/history")).status_code == 303


async def test_signing_out_needs_the_token_of_the_session(admin: Person) -> None:
    admin.csrf = "x"
    assert (await admin.post("/admin/sign-out")).status_code == 403
    assert (await admin.get("/admin")).status_code == 200


async def test_a_planted_session_is_worth_nothing_after_the_sign_in(running: Running, stranger: Person) -> None:
    await running.house.accounts.create("viewer", Role.VIEWER, PASSWORD, actor="test")
    planted = "planted-by-an-attacker"
    stranger.client.cookies.set("sekimori", planted, domain="127.0.0.1")
    await stranger.sign_in("viewer")
    async with httpx.AsyncClient(base_url=running.client.base_url, cookies={"sekimori": planted}) as attacker:
        assert (await attacker.get("/admin")).status_code == 303
    tokens = {cookie.value for cookie in stranger.client.cookies.jar}
    assert tokens - {planted}


async def test_a_wrong_password_tells_nothing(running: Running, stranger: Person) -> None:
    await running.house.accounts.create("viewer", Role.VIEWER, PASSWORD, actor="test")
    known, unknown = [await stranger.sign_in(name, "wrong") for name in ("viewer", "nobody")]
    assert known.status_code == unknown.status_code == 401
    assert known.text.split("nonce")[0] == unknown.text.split("nonce")[0]
    assert "set-cookie" not in known.headers


async def test_guessing_is_stopped_by_account_and_by_address(running: Running, stranger: Person) -> None:
    await running.house.accounts.create("viewer", Role.VIEWER, PASSWORD, actor="test")
    for _ in range(5):
        await stranger.sign_in("viewer", "wrong")
    assert (await stranger.sign_in("viewer")).status_code == 401  # the right one, but locked
    for n in range(14):  # spread over many names
        assert (await stranger.sign_in(f"name{n}", "wrong")).status_code == 401
    assert (await stranger.sign_in("someone", "wrong")).status_code == 429
    assert (await stranger.sign_in("viewer")).status_code == 429


async def test_a_form_from_elsewhere_signs_nobody_in(running: Running) -> None:
    async with open_person(running) as person:
        await running.house.accounts.create("viewer", Role.VIEWER, PASSWORD, actor="test")
        fields = {"name": "viewer", "password": PASSWORD}
        answer = await person.client.post("/admin/sign-in", data=fields, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


async def test_a_password_stands_nowhere(running: Running, stranger: Person) -> None:
    await running.house.accounts.create("viewer", Role.VIEWER, PASSWORD, actor="test")
    await stranger.sign_in("viewer")
    await stranger.sign_in("viewer", "a wrong password that is long")
    written = running.everything_written()
    assert PASSWORD.encode() not in written
    assert b"a wrong password that is long" not in written
    assert stranger.client.cookies["sekimori"].encode() not in written
