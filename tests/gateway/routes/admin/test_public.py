"""The list of what is public: looked at, checked with its examples, compared, saved with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.accounts.roles import Role
from tests.fixtures.house import ROOT, open_house
from tests.fixtures.person import open_person

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.person import Person
    from tests.fixtures.provider import FakeProvider

LIST = """version: 1
phones: [0266-24-4111]
examples:
  public: [代表は0266-24-4111です。]
  hidden: [佐藤花子の携帯は090-1234-5678です。]
"""


@pytest.fixture
async def listed(tmp_path: Path, provider: FakeProvider, engine: Sequence[Detector]) -> AsyncIterator[Running]:
    path = tmp_path / "public.yaml"
    path.write_text(LIST, "utf-8")
    async with open_house(tmp_path, provider, engine, redaction={"allowlist": path}) as running:
        yield running


async def test_a_list_is_checked_compared_and_saved(listed: Running) -> None:
    path = listed.house.config.redaction.allowlist
    assert path is not None
    async with open_person(listed, Role.EDITOR) as editor:
        assert "0266-24-4111" in (await editor.get("/admin/allowlist")).text
        wider = LIST.replace("phones: [0266-24-4111]", "phones: [0266-24-4111, 0266-24-4222]").replace(
            "代表は0266-24-4111です。", "代表は0266-24-4222です。"
        )
        checked = await editor.post("/admin/allowlist", action="check", content=wider)
        assert "確かめました" in checked.text
        assert "代表は0266-24-4222です。" in checked.text
        assert path.read_text("utf-8") == LIST
        assert (await editor.post("/admin/allowlist", action="save", content=wider)).status_code == 409
        saved = await editor.post("/admin/allowlist", action="save", content=wider, comment="代表番号が増えたため")
        assert saved.status_code == 303
    assert path.read_text("utf-8") == wider
    entry = (await listed.house.audit.entries())[0]
    assert (entry.actor, entry.action, entry.target) == ("editor", "allowlist.save", "public.yaml")
    assert (await listed.chat("代表は0266-24-4222です。")).json()["sekimori"]["redacted"] == {}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("version: 1\nphones: [12]\n", "public.yaml:2:"),
        (LIST.replace("090-1234-5678", "0266-24-4111").replace("佐藤花子の携帯", "代表"), "nothing would be hidden"),
        (LIST + "unknown: 1\n", "public.yaml:6:"),
        ("&a [*a, *a]", "public.yaml:1:"),
        ("", "public.yaml:1:"),
    ],
)
async def test_a_bad_list_is_refused_with_its_line_and_nothing_changes(
    listed: Running, content: str, told: str
) -> None:
    async with open_person(listed, Role.EDITOR) as editor:
        for action in ("check", "save"):
            answer = await editor.post("/admin/allowlist", action=action, content=content, comment="なぜか")
            assert (answer.status_code, told in answer.text) == (422, True), answer.text
        margin = await editor.post("/admin/allowlist/faults", content=content)
        assert margin.json()["faults"][0]["here"] is True
        assert (await editor.post("/admin/allowlist/faults", content=LIST)).json() == {"faults": []}
    path = listed.house.config.redaction.allowlist
    assert path is not None
    assert path.read_text("utf-8") == LIST


async def test_with_two_persons_nobody_saves_alone(
    tmp_path: Path, provider: FakeProvider, engine: Sequence[Detector]
) -> None:
    path = tmp_path / "public.yaml"
    path.write_text(LIST, "utf-8")
    policies = {"directory": ROOT / "policies" / "rules", "own": tmp_path / "policies", "two_persons": True}
    settings = {"redaction": {"allowlist": path}, "policies": policies}
    async with (
        open_house(tmp_path, provider, engine, **settings) as running,
        open_person(running, Role.EDITOR) as editor,
    ):
        page = await editor.get("/admin/allowlist")
        assert 'value="save"' not in page.text
        answer = await editor.post("/admin/allowlist", action="save", content=LIST, comment="なぜか")
        assert (answer.status_code, "二人での承認" in answer.text) == (409, True)


async def test_without_a_file_the_page_says_what_is_missing(admin: Person) -> None:
    assert "redaction.allowlist" in (await admin.get("/admin/allowlist")).text
    answer = await admin.post("/admin/allowlist", action="save", content=LIST, comment="なぜか")
    assert (answer.status_code, "redaction.allowlist" in answer.text) == (409, True)


async def test_who_may_not_edit_only_reads(listed: Running) -> None:
    async with open_person(listed, Role.VIEWER) as viewer:
        page = await viewer.get("/admin/allowlist")
        assert "0266-24-4111" in page.text
        assert "<textarea" not in page.text
