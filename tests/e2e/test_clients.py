"""Clients of many makers, unmodified, each in the dialect that it speaks, against the running gateway.

The provider behind it says what it received: a reply shows that only tokens left, that the values came back, and that
the client could read it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.gateway_process import ROOT, create_key, deployment, start_gateway, write_config
from tests.fixtures.provider_thread import PREFIX, Echo, provider_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fixtures.gateway_process import GatewayProcess
    from tests.fixtures.provider import FakeProvider

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PERSON, PHONE = "高橋みどり", "090-1234-5678"
TEXT = f"{PERSON}様（電話 {PHONE}）への説明会のお知らせを作ってください。日時は来週です。"
TOLD = PREFIX + TEXT
INTERPRETER = ROOT / ".venv-clients/bin/python"
PROGRAM = Path(__file__).parent / "sdks/clients/client.py"
NAMES = ("anthropic", "google_genai", "langchain_openai", "llama_index", "litellm", "llm", "instructor")


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with provider_thread(Echo()) as provider:
        yield provider


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[GatewayProcess]:
    folder = tmp_path_factory.mktemp("clients")
    demo = {"name": "demo", "model": "demo", "lane": "demo", "zone": "on_premises", "region": "here"}
    write_config(folder, {"deployments": [deployment("echo", provider.base_url), demo]})
    (folder / "key").write_text(create_key(folder), "utf-8")
    with start_gateway(folder) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def results(gateway: GatewayProcess) -> dict[str, Any]:
    """What all clients printed; they run once, in one process."""
    if not INTERPRETER.exists():
        if os.environ.get("CI"):
            pytest.fail("the clients are not installed (make setup-e2e)")
        pytest.skip("the clients are not installed (make setup-e2e)")
    done = subprocess.run(  # noqa: S603  our own client program
        [str(INTERPRETER), str(PROGRAM), gateway.url],
        input=json.dumps({"model": "echo", "text": TEXT, "embedder": "demo"}),
        env={"PATH": os.environ["PATH"], "SEKIMORI_KEY": (gateway.folder / "key").read_text("utf-8"), "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=220,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stderr[-3000:]}\n{gateway.stderr[-3000:]}"
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


@pytest.mark.parametrize("name", NAMES)
def test_the_values_come_back_whole_streamed_and_in_tools(results: dict[str, Any], name: str) -> None:
    told = results[name]
    assert "failed" not in told, told["failed"]
    texts = {key: value for key, value in told.items() if key.endswith(("whole", "streamed", "responses"))}
    assert texts
    for key, value in texts.items():
        assert value == ({"note": TOLD} if key == "tools_whole" else TOLD), (name, key)


def test_anthropics_client_reads_everything_else(results: dict[str, Any]) -> None:
    told = results["anthropic"]
    assert told["tools"] == {"note": TOLD}
    assert told["turns"] == PREFIX + TEXT
    assert told["finish"] == ["end_turn", "end_turn", "tool_use"]
    assert told["count"] >= 30
    assert told["models"] == ["echo", "demo"]
    assert told["errors"] == [["AuthenticationError", 401], ["NotFoundError", 404], ["BadRequestError", 400]]


def test_googles_client_reads_everything_else(results: dict[str, Any]) -> None:
    told = results["google_genai"]
    assert told["finish"] == ["STOP", "STOP"]
    assert told["count"] >= 30
    assert told["models"] == ["models/echo", "models/demo"]
    assert told["errors"] == [["ClientError", 401], ["ClientError", 404]]


def test_langchain_reads_responses_and_embeddings(results: dict[str, Any]) -> None:
    told = results["langchain_openai"]
    assert told["responses_tools"] == {"note": TOLD}
    assert told["embedding"] == 256


def test_nothing_of_the_resident_left(results: dict[str, Any], provider: FakeProvider, gateway: GatewayProcess) -> None:
    assert results
    assert len(provider.requests) > 15
    for canary in (PERSON, PHONE):
        assert canary not in provider.received
        assert canary not in json.dumps([request.json() for request in provider.requests], ensure_ascii=False)
        assert canary.encode() not in gateway.everything_written()
