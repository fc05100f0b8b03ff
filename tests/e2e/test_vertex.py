"""Vertex AI in its own words: a service account logs in at a token address, Gemini answers below the project's path.

Written after Google's public references (OAuth 2.0 for service accounts, RFC 7523; the method generateContent of Vertex AI).
"""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.e2e.test_providers import CHAT, GEMINI, LETTER, SENT, TOLD, TOOL, deployment
from tests.fixtures.house import open_house
from tests.fixtures.provider import Stream, Whole

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aiohttp import web

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider, Script

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*`ReadOnly` qualifier:UserWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

ACCOUNT = "sekimori@aoba.iam.gserviceaccount.example"


@dataclass
class Google:
    """The token address, and behind it the model as scripted."""

    answers: Script
    refuses: bool = False

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path != "/token":
            return await self.answers.answer(request)
        if self.refuses:
            return await Whole({"error": "invalid_grant", "error_description": ACCOUNT}, status=400).answer(request)
        token = {"access_token": "ya29.invented", "expires_in": 3600, "token_type": "Bearer"}
        return await Whole(token).answer(request)


@pytest.fixture
def project() -> str:
    """One of its own for each test: litellm keeps a project's token as long as it lasts."""
    return f"aoba-{uuid.uuid4().hex[:8]}"


@pytest.fixture
async def running(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...], monkeypatch: pytest.MonkeyPatch, project: str
) -> AsyncIterator[Running]:  # fmt: skip
    root = provider.base_url.removesuffix("/v1")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    account = {
        "type": "service_account",
        "project_id": project,
        "private_key_id": "1",
        "private_key": pem.decode(),
        "client_email": ACCOUNT,
        "token_uri": f"{root}/token",
    }
    (tmp_path / "account.json").write_text(json.dumps(account), "utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
    monkeypatch.setenv("VERTEXAI_PROJECT", project)
    monkeypatch.setenv("VERTEXAI_LOCATION", "asia-northeast1")
    vertex = deployment({"lane": "litellm", "upstream_model": "vertex_ai/gemini-test", "api_key_env": None}, root)
    async with open_house(tmp_path / "house", provider, engine, deployments=(vertex,)) as house:
        yield house


def asked(provider: FakeProvider, project: str, *, stream: bool) -> None:
    """One login with a signed assertion, then one call with the token that it gave."""
    login, call = provider.requests
    assert (login.method, login.path) == ("POST", "/token")
    form = parse_qs(login.body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    claims = form["assertion"][0].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["iss"] == ACCOUNT
    verb = "streamGenerateContent?alt=sse" if stream else "generateContent"
    place = f"projects/{project}/locations/asia-northeast1/publishers/google/models/gemini-test"
    assert call.path in {f"/v1/{place}:{verb}", f"/v1beta1/{place}:{verb}"}
    assert {name.lower(): value for name, value in call.headers.items()}["authorization"] == "Bearer ya29.invented"
    assert SENT in json.dumps(call.json(), ensure_ascii=False)
    assert "高橋" not in provider.received
    assert "1234-5678" not in provider.received


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_only_tokens_leave_and_the_values_come_back(
    running: Running, provider: FakeProvider, project: str, *, stream: bool
) -> None:
    provider.default = Google(Stream(GEMINI.stream, done=False) if stream else Whole(GEMINI.whole))  # type: ignore[assignment]
    response = await running.chat(LETTER, model="there", max_tokens=100, stream=stream)
    assert response.status_code == 200, response.text
    heard = CHAT.heard(response, stream=stream)
    assert (heard.text, heard.finish) == (TOLD, "stop")
    asked(provider, project, stream=stream)


async def test_the_arguments_of_a_tool_are_restored(running: Running, provider: FakeProvider, project: str) -> None:
    provider.default = Google(Whole(GEMINI.call))  # type: ignore[assignment]
    response = await running.chat(LETTER, model="there", max_tokens=100, tools=[TOOL])
    assert CHAT.heard(response, stream=False).calls == [("register", {"to": "高橋みどり"})]
    asked(provider, project, stream=False)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_refusal_is_told_in_the_callers_words(
    running: Running, provider: FakeProvider, *, stream: bool
) -> None:
    status, body = GEMINI.refusal
    provider.default = Google(Whole(body, status=status))  # type: ignore[assignment]
    response = await running.chat(LETTER, model="there", max_tokens=100, stream=stream)
    assert response.status_code == 429
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


async def test_a_login_that_fails_is_the_houses_trouble(running: Running, provider: FakeProvider) -> None:
    provider.default = Google(Whole(GEMINI.whole), refuses=True)  # type: ignore[assignment]
    response: Any = await running.chat(LETTER, model="there", max_tokens=100)
    assert response.status_code in {502, 503}, response.text
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    assert ACCOUNT not in response.text
    assert {request.path for request in provider.requests} == {"/token"}
