from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from gateway.endpoints.form import fields
from gateway.upstreams import openai_wire
from gateway.upstreams.base import Call, Deployment, SelectionError, Timeouts, UpstreamError
from gateway.upstreams.openai_wire import OpenAIWire
from tests.fixtures.provider import (
    Disconnect,
    FakeProvider,
    Hang,
    Script,
    Stream,
    Whole,
    chat_chunks,
    chat_reply,
    event_bytes,
    one_byte_at_a_time,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

BODY: dict[str, Any] = {
    "model": "alias",
    "messages": [{"role": "user", "content": "[PERSON_1]様"}],
    "unknown": [1, None],
}
STREAMED = BODY | {"stream": True}
SLOW = Timeouts(connect=0.3, first_token=0.3, between_tokens=0.3, total=0.8)


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as fake:
        yield fake


def deployed(base_url: str, **more: Any) -> OpenAIWire:
    given = {"name": "local", "model": "alias", "lane": "openai_wire", "zone": "on_premises", "region": "庁内"}
    return OpenAIWire(Deployment(**given | {"base_url": base_url} | more), SecretStr("sk-invented"))


@pytest.fixture
async def wire(provider: FakeProvider) -> AsyncIterator[OpenAIWire]:
    upstream = deployed(provider.base_url, timeouts=SLOW)
    yield upstream
    await upstream.close()


async def collect(upstream: OpenAIWire, body: dict[str, Any]) -> tuple[list[dict[str, Any]], UpstreamError | None]:
    messages = []
    try:
        async for message in upstream.send(Call("chat/completions", body)):
            messages.append(message)  # noqa: PERF401  what came before the error counts
    except UpstreamError as error:
        return messages, error
    return messages, None


async def test_bodies_pass_nearly_as_they_came(provider: FakeProvider) -> None:
    upstream = deployed(f"{provider.base_url}/?api-version=3", upstream_model="real-name", headers={"X-Org": "kasumi"})
    provider.reply(Whole(chat_reply("はい。")))
    assert await collect(upstream, BODY) == ([chat_reply("はい。")], None)
    await upstream.close()
    [request] = provider.requests
    assert request.body == (
        '{"model":"real-name","messages":[{"role":"user","content":"[PERSON_1]様"}],"unknown":[1,null]}'.encode()
    )
    assert (request.method, request.path) == ("POST", "/v1/chat/completions?api-version=3")
    assert request.headers["Authorization"] == "Bearer sk-invented"
    assert request.headers["X-Org"] == "kasumi"
    assert request.headers["Content-Type"] == "application/json"
    assert "Cookie" not in request.headers
    assert BODY["model"] == "alias"


async def test_the_key_may_go_in_another_header(provider: FakeProvider) -> None:
    upstream = deployed(provider.base_url, api_key_header="api-key")
    await collect(upstream, BODY)
    await upstream.close()
    assert provider.requests[0].headers["api-key"] == "sk-invented"
    assert "Authorization" not in provider.requests[0].headers


async def test_streams(provider: FakeProvider, wire: OpenAIWire) -> None:
    chunks = chat_chunks("[PER", "SON_1]", "様、承知しました。")
    noise: list[Any] = [b": ping\n\n", *chunks[:2], b"id: 7\nretry: 1\n\n", b"data:\n\n", *chunks[2:]]
    provider.reply(Stream(chunks), Stream(noise), Stream([*one_byte_at_a_time(chunks)]), Stream(chunks, done=False))
    for _ in range(4):
        assert await collect(wire, STREAMED) == (chunks, None)


async def test_nothing_after_done_is_read(provider: FakeProvider, wire: OpenAIWire) -> None:
    chunks = chat_chunks("はい")
    provider.reply(Stream([*chunks, b"data: [DONE]\n\ndata: {}\n\n"], hang=True))
    assert await collect(wire, STREAMED) == (chunks, None)
    await provider.wait_for_leavers()


async def test_connections_are_reused_after_whole_and_streamed_replies(
    provider: FakeProvider, wire: OpenAIWire
) -> None:
    for body in (BODY, STREAMED, BODY, STREAMED):
        await collect(wire, body)
    assert len(provider.requests) == 4
    session = wire._session
    assert session is not None
    assert len([each for pool in session.connector._conns.values() for each in pool]) == 1  # type: ignore[union-attr]


async def test_a_whole_answer_to_a_streamed_request_is_one_message(provider: FakeProvider, wire: OpenAIWire) -> None:
    provider.reply(Whole(chat_reply("はい。")))
    assert await collect(wire, STREAMED) == ([chat_reply("はい。")], None)


async def test_a_stream_that_nobody_asked_for(provider: FakeProvider, wire: OpenAIWire) -> None:
    provider.reply(Stream([chat_reply("はい。")]), Stream(chat_chunks("は", "い")), Stream([]))
    assert await collect(wire, BODY) == ([chat_reply("はい。")], None)
    for _ in range(2):
        messages, error = await collect(wire, BODY)
        assert messages == []
        assert error is not None
        assert error.code in ("upstream_bad_answer", "upstream_ended_early")


@pytest.mark.parametrize(
    ("script", "status", "code"),
    [
        (Whole(content=b"<html>", content_type="text/html"), 502, "upstream_bad_answer"),
        (Whole(content=b'{"choices": ['), 502, "upstream_bad_answer"),
        (Whole(content=b"[1]"), 502, "upstream_bad_answer"),
        (Whole(content=b"\xff\xfe"), 502, "upstream_bad_answer"),
        (Whole(content=b""), 502, "upstream_bad_answer"),
        (Whole(content=b'{"a":' * 100_000), 502, "upstream_bad_answer"),
        (Whole(content=b'{"a":' + b"9" * 5000 + b"}"), 502, "upstream_bad_answer"),
        (Whole({"error": {"message": "overloaded", "code": 503}}), 502, "upstream_error"),
        (Whole({}, status=204), 502, "upstream_error"),
        (Whole({}, status=307, headers={"location": "/v1/elsewhere"}), 502, "upstream_error"),
        (Whole({"error": {"message": "bad"}}, status=400), 400, "invalid_request_error"),
        (Whole({"error": {"message": "no", "code": "model_not_found"}}, status=404), 404, "model_not_found"),
        (Whole({"error": {"message": "key"}}, status=401), 502, "upstream_key_refused"),
        (Whole({"error": {"message": "slow"}}, status=429), 429, "rate_limit_exceeded"),
        (Whole(content=b"<html>", content_type="text/html", status=500), 502, "upstream_error"),
        (Whole(content=b"x" * 200_000, status=400), 400, "invalid_request_error"),
        (Disconnect(), 502, "upstream_ended_early"),
        (Hang(), 504, "upstream_timeout"),
        (Whole(chat_reply(), delay=3), 504, "upstream_timeout"),
    ],
)
@pytest.mark.parametrize("body", [BODY, STREAMED], ids=["whole", "streamed"])
async def test_failures(
    provider: FakeProvider, wire: OpenAIWire, body: dict[str, Any], script: Script, status: int, code: str
) -> None:
    provider.reply(script)
    messages, error = await collect(wire, body)
    assert messages == []
    assert error is not None
    assert (error.status, error.code, error.deployment) == (status, code, "local")
    assert len(provider.requests) == 1


async def test_rate_limits_tell_how_long_to_wait(provider: FakeProvider, wire: OpenAIWire) -> None:
    provider.reply(Whole({}, status=429, headers={"retry-after": "12"}))
    _, error = await collect(wire, BODY)
    assert error is not None
    assert error.retry_after == 12.0


HALF = chat_chunks("途中", "まで", finish=None)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (Stream(HALF, done=False), "upstream_ended_early"),
        (Stream(HALF, done=False, abort=True), "upstream_ended_early"),
        (Stream([*HALF, b'data: {"choices"'], done=False), "upstream_ended_early"),
        (Stream([*HALF, b"data: not json\n\n"]), "upstream_bad_answer"),
        (Stream([*HALF, b"data: [1]\n\n"]), "upstream_bad_answer"),
        (Stream([*HALF, {"error": {"message": "oops", "code": 500}}]), "upstream_error"),
        (Stream([*HALF, event_bytes({"message": "oops"}, "error")]), "upstream_error"),
        (Stream([*HALF, b"data: " + b"x" * (1 << 20) + b"\n\n"]), "upstream_reply_too_large"),
        (Stream(HALF, hang=True), "upstream_timeout"),
        (Stream([*HALF, *[b": heartbeat\n\n", 0.1] * 30]), "upstream_timeout"),
    ],
)
async def test_half_a_stream_is_an_error_after_its_messages(
    provider: FakeProvider, wire: OpenAIWire, script: Stream, code: str
) -> None:
    provider.reply(script)
    messages, error = await collect(wire, STREAMED)
    assert messages == HALF
    assert error is not None
    assert error.code == code


async def test_a_connection_lost_after_the_end_of_the_reply_does_no_harm(
    provider: FakeProvider, wire: OpenAIWire
) -> None:
    chunks = chat_chunks("はい")
    provider.reply(Stream(chunks, done=False, abort=True))
    assert await collect(wire, STREAMED) == (chunks, None)


async def test_heartbeats_do_not_put_off_the_first_message(provider: FakeProvider, wire: OpenAIWire) -> None:
    provider.reply(Stream([b": heartbeat\n\n", 0.1] * 30))
    messages, error = await collect(wire, STREAMED)
    assert messages == []
    assert error is not None
    assert (error.status, error.retryable) == (504, True)


async def test_a_stream_that_never_ends_meets_the_total_bound(provider: FakeProvider, wire: OpenAIWire) -> None:
    provider.reply(Stream([*HALF, 0.1] * 30))
    messages, error = await collect(wire, STREAMED)
    assert messages
    assert error is not None
    assert error.code == "upstream_timeout"
    await provider.wait_for_leavers()


async def test_whole_replies_are_bounded(
    provider: FakeProvider, wire: OpenAIWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_wire, "MAX_REPLY", 1000)
    provider.reply(Whole(chat_reply("長" * 2000)))
    messages, error = await collect(wire, BODY)
    assert messages == []
    assert error is not None
    assert (error.code, error.retryable) == ("upstream_reply_too_large", False)


async def test_nan_becomes_null(provider: FakeProvider, wire: OpenAIWire) -> None:
    provider.reply(Whole(content=b'{"choices": [{"logprob": -Infinity, "score": NaN}]}'))
    assert await collect(wire, BODY) == ([{"choices": [{"logprob": None, "score": None}]}], None)


async def test_leaving_early_stops_the_provider(provider: FakeProvider, wire: OpenAIWire) -> None:
    provider.reply(Stream(HALF, hang=True), Stream(HALF, hang=True), Hang())
    messages = wire.send(Call("chat/completions", STREAMED))
    await anext(messages)
    await messages.aclose()
    await provider.wait_for_leavers(1)

    for count in (2, 3):
        task = asyncio.create_task(collect(wire, STREAMED))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await provider.wait_for_leavers(count)


async def test_nobody_listens() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        upstream = deployed(f"http://127.0.0.1:{bound.getsockname()[1]}/v1")
        _, error = await collect(upstream, BODY)
        await upstream.close()
    assert error is not None
    assert (error.status, error.code, error.retryable) == (502, "upstream_unreachable", True)


async def test_an_answer_that_is_not_http() -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        upstream = deployed(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
        _, error = await collect(upstream, BODY)
        await upstream.close()
    assert error is not None
    assert error.status == 502


async def test_redirects_and_proxies_of_the_environment_are_not_followed(
    provider: FakeProvider, wire: OpenAIWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FakeProvider() as elsewhere:
        monkeypatch.setenv("HTTP_PROXY", elsewhere.base_url)
        provider.reply(Whole({}, status=308, headers={"location": f"{elsewhere.base_url}/chat/completions"}))
        _, error = await collect(wire, BODY)
        assert error is not None
        assert len(provider.requests) == 1
        assert elsewhere.requests == []


async def test_a_configured_proxy_is_used(provider: FakeProvider) -> None:
    upstream = deployed("http://llm.city.invalid/v1", proxy=provider.base_url.removesuffix("/v1"))
    assert await collect(upstream, BODY) == ([chat_reply()], None)
    await upstream.close()
    assert provider.requests[0].headers["Host"] == "llm.city.invalid"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_bad_authority_file_stops_the_start(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "city.pem"
    if content:
        file.write_text(content)
    with pytest.raises(SelectionError, match=r"deployment local: ca_file .*city\.pem cannot be used: "):
        deployed("https://llm.city.invalid/v1", ca_file=str(file))


async def test_a_file_goes_out_in_a_form(provider: FakeProvider) -> None:
    upstream = deployed(provider.base_url, upstream_model="whisper")
    provider.reply(Whole({"text": "はい。"}))
    sound = {"type": "audio", "format": "mp3", "data": b"ID3\0\r\n"}
    body = {"model": "alias", "stream": False, "prompt": "[PERSON_1]様", "x[]": ["a", "b"], "file": sound}
    replies = [message async for message in upstream.send(Call("audio/transcriptions", body))]
    await upstream.close()
    assert replies == [{"text": "はい。"}]
    (request,) = provider.requests
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert request.headers["Authorization"] == "Bearer sk-invented"
    got = {(field.name, field.data, field.file) for field in fields(request.body)}
    text = {("model", b"whisper", False), ("prompt", "[PERSON_1]様".encode(), False)}
    assert got == text | {("x[]", b"a", False), ("x[]", b"b", False), ("file", b"ID3\0\r\n", True)}
