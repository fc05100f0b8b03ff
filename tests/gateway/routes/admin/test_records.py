from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from markupsafe import escape
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


async def test_an_exchange_shows_its_rules_with_their_reasons_and_no_text(auditor: Person, running: Running) -> None:
    headers = {"X-Sekimori-Classification": "2"}
    await running.post(
        {"model": "inside", "messages": [{"role": "user", "content": "佐藤花子さんへ。280万円で随意契約したい。"}]},
        headers=headers,
    )
    (record,) = await running.records()
    assert record["classification"] == "2"
    listing = (await auditor.get("/admin/exchanges")).text
    assert f'href="/admin/exchanges/{record["id"]}"' in listing
    page = (await auditor.get(f"/admin/exchanges/{record['id']}")).text
    assert "pii/person" in page
    policy = running.house.policy
    for rule in record["rules"]:
        guidance = policy.guidance(rule)
        assert guidance is not None
        assert escape(guidance.message) in page, rule
    assert "<dd>2</dd>" in page
    assert "花子" not in page
    assert (await auditor.get("/admin/exchanges/unknown")).status_code == 404


async def test_an_exchange_of_rules_that_are_gone_shows_their_names(auditor: Person, running: Running) -> None:
    await running.chat("佐藤花子さんへ")
    (record,) = await running.records()
    async with running.house.store.begin() as connection:
        await connection.execute(text("UPDATE exchanges SET policy_revision = 'gone'"))
    page = (await auditor.get(f"/admin/exchanges/{record['id']}")).text
    assert "当時の規則は残っていません" in page
    assert "pii/person" in page


async def test_an_exchange_whose_rules_no_longer_load_shows_their_names(
    auditor: Person, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await running.chat("佐藤花子さんへ")
    (record,) = await running.records()
    async with running.house.store.begin() as connection:
        await connection.execute(text("UPDATE exchanges SET policy_revision = 'old'"))
    history = running.house.live.history
    bad = {"bad.yaml": "rules: nothing"}
    await history.save(bad, "old", author="a", comment="b", based_on=None, effective_at=None)
    page = await auditor.get(f"/admin/exchanges/{record['id']}")
    assert page.status_code == 200
    assert "当時の規則は残っていません" in page.text


async def test_how_an_exchange_ended_is_said_in_words(auditor: Person, running: Running) -> None:
    await running.chat("佐藤花子さんへ")
    (record,) = await running.records()
    for path in ("/admin/exchanges", f"/admin/exchanges/{record['id']}"):
        page = (await auditor.get(path)).text
        assert "置き換えて送る" in page
        assert "回答した" in page
    english = await auditor.get(f"/admin/exchanges/{record['id']}?lang=en")
    assert "answered" in english.text
