"""Every named client, unmodified, with llama.cpp's own server behind the gateway: whole and streamed.

A relay between gateway and server keeps what the server received: only tokens. Tools stay with the provider that answers
as it is told (test_clients.py, test_sdks.py): a model of 135 million parameters cannot be relied on to call them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gateway.local_model import NAME
from tests.fixtures.gateway_process import ROOT, create_key, deployment, start_gateway, write_config
from tests.fixtures.provider_thread import Relay, provider_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.local_model import LocalModel
    from tests.fixtures.gateway_process import GatewayProcess
    from tests.fixtures.provider import FakeProvider

pytestmark = [pytest.mark.llm, pytest.mark.slow, pytest.mark.timeout(240)]

SDKS = Path(__file__).parent / "sdks"
PERSON, PHONE = "高橋みどり", "090-1234-5678"
TOKENS = ("[PERSON_1]", "[PHONE_1]")
TEXT = f"Repeat exactly: {PERSON}様 {PHONE}"
JOB = {"model": "small", "most": 6, "image": ""}
OTHERS = ("anthropic", "google_genai", "langchain_openai", "llama_index", "litellm", "llm", "instructor")
OPENAI = {
    "openai-python-3": (sys.executable, SDKS / "client.py"),
    "openai-python-2": (str(ROOT / ".venv-openai2/bin/python"), SDKS / "client.py"),
    "openai-node": (shutil.which("node") or "node", SDKS / "node/client.mjs"),
}


@pytest.fixture(scope="module")
def relay(llama_server: LocalModel) -> Iterator[FakeProvider]:
    with provider_thread(Relay(llama_server.base_url)) as relay:
        yield relay


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, relay: FakeProvider) -> Iterator[GatewayProcess]:
    folder = tmp_path_factory.mktemp("real-clients")
    write_config(folder, {"deployments": [deployment("small", relay.base_url, upstream_model=NAME)]})
    (folder / "key").write_text(create_key(folder), "utf-8")
    with start_gateway(folder) as gateway:
        yield gateway


def printed(gateway: GatewayProcess, program: tuple[str, Path], url: str, text: str) -> dict[str, Any]:
    """What a client program printed."""
    needed = [Path(program[0]), *([SDKS / "node/node_modules/openai"] if program[1].suffix == ".mjs" else [])]
    if missing := [path.name for path in needed if not path.exists()]:
        reason = f"not installed: {', '.join(missing)} (make setup-e2e)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    key = (gateway.folder / "key").read_text("utf-8")
    done = subprocess.run(  # noqa: S603  our own client programs
        [*map(str, program), url],
        input=json.dumps({**JOB, "text": text}),
        env={"PATH": os.environ["PATH"], "SEKIMORI_KEY": key, "OPENAI_API_KEY": key, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr[-3000:]}\n{gateway.stderr[-3000:]}"
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def others(gateway: GatewayProcess) -> dict[str, Any]:
    """What all clients but OpenAI's printed; they run once, in one process."""
    return printed(gateway, (str(ROOT / ".venv-clients/bin/python"), SDKS / "clients/real.py"), gateway.url, TEXT)


def only_tokens_arrived(relay: FakeProvider, name: str) -> None:
    """The server got this client's question twice, whole and streamed, each with tokens for the resident."""
    arrived = [request.json() for request in relay.requests if f"({name})" in json.dumps(request.json())]
    assert sorted(bool(body.get("stream")) for body in arrived) == [False, True], name
    for body in arrived:
        assert body["model"] == NAME
        asked = json.dumps(body["messages"], ensure_ascii=False)
        assert all(token in asked for token in TOKENS), asked
    assert PERSON not in relay.received
    assert PHONE not in relay.received


@pytest.mark.parametrize("name", OTHERS)
def test_a_client_reads_the_model_and_the_model_only_tokens(
    others: dict[str, Any], relay: FakeProvider, name: str
) -> None:
    told = others[name]
    assert "failed" not in told, told["failed"]
    for text in (told["whole"], told["streamed"]):
        assert text.strip()
        assert not any(token in text for token in TOKENS)
        assert name != "instructor" or set(json.loads(text)) == {"clear"}
    only_tokens_arrived(relay, name)


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.node) if "node" in n else n for n in OPENAI])
def test_openais_clients_do_too(gateway: GatewayProcess, relay: FakeProvider, name: str) -> None:
    told = printed(gateway, OPENAI[name], gateway.base_url, f"{TEXT} ({name})")
    whole, streamed = told["whole"], told["streamed"]
    for text in (whole["text"], streamed["text"]):
        assert text.strip()
        assert not any(token in text for token in TOKENS)
    assert whole["finish"] in {"stop", "length"}
    assert streamed["finishes"] == [whole["finish"]]
    for extra in (whole["extra"], *streamed["extras"]):
        assert extra["redacted"] == {"pii.person": 1, "pii.phone": 1}
    only_tokens_arrived(relay, name)


def test_nothing_of_the_resident_is_written(others: dict[str, Any], gateway: GatewayProcess) -> None:
    assert others
    for canary in (PERSON, PHONE):
        assert canary.encode() not in gateway.everything_written()
