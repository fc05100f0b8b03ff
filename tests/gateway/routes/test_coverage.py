"""The manifest as JSON and as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.app import ENDPOINTS
from gateway.coverage.manifest import manifest
from gateway.routes.coverage import PLACES, WORDS

if TYPE_CHECKING:
    from tests.fixtures.house import Running


async def test_json_and_page_show_every_row(running: Running) -> None:
    rows = manifest(ENDPOINTS)
    answer = await running.client.get("/admin/coverage")
    assert len(answer.json()["rows"]) == len(rows)
    page = await running.client.get("/admin/coverage", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert page.text.count("<tr>") == len(rows) + 1
    assert running.key not in page.text + answer.text


def test_every_word_is_said_in_japanese() -> None:
    for row in manifest(ENDPOINTS):
        assert row.place in PLACES
        assert {row.whole, row.streamed} <= set(WORDS)
