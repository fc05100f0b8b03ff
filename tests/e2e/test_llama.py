"""The whole way to a real model: client, gateway, llama.cpp's own server, and back.

A model of 135 million parameters says what it likes, so these tests look at the shape of what came back and at what
was sent: a relay between gateway and model keeps a copy.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gateway.local_model import NAME, LocalModel, LocalModelMissingError, serve, weights
from tests.fixtures.doors import DOORS, Door
from tests.fixtures.gateway_process import create_key, deployment, start_gateway, write_config
from tests.fixtures.provider_thread import Relay, provider_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fixtures.gateway_process import GatewayProcess
    from tests.fixtures.provider import FakeProvider

pytestmark = [pytest.mark.llm, pytest.mark.slow]

QUESTION = "Repeat exactly: the meeting is on Monday."
PERSON, PHONE = "高橋みどり", "090-1234-5678"
REPEAT = f"Repeat exactly: {PERSON}様 {PHONE}"


class Client:
    """Asks the gateway with a key of its own."""

    def __init__(self, gateway: GatewayProcess, key: str) -> None:
        self.gateway = gateway
        self.http = httpx.Client(
            base_url=gateway.base_url, headers={"Authorization": f"Bearer {key}"}, timeout=90, trust_env=False
        )

    def ask(self, content: str, **more: Any) -> httpx.Response:
        body = {"model": "small", "max_tokens": 24, "temperature": 0, "messages": user(content)}
        return self.http.post("chat/completions", json=body | more)


def user(content: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": content}]


@pytest.fixture(scope="module")
def relay(llama_server: LocalModel) -> Iterator[FakeProvider]:
    with provider_thread(Relay(llama_server.base_url)) as relay:
        yield relay


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, relay: FakeProvider) -> Iterator[Client]:
    folder: Path = tmp_path_factory.mktemp("llama")
    small = deployment("small", relay.base_url, "external", upstream_model=NAME)
    write_config(folder, {"deployments": [small]})
    key = create_key(folder)
    with start_gateway(folder) as gateway:
        client = Client(gateway, key)
        with client.http:
            yield client


def events(response: httpx.Response) -> list[dict[str, Any]]:
    """The chunks of a stream, by hand; the last event has to be the end mark."""
    datas = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: ")]
    assert datas[-1] == "[DONE]"
    return [json.loads(data) for data in datas[:-1]]


def joined(chunks: list[dict[str, Any]]) -> str:
    return "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])


def test_a_whole_reply_comes_from_the_model(client: Client) -> None:
    response = client.ask(QUESTION)
    reply = response.json()
    assert response.status_code == httpx.codes.OK
    assert reply["object"] == "chat.completion"
    assert reply["choices"][0]["message"]["role"] == "assistant"
    assert reply["choices"][0]["message"]["content"].strip()
    assert reply["usage"]["completion_tokens"] > 0
    assert reply["sekimori"]["deployment"] == "small-here"


def test_a_streamed_reply_is_the_same_text(client: Client) -> None:
    # At temperature 0 the model is deterministic on one machine, so streaming may change nothing.
    whole = client.ask(QUESTION).json()["choices"][0]["message"]["content"]
    response = client.ask(QUESTION, stream=True, stream_options={"include_usage": True})
    chunks = events(response)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert joined(chunks) == whole
    assert sum(1 for chunk in chunks if chunk.get("sekimori")) == 1
    assert [chunk["usage"]["completion_tokens"] > 0 for chunk in chunks if chunk.get("usage")] == [True]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_only_tokens_reach_the_model_and_none_comes_back(client: Client, relay: FakeProvider, stream: bool) -> None:  # noqa: FBT001
    response = client.ask(REPEAT, stream=stream)
    chunks = events(response) if stream else [response.json()]
    text = joined(chunks) if stream else chunks[0]["choices"][0]["message"]["content"]
    sent = relay.requests[-1].json()
    assert sent["model"] == NAME
    assert sent["messages"][-1]["content"].startswith("Repeat exactly: ")
    assert PERSON not in relay.received
    assert PHONE not in relay.received
    (report,) = [chunk["sekimori"] for chunk in chunks if "sekimori" in chunk]
    assert report["redacted"] == {"pii.person": 1, "pii.phone": 1}
    # What the model repeats of the tokens comes back as the values: no token that was sent stands in the reply.
    tokens = set(sent["messages"][-1]["content"].removeprefix("Repeat exactly: ").split())
    assert not any(token in text for token in tokens)


def test_a_client_that_leaves_frees_the_model(client: Client) -> None:
    body = {"model": "small", "stream": True, "messages": user("Tell a very long story.")}
    with client.http.stream("POST", "chat/completions", json=body) as response:
        next(response.iter_bytes())
    assert client.ask(QUESTION).status_code == httpx.codes.OK


def test_what_the_model_refuses_reaches_the_client_as_an_error(client: Client) -> None:
    response = client.ask("Tell a story. " * 3000)
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


def test_the_model_ends_with_its_block() -> None:
    with serve() as model:
        assert httpx.get(f"{model.base_url}/models", trust_env=False).json()["data"][0]["id"] == NAME
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{model.base_url}/models", trust_env=False)


def test_a_taken_port_is_an_error(llama_server: LocalModel) -> None:
    port = httpx.URL(llama_server.base_url).port
    assert port is not None
    with pytest.raises(RuntimeError), serve(port):
        pass


def test_without_the_package_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.local_model.find_spec", lambda _: None)
    with pytest.raises(LocalModelMissingError, match="make setup-llm"):
        weights()


SHORT: dict[str, dict[str, Any]] = {
    "chat": {"max_completion_tokens": 12},
    "responses": {"max_output_tokens": 12},
    "messages": {"max_tokens": 12},
    "gemini": {"generationConfig": {"maxOutputTokens": 12, "temperature": 0}},
    "ollama": {"options": {"num_predict": 12}},
    "ollama-generate": {"options": {"num_predict": 12}},
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("door", [d for d in DOORS if d.name in SHORT], ids=list(SHORT))
def test_every_dialect_reaches_the_model_and_its_bound_is_kept(client: Client, door: Door, *, stream: bool) -> None:
    path, request = door.ask(QUESTION, stream, "small")
    request["json"] |= SHORT[door.name]
    response = client.http.post(f"{client.gateway.url}{path}", **request)
    assert response.status_code == 200, response.text
    heard = door.heard(response, stream=stream)
    assert heard.text
    assert len(heard.text) < 120, "twelve tokens"
    assert heard.finish
