"""Policies are saved while streams run; a rule gives way to a written reason only when the audit chain holds it."""

from __future__ import annotations

import asyncio
import json
import os
from shutil import copy
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from aiohttp import web

from gateway.upstreams.base import Timeouts
from metrics.store import StoreError
from tests.fixtures.house import ROOT, deployments, open_house
from tests.fixtures.provider import chat_chunks, event_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

FULL = pytest.mark.skipif(os.environ.get("CI") != "true", reason="the full number runs in CI (CI=true)")
ACTIONS = ("redact", "flag")


def own(number: int) -> dict[str, str]:
    """The shipped rule of contacts as ``own/contact``, redacting or flagging in turn, so that a mixture would show."""
    rule = f"""version: 1
rules:
  - id: pii/contact
    kinds: [pii.phone, pii.email, pii.postal_code, pii.url, pii.ip_address]
    directions: [request]
    action: {ACTIONS[number % 2]}
    message: 第{number}版
    examples: {{match: [電話は090-1234-5678です。], no_match: [会議です。]}}
"""
    return {"contact.yaml": rule}


class Held:
    """A streamed answer that goes on to its end when all policies are saved: until then every stream is open."""

    def __init__(self) -> None:
        self.saved = asyncio.Event()

    async def answer(self, request: Any) -> Any:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        chunks = chat_chunks("電話は", "03-1234-", "5678です。", "以上。")
        for chunk in chunks[:3]:
            await response.write(event_bytes(chunk))
        await self.saved.wait()
        for chunk in chunks[3:]:
            await response.write(event_bytes(chunk))
        await response.write(b"data: [DONE]\n\n")
        return response


async def stream(running: Running, number: int) -> dict[str, Any]:
    """One streamed exchange; the report of its last message."""
    body = {
        "model": "outside",
        "stream": True,
        "messages": [{"role": "user", "content": f"電話は090-1234-{number:04}です。"}],
    }
    report: dict[str, Any] = {}
    async with running.client.stream("POST", "/v1/chat/completions", json=body) as answer:
        assert answer.status_code == 200
        async for line in answer.aiter_lines():
            if line.startswith("data: {"):
                message = json.loads(line[6:])
                assert "error" not in message, message
                report = message.get("sekimori", report)
    return report


async def saved_while_streaming(
    folder: Path, provider: FakeProvider, engine: tuple[Detector, ...], streams: int, saves: int, rules: Path
) -> None:
    provider.default = held = Held()
    patient = Timeouts(connect=10, first_token=300, between_tokens=300, total=500)
    cloud = deployments(provider)[0].model_copy(update={"timeouts": patient})
    policies = {"directory": rules, "own": folder / "policies"}
    async with open_house(folder, provider, engine, deployments=[cloud], policies=policies) as running:
        live, known = running.house.live, dict[str, str]()
        running.client.timeout = httpx.Timeout(300)
        running.client._transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=streams))
        open_streams = []
        for number in range(saves):
            await live.save(own(number), author="ed", comment=f"第{number}版", based_on=live.revision)
            known[running.house.policy.revision] = ACTIONS[number % 2]
            more = range(len(open_streams), len(open_streams) + streams // saves)
            open_streams += [asyncio.create_task(stream(running, n)) for n in more]
        while len(provider.requests) < streams:
            await asyncio.sleep(0.05)
        held.saved.set()
        reports = await asyncio.gather(*open_streams)
        records = await running.records()
        assert len(await live.history.newest(saves + 1)) == saves
    assert len(reports) == len(records) == streams
    assert {record["outcome"] for record in records} == {"answered"}
    assert len({record["policy_revision"] for record in records}) > saves // 3  # they began under different policies
    by_id = {record["id"]: record for record in records}
    for report in reports:
        record = by_id[report["exchange"]]
        assert report["policy"] == record["policy_revision"]
        asked = known[record["policy_revision"]]
        wanted = {"flag": 2} if asked == "flag" else {"flag": 1, "redact": 1}  # one in the request, one in the reply
        assert record["counts"] == {"pii.phone": wanted}


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_streams_run_on_while_policies_are_saved(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]
) -> None:
    """With all the shipped rules, each save takes its second beside the streams."""
    await saved_while_streaming(tmp_path, provider, engine, 20, 5, ROOT / "policies" / "rules")


@FULL
@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_many_streams_run_on_while_many_policies_are_saved(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]
) -> None:
    """With the rules of personal information alone, so that the saves come fast."""
    (tmp_path / "rules").mkdir()
    for name in ("content.yaml", "personal-information.yaml", "routing.yaml"):
        copy(ROOT / "policies" / "rules" / name, tmp_path / "rules" / name)
    await saved_while_streaming(tmp_path, provider, engine, 200, 50, tmp_path / "rules")


GLASS = """version: 1
rules:
  - id: content/unreadable
    kinds: [content.image, content.audio, content.file]
    action: confine
    break_glass: true
    message: 画像は庁外へ送れません。
    examples: {match: [{content: image}], no_match: [文字です。]}
"""
IMAGE = {
    "model": "outside",
    "messages": [
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}
    ],
}
REASON = "災害対応のため、佐藤花子さん（090-1234-5678）の依頼で送る"


@pytest.fixture
async def glass(tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]) -> Any:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "glass.yaml").write_text(GLASS, "utf-8")
    async with open_house(tmp_path, provider, engine) as running:
        yield running


async def test_a_written_reason_breaks_the_glass_and_stands_in_the_audit_chain(
    glass: Running, provider: FakeProvider
) -> None:
    assert (await glass.post(IMAGE)).status_code == 403
    assert provider.requests == []
    answer = await glass.post(IMAGE, headers=[(b"X-Sekimori-Reason", REASON.encode())])
    assert answer.status_code == 200
    assert answer.json()["sekimori"]["verdict"] == "flag"
    (entry, *_) = await glass.house.audit.entries()
    assert (entry.action, entry.target) == ("break-glass", answer.json()["sekimori"]["exchange"])
    assert entry.details["rules"] == ["content/unreadable"]
    assert "災害対応のため" in entry.details["reason"]
    assert "花子" not in entry.details["reason"]
    assert "1234-5678" not in entry.details["reason"]
    assert (await glass.house.audit.verify()).faults == ()


async def test_a_reason_that_nothing_gave_way_to_is_not_kept(glass: Running) -> None:
    before = len(await glass.house.audit.entries())
    body = {"model": "outside", "messages": [{"role": "user", "content": "会議の案内"}]}
    assert (await glass.post(body, headers={"X-Sekimori-Reason": "urgent work"})).status_code == 200
    assert len(await glass.house.audit.entries()) == before


async def test_without_the_audit_chain_nothing_is_sent(
    glass: Running, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise OSError

    assert OSError in StoreError
    monkeypatch.setattr(glass.house.audit, "append", broken)
    answer = await glass.post(IMAGE, headers={"X-Sekimori-Reason": "urgent work"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "audit_unavailable")
    assert provider.requests == []
    assert (await glass.records())[-1]["outcome"] == "failed"


async def test_a_bad_file_is_shown_in_readyz_and_the_last_good_policy_serves(glass: Running) -> None:
    revision = glass.house.policy.revision
    (glass.folder / "policies" / "glass.yaml").write_text(GLASS.replace("confine", "confined"), "utf-8")
    for _ in range(100):
        ready = (await glass.client.get("/readyz")).json()
        if ready["policy_faults"]:
            break
        await asyncio.sleep(0.05)
    assert ready["policy_faults"] == ["glass.yaml:5:13: action must be one of allow, flag, redact, confine, block"]
    assert (ready["status"], ready["policy_revision"]) == ("ok", revision)
    assert (await glass.chat("会議の案内")).status_code == 200


def test_the_shipped_rules_lie_where_the_house_takes_them_from() -> None:
    assert (ROOT / "policies" / "rules" / "routing.yaml").is_file()
