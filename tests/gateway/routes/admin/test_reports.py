from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fixtures.person import Person


async def test_without_reports_the_page_says_so(editor: Person) -> None:
    assert "対応を待つ報告はありません" in (await editor.get("/admin/reports")).text


async def test_a_report_that_is_not_there(editor: Person) -> None:
    assert (await editor.post("/admin/reports", report="f-none")).status_code == 404
