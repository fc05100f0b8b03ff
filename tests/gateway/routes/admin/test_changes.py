"""History, difference, approval by a second person, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.gateway.routes.admin.test_rules import FIELDS

if TYPE_CHECKING:
    from tests.fixtures.house import Running
    from tests.fixtures.person import Person


@pytest.fixture
def two_persons(running: Running) -> None:
    running.house.live.history.two_persons = True


@pytest.mark.usefixtures("two_persons")
async def test_a_second_person_approves(editor: Person, approver: Person, admin: Person, running: Running) -> None:
    assert (await editor.post("/admin/rules/edit", **FIELDS)).status_code == 303
    assert (await running.chat("電話は090-1234-5678です。")).status_code == 200
    page = (await approver.get("/admin/history/1")).text
    assert "承認待ち" in page
    assert "+    action: block" in page
    assert (await approver.post("/admin/history/1", action="approve")).status_code == 303
    assert (await running.chat("電話は090-1234-5678です。")).status_code == 403
    assert "施行中" in (await approver.get("/admin/history")).text
    again = await approver.post("/admin/history/1", action="approve")
    assert (again.status_code, "承認待ちではありません" in again.text) == (409, True)
    own = {**FIELDS, "content": FIELDS["content"].replace("送れません", "送れません（改）"), "based_on": "1"}
    assert (await admin.post("/admin/rules/edit", **own)).status_code == 303
    refused = await admin.post("/admin/history/2", action="approve")
    assert (refused.status_code, "自分の変更は承認できません" in refused.text) == (409, True)
    for person, status in ((editor, 409), (admin, 303)):  # only one's own, while it waits
        await person.get("/admin/history/2")
        assert (await person.post("/admin/history/2/withdraw")).status_code == status
    assert (await approver.post("/admin/history/2", action="reject")).status_code == 409
    assert "却下" in (await approver.get("/admin/history/2")).text


async def test_one_step_back(editor: Person, approver: Person, running: Running) -> None:
    await editor.post("/admin/rules/edit", **FIELDS)
    assert (await running.chat("電話は090-1234-5678です。")).status_code == 403
    await approver.get("/admin/history")
    answer = await approver.post("/admin/history/back", based_on="1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/history/2")
    assert "-    action: block" in (await approver.get("/admin/history/2")).text
    assert (await running.chat("電話は090-1234-5678です。")).status_code == 200
    assert (await approver.post("/admin/history/back", based_on="1")).status_code == 409


async def test_what_is_not_there(approver: Person) -> None:
    assert (await approver.get("/admin/history/99")).status_code == 404
    assert (await approver.post("/admin/history/99", action="approve")).status_code == 404
    assert (await approver.post("/admin/history/99", action="eat")).status_code == 400
    assert (await approver.post("/admin/history/back", based_on="x")).status_code == 409
    assert (await approver.get("/admin/history/" + "9" * 30)).status_code == 404
