from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.reports import LONGEST_SENTENCE, Reports

if TYPE_CHECKING:
    from metrics.store import Store

GIVEN = {"department": "0101", "rule": "pii/person", "kind": "pii.person", "revision": "r"}


async def test_a_report_is_kept_until_it_is_dealt_with(store: Store) -> None:
    reports = Reports(store)
    identity = await reports.add(**GIVEN, sentence="一文。")
    (report,) = await reports.open()
    assert (report.id, report.sentence, report.state) == (identity, "一文。", "open")
    assert await reports.close(identity)
    assert not await reports.close(identity)
    assert await reports.open() == []
    closed = await reports.get(identity)
    assert closed is not None
    assert (closed.state, closed.sentence) == ("closed", None)


async def test_a_long_sentence_is_cut(store: Store) -> None:
    reports = Reports(store)
    await reports.add(**GIVEN, sentence="あ" * 10_000)
    (report,) = await reports.open()
    assert len(report.sentence or "") == LONGEST_SENTENCE


async def test_what_is_not_there(store: Store) -> None:
    assert await Reports(store).get("f-none") is None
    assert not await Reports(store).close("f-none")
