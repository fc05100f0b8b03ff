from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from gateway.directory import Department

if TYPE_CHECKING:
    from tests.fixtures.house import Running
    from tests.fixtures.person import Person

KEY = {"action": "create", "department": "0101", "kind": "person", "holder": "shokuin-7", "label": "窓口"}


async def test_a_key_is_shown_once_works_and_is_revoked(admin: Person, running: Running) -> None:
    answer = await admin.post("/admin/keys", **KEY, classification="2", expires="2099-03-31")
    made = re.search(r'id="made">([^<]+)<', answer.text)
    assert made
    headers = {"Authorization": f"Bearer {made[1]}"}
    assert (await running.client.get("/v1/models", headers=headers)).status_code == 200
    page = (await admin.get("/admin/keys")).text
    assert made[1] not in page
    assert "shokuin-7" not in page
    identity = re.search(r"<code>(k-[0-9a-f]+)</code>", page)
    assert identity
    assert (await admin.post("/admin/keys", action="revoke", key=identity[1])).status_code == 303
    assert (await admin.post("/admin/keys", action="revoke", key=identity[1])).status_code == 404
    entries = await running.house.audit.entries()
    assert [(e.actor, e.action) for e in entries[:2]] == [("chief", "key.revoke"), ("chief", "key.create")]


async def test_what_cannot_be_a_key(admin: Person) -> None:
    for change, status in (
        ({"kind": "king"}, 400),
        ({"holder": ""}, 422),
        ({"classification": "9"}, 400),
        ({"expires": "never"}, 422),
        ({"expires": "9999-12-31"}, 422),
        ({"label": "x" * 300}, 422),
    ):
        assert (await admin.post("/admin/keys", **{**KEY, **change})).status_code == status, change


async def test_the_roster_is_shown(admin: Person, running: Running) -> None:
    await running.house.directory.save_departments([Department("01", "<b>総務部</b>", None, 20, date(2020, 4, 1))])
    assert "&lt;b&gt;総務部" in (await admin.get("/admin/departments")).text


async def test_accounts_are_made_and_disabled_but_never_ones_own(admin: Person, running: Running) -> None:
    made = {"action": "create", "name": "new", "role": "editor", "password": "別の長い合言葉の文です。"}
    assert (await admin.post("/admin/accounts", **made)).status_code == 303
    assert "すでにあります" in (await admin.post("/admin/accounts", **made)).text
    assert (await admin.post("/admin/accounts", action="role", name="new", role="auditor")).status_code == 303
    assert (await admin.post("/admin/accounts", action="disable", name="new")).status_code == 303
    (_, new) = await running.house.accounts.all()
    assert (new.role.value, new.disabled) == ("auditor", True)
    for action in ("disable", "role"):
        answer = await admin.post("/admin/accounts", action=action, name="chief", role="viewer")
        assert (answer.status_code, "自分のアカウント" in answer.text) == (422, True)


async def test_what_cannot_be_an_account(admin: Person) -> None:
    made = {"action": "create", "name": "new", "role": "editor", "password": "別の長い合言葉の文です。"}
    for change in ({"role": "king"}, {"action": "eat"}, {"password": "short"}, {"name": "名前"}):
        assert (await admin.post("/admin/accounts", **{**made, **change})).status_code in {400, 422}, change
