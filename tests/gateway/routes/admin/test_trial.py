"""The try page: what would happen, and nothing of it is sent or kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from gateway.directory import Department

if TYPE_CHECKING:
    from tests.fixtures.house import Running
    from tests.fixtures.person import Person
    from tests.fixtures.provider import FakeProvider

TEXT = "佐藤花子さんの電話は090-1234-5678です。"


async def test_it_shows_findings_reasons_and_what_would_leave(
    editor: Person, running: Running, provider: FakeProvider
) -> None:
    text = (await editor.post("/admin/try", text=TEXT, model="outside")).text
    assert '<mark class="redact">佐藤花子<sup>1</sup></mark>' in text
    assert "[PERSON_1]さんの電話は[PHONE_1]です。" in text
    assert "個人情報の保護に関する法律第66条" in text
    assert "この場面には当てはまりません（学習の有無）" in text
    assert provider.requests == []
    assert await running.records() == []
    assert "花子".encode() not in running.everything_written()


async def test_department_class_and_direction_count(editor: Person, running: Running) -> None:
    since = date(2020, 4, 1)
    await running.house.directory.save_departments(
        [Department("01", "総務部", None, 20, since), Department("0101", "総務課", "01", 10, since)]
    )
    assert "総務課</option>" in (await editor.get("/admin/try")).text
    text = (await editor.post("/admin/try", text=TEXT, model="outside", classification="3B", department="0101")).text
    assert "何も送られません" in text
    assert "matrix/3B" in text
    assert "pii/in-reply" in (await editor.post("/admin/try", text=TEXT, model="outside", direction="reply")).text


async def test_what_is_no_choice(editor: Person) -> None:
    for change, status in (
        ({"model": "nobody"}, 404),
        ({"classification": "9"}, 400),
        ({"direction": "up"}, 400),
        ({"text": "あ" * 100_001}, 413),
    ):
        answer = await editor.post("/admin/try", **{"text": TEXT, "model": "outside", **change})
        assert answer.status_code == status, change


async def test_a_text_is_shown_and_never_run(editor: Person) -> None:
    text = (await editor.post("/admin/try", text="<script>alert(1)</script></textarea>", model="outside")).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
