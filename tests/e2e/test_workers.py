"""Several workers behind one port: nothing is lost, counted twice or forgotten, whichever of them answers or dies."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest

from tests.fixtures.gateway_process import create_key, deployment, run_gateway, start_gateway, write_config
from tests.fixtures.provider import Hang, Stream, chat_chunks
from tests.fixtures.provider_thread import Echo, provider_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fixtures.gateway_process import GatewayProcess
    from tests.fixtures.provider import FakeProvider

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")]

OWN = """version: 1
rules:
  - id: own/bird
    kinds: [pii.phone]
    directions: [request]
    action: redact
    message: 電話番号を置き換えました。
    examples: {match: [電話は090-1234-5678です。], no_match: [会議です。]}
"""
ALLOWED = """version: 1
phones: [{0}]
examples: {{public: [電話は{0}です。], hidden: [電話は090-8765-4321です。]}}
"""
PHONE = "080-2345-9876"
TEXT = f"高橋みどり様（電話 {PHONE}）への説明会のお知らせを作ってください。"
TWO = ("--workers", "2")


@pytest.fixture(scope="module")
def echo() -> Iterator[FakeProvider]:
    with provider_thread(Echo()) as provider:
        yield provider


@pytest.fixture
def provider(echo: FakeProvider) -> FakeProvider:
    echo.requests.clear()
    return echo


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, echo: FakeProvider) -> tuple[Path, str]:
    """A folder with a configuration and a key; the key."""
    folder = tmp_path_factory.mktemp("prepared")
    write_config(folder, {"deployments": [deployment("echo", echo.base_url)]})
    return folder, create_key(folder)


@pytest.fixture
def folder(tmp_path: Path, prepared: tuple[Path, str]) -> Path:
    return shutil.copytree(prepared[0], tmp_path / "g")


@pytest.fixture
def key(prepared: tuple[Path, str]) -> str:
    return prepared[1]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, prepared: tuple[Path, str]) -> Iterator[GatewayProcess]:
    """Two workers that several tests share: they count from where they begin."""
    folder = shutil.copytree(prepared[0], tmp_path_factory.mktemp("shared") / "g")
    with start_gateway(folder, arguments=TWO) as gateway:
        yield gateway


@contextmanager
def only(gateway: GatewayProcess, pid: int, of: set[int]) -> Iterator[None]:
    """One worker answers; the others stand still, and none of them in the middle of a transaction."""
    others = of - {pid}
    until(lambda: stopped(gateway, others))
    try:
        yield
    finally:
        for other in others:
            os.kill(other, signal.SIGCONT)


def stopped(gateway: GatewayProcess, others: set[int]) -> bool:
    """Stop processes, unless one of them would keep the database from the rest: then they go on for a moment."""
    for other in others:
        os.kill(other, signal.SIGSTOP)
    time.sleep(0.02)  # what a signal interrupts is over
    with closing(sqlite3.connect(gateway.folder / "data" / "sekimori.db", timeout=0.2)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            for other in others:
                os.kill(other, signal.SIGCONT)
            return False
        database.rollback()
    return True


def rows(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "data" / "sekimori.db")) as database:
        return database.execute(query).fetchall()


def until(found: Callable[[], Any], seconds: float = 20.0) -> Any:
    begun = time.monotonic()
    while not (value := found()):
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        time.sleep(0.05)
    return value


def workers(folder: Path) -> set[int]:
    """The processes of all workers that the database knows to serve."""
    return {pid for (pid,) in rows(folder, "select pid from instances")}


def two(gateway: GatewayProcess) -> set[int]:
    until(lambda: "2 workers serve" in gateway.stderr)
    return workers(gateway.folder)


def ask(gateway: GatewayProcess, key: str, **more: Any) -> httpx.Response:
    body = {"model": "echo", "messages": [{"role": "user", "content": TEXT}], **more}
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.post(f"{gateway.base_url}/chat/completions", json=body, headers=headers, timeout=30, trust_env=False)


def metric(gateway: GatewayProcess, name: str) -> float:
    text = httpx.get(f"{gateway.url}/metrics", trust_env=False).text
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? ([\d.]+)$", text, re.MULTILINE))


def state(gateway: GatewayProcess) -> dict[str, Any]:
    told: dict[str, Any] = httpx.get(f"{gateway.url}/readyz", trust_env=False, timeout=30).json()
    return told


def test_an_sdk_against_two_workers(gateway: GatewayProcess, key: str) -> None:
    async def one() -> str | None:
        async with openai.AsyncOpenAI(base_url=gateway.base_url, api_key=key, max_retries=0) as client:
            answer = await client.chat.completions.create(model="echo", messages=[{"role": "user", "content": TEXT}])
            return answer.choices[0].message.content

    async def many() -> list[str | None]:
        return await asyncio.gather(*(one() for _ in range(40)))

    pids, before = two(gateway), metric(gateway, "gateway_exchanges_total")
    answers = asyncio.run(many())
    assert all(answer and TEXT in answer for answer in answers)
    for pid in pids:
        with only(gateway, pid, pids):
            assert ask(gateway, key).status_code == 200
    answered = "select count(*) from exchanges where outcome = 'answered'"
    until(lambda: rows(gateway.folder, answered) == [(before + 42,)])
    assert len(rows(gateway.folder, "select distinct instance from exchanges")) == 2
    for pid in pids:
        with only(gateway, pid, pids):
            assert metric(gateway, "gateway_exchanges_total") == before + 42
            assert metric(gateway, "gateway_exchanges_in_flight") == 0
    assert "[worker 2]" in gateway.stderr
    assert "Warning" not in gateway.stderr


def test_a_worker_killed_in_mid_request_loses_no_record(
    gateway: GatewayProcess, key: str, provider: FakeProvider
) -> None:
    before, counted = two(gateway), metric(gateway, "gateway_exchanges_total")
    provider.reply(Hang())
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(ask, gateway, key)
        until(lambda: provider.requests)
        query = "select pid from exchanges join instances on instances.id = instance where outcome is null"
        ((pid,),) = rows(gateway.folder, query)
        assert metric(gateway, "gateway_exchanges_in_flight") == 1
        os.kill(pid, signal.SIGKILL)
        assert isinstance(asked.exception(20), httpx.TransportError)
    assert ask(gateway, key).status_code == 200, "the other one serves"
    after = until(lambda: (now := workers(gateway.folder)) != before and len(now) == 2 and now)
    assert len(after & before) == 1
    assert rows(gateway.folder, "select count(*) from exchanges where outcome = 'interrupted'") == [(1,)]
    for pid in after:
        with only(gateway, pid, after):
            assert ask(gateway, key).status_code == 200
    until(lambda: rows(gateway.folder, "select count(*) from exchanges where outcome is null") == [(0,)])
    assert metric(gateway, "gateway_exchanges_in_flight") == 0
    assert metric(gateway, "gateway_exchanges_total") == counted + 3
    assert "ended: signal 9" in gateway.stderr


def test_policies_move_together_and_the_folder_has_one_keeper(gateway: GatewayProcess) -> None:
    pids, first = two(gateway), state(gateway)["policy_revision"]
    path = gateway.data / "policies" / "bird.yaml"
    path.write_text(OWN, "utf-8")
    until(lambda: rows(gateway.folder, "select count(*) from policy_revisions") == [(1,)])
    time.sleep(2.0)
    seen = set()
    for pid in pids:
        with only(gateway, pid, pids):
            seen.add(state(gateway)["policy_revision"])
    assert len(seen) == 1
    assert seen != {first}
    path.write_text(OWN.replace("redact", "mask"), "utf-8")
    time.sleep(2.0)
    for pid in pids:
        with only(gateway, pid, pids):
            told = state(gateway)
            assert "bird.yaml:6:" in told["policy_faults"][0], "each of them tells what was refused"
            assert {told["policy_revision"]} == seen
    assert rows(gateway.folder, "select count(*) from policy_revisions") == [(1,)]
    verified = run_gateway(gateway.folder, "audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_streams_end_whole_when_all_are_asked_to_end(folder: Path, key: str, provider: FakeProvider) -> None:
    with start_gateway(folder, arguments=TWO) as gateway:
        pids = two(gateway)
        provider.reply(*[Stream([*chat_chunks("一つ目。", finish=None), 2.0, *chat_chunks("二つ目。")])] * 4)

        async def stream(client: httpx.AsyncClient, begun: asyncio.Semaphore) -> str:
            body = {"model": "echo", "stream": True, "messages": [{"role": "user", "content": TEXT}]}
            said = ""
            headers = {"Authorization": f"Bearer {key}"}
            async with client.stream(
                "POST", f"{gateway.base_url}/chat/completions", json=body, headers=headers, timeout=30
            ) as answer:
                async for line in answer.aiter_lines():
                    if not said:
                        begun.release()
                    said += line
            return said

        async def all_of_them() -> list[str]:
            begun = asyncio.Semaphore(0)
            async with httpx.AsyncClient(trust_env=False) as client:
                tasks = [asyncio.create_task(stream(client, begun)) for _ in range(4)]
                for _ in tasks:
                    await begun.acquire()
                gateway.process.terminate()
                await asyncio.sleep(0.7)
                with pytest.raises(httpx.ConnectError):
                    await client.get(f"{gateway.url}/healthz", headers={"Connection": "close"})
                return await asyncio.gather(*tasks)

        for said in asyncio.run(all_of_them()):
            assert "二つ目。" in said
            assert "[DONE]" in said
        assert gateway.process.wait(30) == 0
        assert not any(os.path.isdir(f"/proc/{pid}") for pid in pids)  # noqa: PTH112
        assert rows(folder, "select distinct outcome from exchanges") == [("answered",)]


def test_a_fault_stops_the_start_and_is_said_once(folder: Path) -> None:
    own = folder / "data" / "policies"
    own.mkdir(parents=True)
    (own / "bird.yaml").write_text(OWN.replace("redact", "mask"), "utf-8")
    with start_gateway(folder, arguments=TWO, wait=False) as gateway:
        assert gateway.process.wait(50) == 1
        assert "bird.yaml:6:13: action must be one of" in gateway.stderr
        assert "worker 2" not in gateway.stderr, "the others are not even begun"


def test_a_missing_key_of_a_deployment_stops_the_start(folder: Path) -> None:
    far = deployment("far", "http://127.0.0.1:9/v1", api_key_env="NOT_SET_ANYWHERE")
    with start_gateway(folder, {"deployments": [far]}, arguments=TWO, wait=False) as gateway:
        assert gateway.process.wait(50) == 1
        assert gateway.stderr.count("NOT_SET_ANYWHERE") == 1


def test_a_taken_port_leaves_the_metrics_of_who_has_it(folder: Path) -> None:
    metrics = folder / "data" / "metrics"
    metrics.mkdir(parents=True)
    (metrics / "counter_1.db").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_gateway(folder, "serve", "--workers", "2", "--port", str(port))
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert (metrics / "counter_1.db").exists()


def test_a_restarted_worker_reads_what_changed_meanwhile(folder: Path, key: str, provider: FakeProvider) -> None:
    allowed = folder / "allow.yaml"
    allowed.write_text(ALLOWED.format("0123-45-6789"), "utf-8")
    settings = {"redaction": {"allowlist": str(allowed), "reload_seconds": 3600}}
    write_config(folder, {"deployments": [deployment("echo", provider.base_url)], **settings})
    with start_gateway(folder, arguments=TWO) as gateway:
        pids = two(gateway)
        assert ask(gateway, key).status_code == 200
        assert PHONE not in provider.received
        allowed.write_text(ALLOWED.format(PHONE), "utf-8")
        for pid in sorted(pids):
            before = workers(folder)
            os.kill(pid, signal.SIGKILL)
            until(lambda before=before: (now := workers(folder)) != before and len(now) == 2)
        assert ask(gateway, key).status_code == 200
        assert PHONE in provider.received
