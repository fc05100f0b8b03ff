"""``/check`` for every member of staff with a key; a report keeps a sentence only with consent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from tests.fixtures.house import Running
    from tests.fixtures.person import Person

TEXT = "前置き。佐藤花子さんへ連絡する。後書き。"


def ticket(answer: httpx.Response) -> dict[str, str]:
    form = re.search(r'action="/check/report">(.*?)</form>', answer.text, re.DOTALL)
    assert form
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[1]))


async def test_a_key_is_enough(stranger: Person, running: Running) -> None:
    assert "APIキー" in (await stranger.get("/check")).text
    answer = await stranger.post("/check", key=running.key, text=TEXT, model="outside")
    assert answer.status_code == 200
    assert "[PERSON_1]さんへ連絡する" in answer.text
    assert running.key not in answer.text


async def test_without_a_key_or_a_sign_in_nothing_is_shown(stranger: Person) -> None:
    for key in ("", "wrong"):
        answer = await stranger.post("/check", key=key, text=TEXT, model="outside")
        assert answer.status_code == 401
        assert "PERSON_1" not in answer.text


async def test_who_is_signed_in_needs_no_key(editor: Person) -> None:
    assert 'name="key"' not in (await editor.get("/check")).text
    assert "[PERSON_1]" in (await editor.post("/check", text=TEXT, model="outside")).text


async def test_what_is_no_choice(stranger: Person, running: Running) -> None:
    for change, status in (({"model": "x"}, 404), ({"classification": "9"}, 413), ({"text": "あ" * 100_001}, 413)):
        fields = {"key": running.key, "text": TEXT, "model": "outside", **change}
        assert (await stranger.post("/check", **fields)).status_code == status


async def test_a_sentence_is_kept_only_with_consent_and_goes_when_dealt_with(
    stranger: Person, editor: Person, running: Running
) -> None:
    shown = await stranger.post("/check", key=running.key, text=TEXT, model="outside")
    fields = ticket(shown)
    assert (await stranger.post("/check/report", **fields)).status_code == 200
    assert "花子".encode() not in running.everything_written()
    assert (await stranger.post("/check/report", **fields, agree="yes")).status_code == 200
    first, second = await running.house.reports.open()
    assert (first.sentence, second.sentence) == (None, "佐藤花子さんへ連絡する。")
    assert (second.rule, second.department) == ("pii/person", "0101")
    page = (await editor.get("/admin/reports")).text
    assert "佐藤花子さんへ連絡する。" in page
    link = re.search(r'href="(/admin/rules/edit\?rule=[^"]+report=' + second.id + ')"', page)
    assert link
    assert "佐藤花子さんへ連絡する。" in (await editor.get(link[1].replace("&amp;", "&"))).text
    assert (await editor.post("/admin/reports", report=second.id)).status_code == 303
    assert [report.id for report in await running.house.reports.open()] == [first.id]
    kept = await running.house.reports.get(second.id)
    assert kept is not None
    assert kept.sentence is None


async def test_what_was_never_shown_cannot_be_reported(stranger: Person, running: Running) -> None:
    fields = ticket(await stranger.post("/check", key=running.key, text=TEXT, model="outside"))
    for change in ({"rule": "pii/my-number"}, {"department": "02"}, {"until": "1"}, {"ticket": ""}, {"until": "x"}):
        assert (await stranger.post("/check/report", **{**fields, **change})).status_code == 403
    assert await running.house.reports.open() == []


async def test_a_flood_of_reports_is_stopped(stranger: Person, running: Running) -> None:
    fields = ticket(await stranger.post("/check", key=running.key, text=TEXT, model="outside"))
    answers = [(await stranger.post("/check/report", **fields)).status_code for _ in range(22)]
    assert answers == [200] * 20 + [429] * 2
