"""From the door to the figures: what is recorded of a request's purpose and tool, and what comes of it on the board."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from gateway.directory import NewKey
from metrics import rollup, usage
from metrics.periods import Kind, containing, today
from tests.fixtures.house import open_house
from tests.fixtures.provider import Stream, Whole, chat_chunks, chat_reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

ADOPTION = {
    "purposes": [{"purpose": "議会答弁", "words": ["答弁案"]}],
    "tools": [{"name": "Open WebUI", "user_agents": ["open-webui"]}],
}
NAME = "北条院小夜子"


@pytest.fixture
async def house(tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]) -> AsyncIterator[Running]:
    async with open_house(tmp_path, provider, engine, adoption=ADOPTION) as running:
        yield running


async def ask(house: Running, text: str, **headers: str) -> httpx.Response:
    body = {"model": "inside", "messages": [{"role": "user", "content": text}]}
    return await house.post(body, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def labels(house: Running) -> list[tuple[Any, Any]]:
    return [(record["purpose"], record["tool"]) for record in await house.records()]


async def test_purpose_and_tool_come_from_headers_rules_and_agents(house: Running) -> None:
    await ask(house, "こんにちは")
    await ask(house, "答弁案を書いて", User_Agent="Open-WebUI/0.6")
    await ask(house, "答弁案を書いて", X_Sekimori_Purpose="%E7%BF%BB%E8%A8%B3")
    assert await labels(house) == [("other", "other"), ("council", "Open WebUI"), ("translation", "other")]
    text = (await house.client.get("/metrics")).text
    assert 'gateway_uses_total{purpose="council",tool="Open WebUI"} 1.0' in text


async def test_a_key_may_say_what_it_is_for(house: Running) -> None:
    key = await house.house.directory.create_key(
        NewKey(department="0101", kind="robot", purpose="transcription", tool="Open WebUI")
    )
    await ask(house, "こんにちは", Authorization=f"Bearer {key}")
    assert await labels(house) == [("transcription", "Open WebUI")]


async def test_nothing_of_a_made_up_label_is_kept(house: Running) -> None:
    encoded = "%E5%8C%97%E6%9D%A1%E9%99%A2%E5%B0%8F%E5%A4%9C%E5%AD%90"
    answer = await ask(
        house, "こんにちは", X_Sekimori_Purpose=encoded, X_Sekimori_Tool=encoded, User_Agent="hojoin-sayoko/1"
    )
    await rollup.count(house.house.store)
    assert await labels(house) == [("other", "other")]
    everything = house.everything_written() + (await house.client.get("/metrics")).content + answer.content
    for trace in (NAME, encoded, "hojoin"):
        assert trace.encode() not in everything


async def test_streamed_aborted_blocked_and_answered_exchanges_count_once(
    house: Running, provider: FakeProvider
) -> None:
    provider.reply(Whole(chat_reply("はい")))
    await house.chat("一つ目", model="inside")
    provider.reply(Stream(chat_chunks("はい。", "わかりました。")))
    await house.chat("二つ目", model="inside", stream=True)
    async with house.client.stream(
        "POST",
        "/v1/chat/completions",
        json={"model": "inside", "stream": True, "messages": [{"role": "user", "content": "三つ目"}]},
    ) as answer:
        assert answer.status_code == 200  # and the reader goes away
    await house.chat("四つ目", model="no-such-model")
    outcomes = [record["outcome"] for record in await house.records()]
    answered = outcomes.count("answered")
    assert answered in {2, 3}  # the reader may be gone before the end, or after it
    await rollup.count(house.house.store)
    assert await rollup.count(house.house.store) == 0
    now = datetime.now(UTC)
    day = await usage.read_board(house.house.store, containing(Kind.DAY, today(now)), now)
    assert day.overall.now.active is None  # nobody is in the roster: the whole is too small to be shown
    async with house.house.store.begin() as connection:
        assert not await rollup.waiting(connection)


async def test_a_running_gateway_keeps_the_figures_ready(house: Running) -> None:
    async with asyncio.timeout(20):
        while not house.house.memory.cities:
            await asyncio.sleep(0.05)
    assert len(house.house.memory.cities) == 1
