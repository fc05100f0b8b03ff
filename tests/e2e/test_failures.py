"""Fail closed: whatever raises, hangs, breaks off or dies, nothing unscreened passes and no record is lost."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from gateway.upstreams.base import Timeouts
from policies.finding import Finding, Span
from tests.e2e.test_exchange import text_of
from tests.fixtures.house import deployments, open_house
from tests.fixtures.provider import Disconnect, Hang, Stream, Whole, chat_chunks, chat_reply

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from policies.finding import Detector
    from policies.reading import Reading
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider, Script


class Trapped:
    """The engine, and a trap in it that springs at a word."""

    def __init__(self, engine: Detector, trap: Any) -> None:
        self.kinds, self.revision, self._engine, self._trap = engine.kinds, "trapped", engine, trap

    def detect(self, reading: Reading) -> Iterable[Finding]:
        if "罠" in reading.text:
            self._trap(reading)
        return self._engine.detect(reading)


def explode(reading: Reading) -> None:
    raise ValueError(reading.text)  # even the message holds the text: it must not get out


async def test_a_detector_that_raises_refuses(tmp_path: Path, provider: FakeProvider, engine: Any) -> None:
    async with open_house(tmp_path, provider, [Trapped(engine[0], explode)]) as running:
        for stream in (False, True):
            response = await running.chat("罠：佐藤花子", stream=stream)
            assert response.status_code == 503
            assert response.json()["error"]["code"] == "inspection_failed"
            assert "佐藤花子" not in response.text
        assert provider.requests == []
        records = await running.records()
        assert [record["outcome"] for record in records] == ["failed", "failed"]
        assert (await running.chat("こんにちは")).status_code == 200


async def test_a_detector_that_raises_in_the_reply_ends_it(tmp_path: Path, provider: FakeProvider, engine: Any) -> None:
    async with open_house(tmp_path, provider, [Trapped(engine[0], explode)]) as running:
        provider.reply(Whole(chat_reply("前の文。罠の文。")), Stream(chat_chunks("前の文。", "罠の文。", "後の文。")))
        whole = await running.chat("こんにちは")
        assert whole.status_code == 503
        assert "罠" not in whole.text
        streamed = await running.chat("こんにちは", stream=True)
        assert "罠" not in streamed.text
        assert "後の文" not in streamed.text
        assert '"code":"inspection_failed"' in streamed.text.replace(" ", "")
        assert [record["outcome"] for record in await running.records()] == ["failed", "failed"]


async def test_a_detector_that_hangs_refuses_and_the_house_says_so(
    tmp_path: Path, provider: FakeProvider, engine: Any
) -> None:
    go_on = threading.Event()
    trap = Trapped(engine[0], lambda _: go_on.wait(30))
    settings = {"inspection": {"timeout_seconds": 0.5, "threads": 1}}
    async with open_house(tmp_path, provider, [trap], **settings) as running:
        response = await running.chat("罠")
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "inspection_timeout"
        ready = await running.client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["inspection"]) == (503, "stalled")
        assert (await running.chat("こんにちは")).status_code == 503
        assert provider.requests == []
        go_on.set()
        await asyncio.sleep(0.3)
        assert (await running.chat("こんにちは")).status_code == 200


async def test_records_that_cannot_be_written_refuse(running: Running, provider: FakeProvider) -> None:
    async def fail(*_: object) -> None:
        raise OSError("disk full")

    write, running.house.store.write = running.house.store.write, fail  # type: ignore[method-assign]
    response = await running.chat("こんにちは")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "recorder_unavailable"
    assert provider.requests == []
    running.house.store.write = write  # type: ignore[method-assign]
    assert (await running.chat("こんにちは")).status_code == 200


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (Whole({"error": {"message": "no", "code": "x"}}, status=400), 400),
        (Whole({"error": {"message": "no"}}, status=401), 502),
        (Whole({"error": {"message": "slow"}}, status=429, headers={"Retry-After": "7"}), 429),
        (Whole({"error": {"message": "no"}}, status=500), 502),
        (Whole(content=b"<html>", content_type="text/html"), 502),
        (Whole(content=b"{", content_type="application/json"), 502),
        (Disconnect(), 502),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_upstream_failures(
    running: Running,
    provider: FakeProvider,
    script: Script,
    status: int,
    stream: bool,  # noqa: FBT001
) -> None:
    provider.default = script
    response = await running.chat("佐藤花子さんの件", stream=stream)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["message"]
    assert "佐藤花子" not in response.text
    if status == 429:
        assert response.headers["retry-after"] == "7"
    (record,) = await running.records()
    assert (record["outcome"], record["status"]) == ("failed", status)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_provider_that_says_nothing(
    tmp_path: Path,
    provider: FakeProvider,
    engine: Any,
    stream: bool,  # noqa: FBT001
) -> None:
    provider.default = Hang()
    short = Timeouts(connect=2, first_token=0.5, between_tokens=2, total=0.8)
    cloud = deployments(provider)[0].model_copy(update={"timeouts": short})
    async with open_house(tmp_path, provider, engine, deployments=[cloud]) as running:
        response = await running.chat("佐藤花子さんの件", stream=stream)
        assert response.status_code == 504, response.text
        assert "佐藤花子" not in response.text
        (record,) = await running.records()
        assert (record["outcome"], record["status"]) == ("failed", 504)


async def test_half_a_stream_is_screened_and_ends_with_an_error(running: Running, provider: FakeProvider) -> None:
    provider.reply(Stream([*chat_chunks("[PERSON_1] 様。", "続きは [PERS", finish=None), 0.2], done=False, abort=True))
    response = await running.chat("佐藤花子さんの件", stream=True)
    lines = [line.removeprefix("data: ") for line in response.text.split("\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    messages = [json.loads(line) for line in lines[:-1]]
    assert text_of(messages) == "佐藤花子 様。続きは [PERS"
    assert messages[-1]["error"]["type"] == "upstream_error"
    (record,) = await running.records()
    assert record["outcome"] == "failed"


async def test_fallback_stays_inside_the_decision(running: Running, provider: FakeProvider) -> None:
    provider.reply(Whole({"error": {"message": "down"}}, status=500))
    response = await running.chat("こんにちは", model="both")
    assert response.json()["sekimori"]["deployment"] == "both-local"
    provider.reply(Whole({"error": {"message": "down"}}, status=500))
    image = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]
    confined = await running.post({"model": "both", "messages": [{"role": "user", "content": image}]})
    assert confined.status_code == 502
    assert [r.json()["model"] for r in provider.requests] == ["both-cloud", "both-local", "both-local"]


async def test_a_content_refusal_is_not_fallen_back_around(running: Running, provider: FakeProvider) -> None:
    provider.reply(Whole({"error": {"message": "policy", "code": "content_filter"}}, status=400))
    assert (await running.chat("こんにちは", model="both")).status_code == 400
    assert len(provider.requests) == 1


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_who_leaves_stops_the_provider(
    running: Running,
    provider: FakeProvider,
    stream: bool,  # noqa: FBT001
) -> None:
    provider.default = Stream(chat_chunks("一。", "二。", finish=None), hang=True) if stream else Hang()
    body = {"model": "outside", "stream": stream, "messages": [{"role": "user", "content": "こんにちは"}]}
    async with (
        running.client.stream("POST", "/v1/chat/completions", json=body)
        if stream
        else _leaving(running, body, provider) as response
    ):
        if stream:
            async for _ in response.aiter_bytes():
                break
    await provider.wait_for_leavers()
    for _ in range(50):
        (record,) = await running.records()
        if record["outcome"]:
            break
        await asyncio.sleep(0.05)
    assert (record["outcome"], record["status"]) == ("cancelled", 499)
    assert (await running.client.get("/metrics")).text.count("gateway_exchanges_in_flight 0.0") == 1


class _leaving:  # noqa: N801, used like a function
    """A whole request whose client goes away while the provider thinks."""

    def __init__(self, running: Running, body: dict[str, Any], provider: FakeProvider) -> None:
        self._running, self._body, self._provider = running, body, provider

    async def __aenter__(self) -> None:
        task = asyncio.create_task(self._running.post(self._body))
        while not self._provider.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])

    async def __aexit__(self, *_: object) -> None:
        return None


async def test_blocked_in_mid_stream(tmp_path: Path, provider: FakeProvider, engine: Any) -> None:
    """A rule that blocks in replies ends the stream with content_filter and says why."""
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "rules.yaml").write_text(BLOCKING, encoding="utf-8")
    async with open_house(tmp_path, provider, engine, policies={"directory": rules}) as running:
        provider.reply(
            Stream(chat_chunks("前の文。", "番号は123456", "789018です。", "後の文。")),
            Whole(chat_reply("前の文。番号は123456789018です。後の文。")),
        )
        streamed = await running.chat("こんにちは", stream=True)
        lines = [line.removeprefix("data: ") for line in streamed.text.split("\n") if line.startswith("data: ")]
        messages = [json.loads(line) for line in lines[:-1]]
        whole = (await running.chat("こんにちは")).json()
        text = text_of(messages)
        assert text == whole["choices"][0]["message"]["content"]
        assert text.startswith("前の文。\n\n【関守】")
        assert "個人番号は出せません" in text
        assert "後の文" not in text
        assert "123456" not in streamed.text
        assert [m["choices"][0]["finish_reason"] for m in messages][-1] == "content_filter"
        assert whole["choices"][0]["finish_reason"] == "content_filter"
        assert [record["outcome"] for record in await running.records()] == ["blocked", "blocked"]


BLOCKING = """
version: 1
rules:
  - id: test/rest
    kinds: [pii.*, content.*]
    action: allow
    message: 許可
    examples: {match: [{content: image}], no_match: [こんにちは]}
  - id: test/block
    kinds: [pii.my_number]
    directions: [reply]
    action: block
    message: 個人番号は出せません。
    examples: {match: [個人番号は123456789018です。], no_match: [こんにちは]}
"""


async def test_overload_is_refused(tmp_path: Path, provider: FakeProvider, engine: Any) -> None:
    async with open_house(tmp_path, provider, engine, server={"max_exchanges": 1}) as running:
        provider.default = Whole(chat_reply(), delay=0.5)
        first = asyncio.create_task(running.chat("一"))
        while not provider.requests:
            await asyncio.sleep(0.01)
        second = await running.chat("二")
        assert (second.status_code, second.headers["retry-after"]) == (503, "1")
        assert (await first).status_code == 200
        assert (await running.chat("三")).status_code == 200


def test_a_finding_needs_a_place() -> None:
    with pytest.raises(ValueError, match="not a span"):
        Finding(Span(3, 3), "pii.person", "pii/person")
