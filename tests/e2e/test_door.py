"""What a malformed, oversized, hostile or half-sent request gets: a clear error in OpenAI's shape, and nothing leaves."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

GOOD: dict[str, Any] = {"model": "outside", "messages": [{"role": "user", "content": "こんにちは"}]}
JSON = {"Content-Type": "application/json"}


def shape(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["code"] == code
    assert error["message"]
    return dict(error)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"{", 400, "invalid_json"),
        (b"[]", 400, "invalid_json"),
        (b'"x"', 400, "invalid_json"),
        (b"null", 400, "invalid_json"),
        (b'{"model": NaN}', 400, "invalid_json"),
        (b'{"temperature": 1e999}', 400, "invalid_json"),
        (b'{"seed": ' + b"9" * 5000 + b"}", 400, "invalid_json"),
        (b"[" * 100_000, 400, "invalid_json"),
        (b'{"x":' * 100_000, 400, "invalid_json"),
        ("{'model': 'x'}".encode("utf-16"), 400, "invalid_json"),
        ('{"model": "青"}'.encode("cp932"), 400, "invalid_json"),
        (b'{"model": "outside", "messages": [{"role": "user", "content": "\\ud800"}]}', 400, "invalid_json"),
        (b"{}", 400, "invalid_request"),
        (b'{"model": 1, "messages": []}', 400, "invalid_request"),
        (b'{"model": "outside", "messages": []}', 400, "invalid_request"),
        (b'{"model": "outside", "messages": "x"}', 400, "invalid_request"),
        (b'{"model": "outside", "messages": ["x"]}', 400, "invalid_request"),
        (b'{"model": "outside", "messages": [{}], "n": 0}', 400, "invalid_request"),
        (b'{"model": "outside", "messages": [{}], "n": 1e3}', 400, "invalid_request"),
        (b'{"model": "outside", "messages": [{}], "n": true}', 400, "invalid_request"),
        (b'{"model": "outside", "messages": [{}], "stream": "yes"}', 400, "invalid_request"),
        (b'{"model": "outside", "messages": [{}], "stream_options": 3}', 400, "invalid_request"),
        (b'{"model": "outside", "messages": [{}], "logprobs": true}', 400, "unsupported_parameter"),
        (b'{"model": "outside", "messages": [{}], "modalities": ["audio"]}', 400, "unsupported_parameter"),
        (b'{"model": "nobody", "messages": [{}]}', 404, "model_not_found"),
    ],
)
async def test_bad_bodies(running: Running, provider: FakeProvider, content: bytes, status: int, code: str) -> None:
    response = await running.client.post("/v1/chat/completions", content=content, headers=JSON)
    shape(response, status, code)
    assert provider.requests == []


async def test_deep_nesting(running: Running) -> None:
    node: Any = "x"
    for _ in range(70):
        node = {"a": node}
    shape(await running.post({**GOOD, "metadata": node}), 400, "invalid_request")


async def test_too_large(running: Running, provider: FakeProvider) -> None:
    limit = running.house.config.server.max_body_bytes
    big = json.dumps({**GOOD, "x": "あ" * limit}).encode()
    shape(await running.client.post("/v1/chat/completions", content=big, headers=JSON), 413, "request_too_large")

    async def chunks() -> Any:  # without a Content-Length
        for _ in range(limit // 65536 + 2):
            yield b" " * 65536

    shape(await running.client.post("/v1/chat/completions", content=chunks(), headers=JSON), 413, "request_too_large")
    assert provider.requests == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_wrong_media_types(running: Running, headers: dict[str, str]) -> None:
    content = json.dumps(GOOD).encode()
    response = await running.client.post("/v1/chat/completions", content=content, headers=headers)
    shape(response, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "missing_api_key"),
        ("Basic abc", "missing_api_key"),
        ("Bearer", "missing_api_key"),
        ("Bearer sk-wrong", "invalid_api_key"),
        ("Bearer sk-sekimori-demo", "invalid_api_key"),
    ],
)
async def test_keys(running: Running, provider: FakeProvider, value: str, code: str) -> None:
    for method, path in (("POST", "/v1/chat/completions"), ("GET", "/v1/models")):
        response = await running.client.request(
            method, path, headers={"Authorization": value}, json=GOOD if method == "POST" else None
        )
        shape(response, 401, code)
    assert provider.requests == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/", "/v1/nothing", "/v1/chat/completions/", "/nothing",
        "/v1/realtime", "/v1/files", "/v1/batches", "/v1/audio/speech", "/v1/audio/translations", "/v1/images/edits",
        "/v1/assistants", "/v1/threads", "/v1/messages/batches", "/v1/chat/completions/x", "/openai/deployments/outside/x",
    ],
)  # fmt: skip
async def test_unknown_paths(running: Running, provider: FakeProvider, path: str) -> None:
    response = await running.client.post(path, json=GOOD)
    assert (response.status_code, "code" in response.json()["error"]) == (404, True)
    assert provider.requests == []


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/chat/completions"), ("DELETE", "/v1/models")])
async def test_wrong_methods(running: Running, method: str, path: str) -> None:
    shape(await running.client.request(method, path), 405, "method_not_allowed")


async def test_models(running: Running) -> None:
    listed = (await running.client.get("/v1/models")).json()
    assert [model["id"] for model in listed["data"]] == ["outside", "inside", "both"]
    assert (await running.client.get("/v1/models/both")).json()["sekimori"]["zones"] == ["external", "on_premises"]
    shape(await running.client.get("/v1/models/nobody"), 404, "model_not_found")


async def test_half_a_body(running: Running, provider: FakeProvider) -> None:
    """A client that goes away in the middle of its body: no exchange, and the house stays open."""
    host, port = running.client.base_url.host, running.client.base_url.port
    _, writer = await asyncio.open_connection(host, port)
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {running.key}\r\n"
    writer.write(f'{head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"model":'.encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.2)
    assert (await running.chat("こんにちは")).status_code == 200
    assert len(provider.requests) == 1


async def test_readiness_and_health(running: Running) -> None:
    assert (await running.client.get("/healthz")).json() == {"status": "ok"}
    ready = (await running.client.get("/readyz")).json()
    assert ready["checks"] == {"policy": "ok", "inspection": "ok", "records": "ok"}
