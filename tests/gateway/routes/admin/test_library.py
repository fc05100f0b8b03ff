"""Statutes on the pages: files in, by name refused, searched, taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.accounts.roles import Role
from tests.fixtures.person import open_person

if TYPE_CHECKING:
    from tests.fixtures.house import Running
    from tests.fixtures.person import Person

RULES = "架空市契約規則\n\n（見積書の徴取）\n第21条の2　随意契約によろうとするときは、2者以上から見積書を徴さなければならない。\n第22条　削除\n"


async def loaded(running: Running) -> None:
    await running.house.uploads.finished()
    running.house.library._looked -= 10  # a snapshot is at most two seconds old


async def test_files_are_read_searched_and_taken_out(editor: Person, running: Running) -> None:
    await editor.get("/admin/statutes")
    answer = await editor.send("/admin/statutes", [("規則.txt", RULES.encode("cp932"))], action="add")
    assert answer.status_code == 200
    assert "1件を受け取りました" in answer.text
    assert "架空市契約規則" in answer.text
    await loaded(running)
    page = await editor.get("/admin/statutes?q=見積書")
    assert "第21条の2" in page.text
    assert "読み込み 1件" in page.text
    assert (await editor.client.get("/statutes/架空市契約規則/21-2")).status_code == 200
    entry = (await running.house.audit.entries())[0]
    assert (entry.actor, entry.action, entry.target) == ("ed", "statutes.add", "規則.txt")
    gone = await editor.send("/admin/statutes", [], action="remove", name="規則.txt")
    assert gone.status_code == 303
    await loaded(running)
    assert "第21条の2" not in (await editor.get("/admin/statutes?q=見積書")).text
    assert (await editor.send("/admin/statutes", [], action="remove", name="規則.txt")).status_code == 404
    assert (await editor.send("/admin/statutes", [], action="remove", name="../config.yaml")).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("bomb.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Law>&b;</Law>', "bomb.xml:1:"),
        ("cut.xml", b"<Law><LawBody>", "cut.xml:1:"),
        ("none.html", b"<html><body><p>hello</p></body></html>", "none.html:1:1"),
        ("nothing.txt", b"", "nothing.txt:1:1"),
        ("rules.pdf", b"%PDF-1.7", "not a law file"),
        (".hidden.txt", b"x", "not a law file"),
        ("bad.txt", b"\xff\xfe\x00", "bad.txt:1:1"),
    ],
)
async def test_what_is_no_law_is_refused_by_name_and_the_rest_is_kept(
    editor: Person, running: Running, name: str, content: bytes, told: str
) -> None:
    await editor.get("/admin/statutes")
    answer = await editor.send("/admin/statutes", [(name, content), ("規則.txt", RULES.encode())], action="add")
    assert "1件は受け取れませんでした" in answer.text
    assert told in answer.text.replace("</b>", "").replace("<b>", "")
    await running.house.uploads.finished()
    assert running.house.uploads.files() == ["規則.txt"]
    alone = await editor.send("/admin/statutes", [(name, content)], action="add")
    assert alone.status_code == 422


async def test_a_path_in_a_name_is_only_a_name(editor: Person, running: Running) -> None:
    await editor.get("/admin/statutes")
    for name in ("../../規則.txt", "C:\\windows\\規則.txt"):
        await editor.send("/admin/statutes", [(name, RULES.encode())], action="add")
        await running.house.uploads.finished()
    assert running.house.uploads.files() == ["規則.txt"]


async def test_a_broken_index_is_said_and_nothing_is_lost(editor: Person, running: Running) -> None:
    await editor.get("/admin/statutes")
    running.house.library.index.path.parent.mkdir(parents=True, exist_ok=True)
    running.house.library.index.path.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    answer = await editor.send("/admin/statutes", [("規則.txt", RULES.encode())], action="add")
    assert answer.status_code == 200
    await running.house.uploads.finished()
    assert "cannot be opened" in (await editor.get("/admin/statutes")).text
    assert running.house.uploads.files() == ["規則.txt"]


async def test_a_load_that_breaks_off_does_not_look_as_if_it_went_on(
    editor: Person, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await editor.get("/admin/statutes")

    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(type(running.house.library.index), "load", broken)
    answer = await editor.send("/admin/statutes", [("規則.txt", RULES.encode())], action="add")
    assert answer.status_code == 200
    with pytest.raises(MemoryError):
        await running.house.uploads._task  # type: ignore[misc]
    assert not running.house.uploads.progress.running
    assert "the load broke off" in (await editor.get("/admin/statutes")).text
    monkeypatch.undo()
    await editor.send("/admin/statutes", [("規則.txt", RULES.encode())], action="add")
    await running.house.uploads.finished()
    assert running.house.uploads.progress.load is not None


async def test_a_folder_that_cannot_be_written_is_said(
    editor: Person, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await editor.get("/admin/statutes")
    await editor.send("/admin/statutes", [("規則.txt", RULES.encode())], action="add")
    await running.house.uploads.finished()

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(type(running.house.uploads), "_removed", refused)
    monkeypatch.setattr(type(running.house.uploads), "_received", refused)
    for files, form in (([], {"action": "remove", "name": "規則.txt"}), ([("別.txt", b"x")], {"action": "add"})):
        answer = await editor.send("/admin/statutes", files, **form)
        assert answer.status_code == 503
        assert "書き込めません" in answer.text
    assert running.house.uploads.files() == ["規則.txt"]


async def test_who_only_reads_sees_no_form(running: Running) -> None:
    async with open_person(running, Role.VIEWER) as viewer:
        page = (await viewer.get("/admin/statutes")).text
        assert 'type="file"' not in page
        assert 'type="search"' in page
