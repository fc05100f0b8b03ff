from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from gateway.accounts.roles import Role
from gateway.routes.admin.records import moment
from tests.fixtures.person import open_person

if TYPE_CHECKING:
    from tests.fixtures.house import Running
    from tests.fixtures.person import Person


@pytest.fixture
async def auditor(running: Running) -> Person:
    async with open_person(running, Role.AUDITOR) as person:
        yield person  # type: ignore[misc]


async def test_exchanges_show_decisions_and_no_text(auditor: Person, running: Running) -> None:
    await running.chat("佐藤花子さんへ")
    await running.house.recorder.flush()
    page = (await auditor.get("/admin/exchanges")).text
    assert "pii.person redact×1" in page
    assert "pii/person" in page
    assert "花子" not in page


async def test_the_audit_page_verifies_the_chain(auditor: Person, running: Running) -> None:
    assert "key.create" in (await auditor.get("/admin/audit")).text
    assert "すべてのつながりを確かめました" in (await auditor.get("/admin/audit?verify=1")).text
    async with running.house.store.begin() as connection:
        await connection.execute(text("UPDATE audit SET actor = 'nobody' WHERE seq = 1"))
    assert "entry 1 was changed" in (await auditor.get("/admin/audit?verify=1")).text
    assert (await auditor.get("/admin/audit?before=2")).status_code == 200
    assert (await auditor.get("/admin/audit?before=x")).status_code == 200


def test_moments_are_those_of_japan() -> None:
    assert moment(datetime(2026, 12, 31, 15, 0, tzinfo=UTC)) == "2027-01-01 00:00:00"
    assert moment(None) == ""
