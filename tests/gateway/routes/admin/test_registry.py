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


ROSTER = "部署コード,部署名,上位部署コード,対象職員数,適用開始日\r\n01,総務部,,20,2026-04-01\r\n0101,総務課,01,{heads},2026-04-01\r\n"


async def test_a_roster_is_looked_at_before_it_is_imported(admin: Person, running: Running) -> None:
    await admin.get("/admin/departments")
    content = ROSTER.format(heads=12).encode("cp932")
    shown = await admin.send("/admin/departments", [("名簿.csv", content)], "file", action="check")
    assert shown.status_code == 200
    assert "変わる行 2件、いまと同じ行 0件" in shown.text
    assert await running.house.directory.departments() == []
    carried = re.search(r'name="content" value="([^"]+)"', shown.text)
    assert carried
    saved = await admin.send("/admin/departments", [], action="save", name="名簿.csv", content=carried[1])
    assert saved.status_code == 303
    assert [row.head_count for row in await running.house.directory.departments()] == [20, 12]
    entry = (await running.house.audit.entries())[0]
    assert (entry.actor, entry.action, entry.details) == ("chief", "roster.import", {"rows": 2})
    again = await admin.send(
        "/admin/departments", [("名簿.csv", ROSTER.format(heads=13).encode())], "file", action="check"
    )
    assert "<del>12</del> <ins>13</ins>" in again.text
    assert "変わる行 1件、いまと同じ行 1件" in again.text


async def test_a_bad_roster_is_refused_by_line_and_nothing_is_imported(admin: Person, running: Running) -> None:
    await admin.get("/admin/departments")
    for content, told in (
        (ROSTER.format(heads=-3).encode(), "名簿.csv:3: head_count"),
        (ROSTER.format(heads="=cmd").encode(), "名簿.csv:3: head_count"),
        ("部署コード".encode("utf-16"), "文字コードが読めません"),
        (b"", "1行目は見出し"),
    ):
        answer = await admin.send("/admin/departments", [("名簿.csv", content)], "file", action="check")
        assert (answer.status_code, told in answer.text) == (422, True), told
    assert (await admin.send("/admin/departments", [], action="check")).status_code == 422
    assert (await admin.send("/admin/departments", [], action="save", name="x", content="!!")).status_code == 400
    assert (await admin.send("/admin/departments", [], action="save", name="x", content="")).status_code == 422
    large = [("名簿.csv", b"x" * (3 << 20))]
    assert (await admin.send("/admin/departments", large, "file", action="check")).status_code == 413
    assert await running.house.directory.departments() == []


async def test_a_form_with_files_is_one_and_comes_from_here(admin: Person) -> None:
    await admin.get("/admin/departments")
    assert (await admin.post("/admin/departments", action="check")).status_code == 415
    for headers, status in (({"Origin": "https://evil.example"}, 403), ({"Origin": admin.origin}, 400)):
        answer = await admin.client.post(
            "/admin/departments",
            content=b"--x\r\nno header",
            headers={**headers, "Content-Type": "multipart/form-data; boundary=x"},
        )
        assert answer.status_code in {status, 403}
    token = {"csrf": "wrong", "action": "check"}
    files = {"file": ("a.csv", b"x")}
    answer = await admin.client.post("/admin/departments", data=token, files=files, headers={"Origin": admin.origin})
    assert answer.status_code == 403
