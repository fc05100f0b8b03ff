"""The clients that staff use, unmodified, against the running gateway: OpenAI's SDKs for Python (2 and 3) and Node.js.

The provider behind it says what it received, so that a reply shows three things at once: what left, that it came back
with the values restored, and that the SDK read it.
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

from tests.fixtures.gateway_process import ROOT, create_key, deployment, start_gateway, write_config
from tests.fixtures.provider_thread import PREFIX, STEP, Echo, provider_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fixtures.gateway_process import GatewayProcess
    from tests.fixtures.provider import FakeProvider

pytestmark = [pytest.mark.slow]

SDKS = Path(__file__).parent / "sdks"
PERSON, PHONE = "高橋みどり", "090-1234-5678"
TEXT = f"{PERSON}様（電話 {PHONE}）への説明会のお知らせを作ってください。日時は来週です。場所は市役所です。"
IMAGE = "data:image/png;base64,iVBORw0KGgo="
JOB = {"model": "echo", "text": TEXT, "image": IMAGE}


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with provider_thread(Echo()) as provider:
        yield provider


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Path:
    folder = tmp_path_factory.mktemp("gateway")
    write_config(folder, {"deployments": [deployment("echo", provider.base_url)]})
    return folder


@pytest.fixture(scope="module")
def key(folder: Path) -> str:
    return create_key(folder)


@pytest.fixture(scope="module")
def gateway(folder: Path, key: str) -> Iterator[GatewayProcess]:
    assert key.startswith("sk-")
    with start_gateway(folder) as gateway:
        yield gateway


def python_3() -> list[str]:
    return [sys.executable, str(SDKS / "client.py")]


def python_2() -> list[str]:
    interpreter = ROOT / ".venv-openai2/bin/python"
    _need(interpreter, "SDK 2 for Python is not installed (make setup-e2e)")
    return [str(interpreter), str(SDKS / "client.py")]


def node() -> list[str]:
    program = shutil.which("node")
    _need(Path(program or "node"), "Node.js is not installed")
    _need(SDKS / "node/node_modules/openai", "the Node SDK is not installed (make setup-e2e)")
    return [str(program), str(SDKS / "node/client.mjs")]


def _need(path: Path, reason: str) -> None:
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((python_3, "3"), id="python-3"),
        pytest.param((python_2, "2"), id="python-2"),
        pytest.param((node, "6"), id="node", marks=pytest.mark.node),
    ],
)
def results(request: pytest.FixtureRequest, gateway: GatewayProcess, key: str) -> dict[str, Any]:
    """What one client printed; it runs once."""
    command, major = request.param
    done = subprocess.run(  # noqa: S603  our own client programs
        [*command(), gateway.base_url],
        input=json.dumps(JOB),
        env={"PATH": os.environ["PATH"], "OPENAI_API_KEY": key, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr}\n{gateway.stderr}"
    printed: dict[str, Any] = json.loads(done.stdout)
    assert printed["sdk"].split(".")[0] == major
    return printed


def test_a_whole_reply_has_the_values_back(results: dict[str, Any]) -> None:
    assert results["whole"]["text"] == PREFIX + TEXT
    assert results["whole"]["finish"] == "stop"


def test_a_streamed_reply_is_the_same_text_in_pieces(results: dict[str, Any]) -> None:
    streamed = results["streamed"]
    assert streamed["text"] == PREFIX + TEXT
    assert streamed["finishes"] == ["stop"]
    assert streamed["pieces"] > 1


def test_the_object_of_the_gateway_is_there_and_disturbs_no_client(results: dict[str, Any]) -> None:
    (streamed,) = results["streamed"]["extras"]
    for extra in (results["whole"]["extra"], streamed):
        assert extra["verdict"] == "redact"
        assert extra["redacted"] == {"pii.person": 1, "pii.phone": 1}
        assert extra["zone"] == "external"


def test_the_arguments_of_a_streamed_tool_call_add_up(results: dict[str, Any]) -> None:
    (call,) = results["tools"]["calls"]
    assert call["name"] == "register"
    assert json.loads(call["arguments"]) == {"note": PREFIX + TEXT}
    assert results["tools"]["finish"] == "tool_calls"
    assert results["tools"]["events"] > STEP


def test_responses_read_the_same(results: dict[str, Any]) -> None:
    if "responses" not in results:
        pytest.skip("tried with the SDKs for Python")
    told = results["responses"]
    assert told["text"] == told["streamed"] == PREFIX + TEXT
    assert (told["status"], told["types"]) == ("completed", 9)


def test_the_models_are_those_of_the_configuration(results: dict[str, Any]) -> None:
    assert results["models"] == ["echo"]


@pytest.mark.parametrize(
    ("what", "kind", "status", "code"),
    [
        ("wrong_key", "AuthenticationError", 401, "invalid_api_key"),
        ("unknown_model", "NotFoundError", 404, "model_not_found"),
        ("no_messages", "BadRequestError", 400, "invalid_request"),
        ("unknown_path", "NotFoundError", 404, "not_found"),
        ("blocked", "PermissionDeniedError", 403, "no_on_premises_deployment"),
        ("blocked_stream", "PermissionDeniedError", 403, "no_on_premises_deployment"),
    ],
)
def test_an_error_is_the_class_that_the_sdk_has_for_it(
    results: dict[str, Any], what: str, kind: str, status: int, code: str
) -> None:
    error = results["errors"][what]
    assert (error["class"], error["status"], error["code"]) == (kind, status, code)
    assert error["type"]


def test_the_asynchronous_client_gets_the_same(results: dict[str, Any]) -> None:
    if "asynchronous" not in results:
        pytest.skip("the SDK for Node.js is always asynchronous")
    assert results["asynchronous"] == {"text": PREFIX + TEXT, "streamed": PREFIX + TEXT}


def test_nothing_of_the_resident_left(results: dict[str, Any], provider: FakeProvider, gateway: GatewayProcess) -> None:
    assert results
    assert provider.requests
    for canary in (PERSON, PHONE, "09012345678"):
        assert canary not in provider.received
        assert canary not in json.dumps([request.json() for request in provider.requests], ensure_ascii=False)
        assert canary.encode() not in gateway.everything_written()
    assert IMAGE not in provider.received
