"""One invented resident through every way of the house: found in no log, database byte, metric, page, error or upstream.

The gateway is a real process, started as an operator starts it; everything that it writes is searched.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.fixtures.gateway_process import ROOT, run_gateway, start_gateway
from tests.fixtures.house import deployments, open_house
from tests.fixtures.provider import Disconnect, Hang, Stream, Whole, chat_chunks, chat_reply

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures.gateway_process import GatewayProcess
    from tests.fixtures.provider import FakeProvider, Script

NAME, PHONE, NUMBER, MAIL = "北条院小夜子", "090-8765-4321", "123456789018", "sayoko.hojoin@example.jp"
"""Invented; the individual number has a valid check digit."""
RESIDENT = f"氏名：{NAME}\n電話：{PHONE}\n個人番号：{NUMBER}\nメール：{MAIL}\n"
FILES = ("data/adoption.csv", "data/adoption.json", "charts/bars.svg", "charts/trend.svg")
TRACES = (NAME, "北条院", "小夜子", PHONE, "87654321", NUMBER, MAIL, "sayoko")


def traces(where: str | bytes) -> list[str]:
    """Which pieces of the resident stand in a text, in any way of writing JSON or UTF-8."""
    text = where.decode("utf-8", "replace") if isinstance(where, bytes) else where
    escaped = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    ways = [text, text.replace("-", ""), escaped]
    return [trace for trace in TRACES if any(trace in way for way in ways)]


def configuration(provider: FakeProvider) -> dict[str, Any]:
    return {
        "version": 1,
        "policies": {"directory": str(ROOT / "policies" / "rules")},
        "deployments": [d.model_dump(mode="json", exclude_none=True) for d in deployments(provider)],
    }


def bodies() -> list[dict[str, Any]]:
    """The resident in every position of a request."""
    user = {"role": "user", "content": RESIDENT}
    arguments = json.dumps({"who": NAME, "tel": PHONE, "n": int(NUMBER), NAME: [NAME]})
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": arguments}}
    tool = {
        "type": "function",
        "function": {
            "name": "f",
            "description": RESIDENT,
            "parameters": {
                "type": "object",
                "properties": {"x": {"type": "string", "enum": [RESIDENT], "title": RESIDENT}},
            },
        },
    }
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": RESIDENT}}
    file = {"type": "file", "file": {"filename": f"{RESIDENT}.pdf", "file_data": "data:application/pdf;base64,AAAA"}}
    return [
        {"messages": [user]},
        {"messages": [{"role": "system", "content": RESIDENT}, {"role": "developer", "content": RESIDENT}, user]},
        {"messages": [{"role": "user", "name": NAME, "content": [{"type": "text", "text": RESIDENT}]}, user]},
        {"messages": [user, {"role": "assistant", "content": None, "tool_calls": [call]}]},
        {"messages": [user, {"role": "tool", "tool_call_id": NAME, "content": json.dumps({"r": RESIDENT})}]},
        {"messages": [user], "tools": [tool], "user": MAIL, "metadata": {"note": RESIDENT, NAME: "x"}},
        {"messages": [user], "stop": [RESIDENT], "prediction": {"type": "content", "content": RESIDENT}},
        {"messages": [user], "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {"title": RESIDENT}}}},
        {"messages": [user], "x_unknown": [[{"deep": RESIDENT}]]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": RESIDENT}, image, file]}]},
        {"messages": [{"role": "user", "content": RESIDENT.replace("-", "－").replace("090", "０９０")}]},
    ]  # fmt: skip


def scripts() -> list[Script]:
    """Replies, failures and hang-ups; several repeat what they received, as a provider may."""
    echo = "[PERSON_1] 様（[PHONE_1]）"
    return [
        Whole(chat_reply(echo)),
        Whole({"error": {"message": f"bad: {echo}", "code": "x"}}, status=400),
        Whole({"error": {"message": echo}}, status=500),
        Whole(content=b"<html>garbage", content_type="text/html"),
        Stream(chat_chunks(echo, "。", echo)),
        Stream(chat_chunks(echo, finish=None), done=False),
        Stream([*chat_chunks(echo, finish=None), {"error": {"message": echo}}]),
        Disconnect(),
    ]


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_no_trace_of_the_resident_is_left_anywhere(tmp_path: Path, provider: FakeProvider) -> None:
    with start_gateway(tmp_path, configuration(provider)) as gateway:
        key = create_key(gateway)
        async with httpx.AsyncClient(
            base_url=gateway.url, headers={"Authorization": f"Bearer {key}"}, timeout=30, trust_env=False
        ) as client:
            refusals = [await refused(client)]
            for model in ("outside", "inside", "both", NAME):
                for body in bodies():
                    for stream in (False, True):
                        await client.post("/v1/chat/completions", json={"model": model, "stream": stream, **body})
            for script in scripts():
                for stream in (False, True):
                    provider.reply(script)
                    await client.post(
                        "/v1/chat/completions",
                        json={
                            "model": "outside",
                            "stream": stream,
                            "messages": [{"role": "user", "content": RESIDENT}],
                        },
                    )
            await left(client, provider)
            paths = ("/metrics", "/readyz", "/v1/models", "/leaderboard", *(f"/leaderboard/{file}" for file in FILES))
            pages = [(await client.get(path)).text for path in paths]
        assert len(provider.requests) > 60
        gateway.terminate()
        assert traces(provider.received) == []
        for page in (*pages, *refusals):
            assert traces(page) == []
        assert traces(gateway.stdout) == []
        assert traces(gateway.stderr) == []
        assert traces(gateway.everything_written()) == []
        assert b"answered" in gateway.everything_written(), "the records were really searched"


async def refused(client: httpx.AsyncClient) -> str:
    """Requests that the door refuses; what it says of them."""
    raw = RESIDENT.encode()
    answers = [
        await client.post("/v1/chat/completions", content=raw, headers={"Content-Type": "application/json"}),
        await client.post("/v1/chat/completions", content=raw, headers={"Content-Type": "text/plain"}),
        await client.post("/v1/chat/completions", json={"model": "outside", "messages": RESIDENT}),
        await client.post("/v1/chat/completions", json={"model": "outside", "messages": [{}], "n": RESIDENT}),
        await client.post(f"/v1/{NAME}", json={"x": RESIDENT}),
        await client.get("/leaderboard", params={"period": RESIDENT, "at": RESIDENT}),
        await client.get(f"/leaderboard/units/{NAME}", params={"lang": RESIDENT}),
        await client.get(f"/leaderboard/charts/{NAME}.svg", params={"who": RESIDENT}),
        await client.get("/v1/models", headers={"Authorization": "Bearer sk-87654321-sayoko"}),
        await client.get(f"/v1/models/{NAME}"),
    ]
    assert all(400 <= answer.status_code < 500 for answer in answers), [a.status_code for a in answers]
    return "\n".join(answer.text for answer in answers)


async def left(client: httpx.AsyncClient, provider: FakeProvider) -> None:
    """A client who drops the connection, before the reply and in the middle of it."""
    before = provider.closed_early
    body = {"model": "outside", "messages": [{"role": "user", "content": RESIDENT}]}
    provider.reply(Hang())
    count = len(provider.requests)
    task = asyncio.create_task(client.post("/v1/chat/completions", json=body))
    while len(provider.requests) == count:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task])
    provider.reply(Stream(chat_chunks("[PERSON_1]。", "二。", finish=None), hang=True))
    async with client.stream("POST", "/v1/chat/completions", json={**body, "stream": True}) as response:
        async for _ in response.aiter_bytes():
            break
    await provider.wait_for_leavers(before + 2)


def create_key(gateway: GatewayProcess) -> str:
    made = run_gateway(
        gateway.folder, "--config", "config.yaml", "keys", "create", "--department", "0101", "--person", "tanaka"
    )
    assert made.returncode == 0, made.stderr
    return next(word for word in made.stdout.split() if word.startswith("sk-sekimori-"))


@pytest.mark.timeout(120)
async def test_a_crash_in_mid_request_loses_no_record(tmp_path: Path, provider: FakeProvider) -> None:
    """SIGKILL while the provider thinks: the record is there, and the next start says it was interrupted."""
    config = configuration(provider)
    with start_gateway(tmp_path, config) as gateway:
        key = create_key(gateway)
        provider.default = Hang()
        async with httpx.AsyncClient(
            base_url=gateway.url, headers={"Authorization": f"Bearer {key}"}, timeout=30, trust_env=False
        ) as client:
            body = {"model": "outside", "messages": [{"role": "user", "content": RESIDENT}]}
            tasks = [asyncio.create_task(client.post("/v1/chat/completions", json=body)) for _ in range(5)]
            while len(provider.requests) < 5:
                await asyncio.sleep(0.01)
            gateway.kill()
            await asyncio.wait(tasks)
            assert all(isinstance(task.exception(), httpx.HTTPError) for task in tasks)
        assert traces(gateway.everything_written()) == []
    with start_gateway(tmp_path, config):
        pass
    provider.default = None
    from metrics.store import Store  # noqa: PLC0415, after the process has ended

    store = Store(f"sqlite:///{tmp_path / 'data' / 'sekimori.db'}")
    await store.start()
    records = await store.records()
    await store.close()
    assert [record["outcome"] for record in records] == ["interrupted"] * 5


class Exploding:
    """A detector that raises with the text in its message, and one that logs it."""

    kinds = frozenset({"pii.person"})
    revision = "exploding"

    def detect(self, reading: Any) -> list[Any]:
        if NAME in reading.text:
            raise ValueError(reading.text)
        return []


async def test_a_crashed_detector_leaves_no_trace(
    tmp_path: Path, provider: FakeProvider, engine: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(tmp_path, provider, [*engine, Exploding()]) as running:
        answers = [await running.chat(RESIDENT, stream=stream) for stream in (False, True)]
        pages = [(await running.client.get(path)).text for path in ("/metrics", "/leaderboard")]
        await running.records()
        for answer in answers:
            assert answer.status_code == 503
            assert traces(answer.text) == []
        assert provider.requests == []
        assert traces("\n".join(pages)) == []
        assert traces(caplog.text) == []
        assert traces(running.everything_written()) == []
