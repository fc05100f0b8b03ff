from __future__ import annotations

import logging
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from gateway.upstreams.base import Call, Deployment, SelectionError, Timeouts, UpstreamError
from tests.fixtures.provider import Disconnect, FakeProvider, Hang, Stream, Whole, event_bytes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gateway.upstreams.litellm import LiteLLM

pytestmark = [
    pytest.mark.slow,
    # litellm hushes this warning of pydantic's about its own types; pytest undoes that.
    pytest.mark.filterwarnings("ignore:.*`ReadOnly` qualifier:UserWarning"),
]

BODY = {
    "model": "claude",
    "messages": [{"role": "system", "content": "簡潔に。"}, {"role": "user", "content": "[PERSON_1]様へのお返事"}],
    "max_tokens": 100,
}
TOOL = {
    "type": "function",
    "function": {
        "name": "send_letter",
        "description": "手紙を送る",
        "parameters": {"type": "object", "properties": {"to": {"type": "string"}}},
    },
}


def event(kind: str, **fields: Any) -> bytes:
    return event_bytes({"type": kind, **fields}, kind)


START = event(
    "message_start",
    message={
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": "claude-test",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 1},
    },
)
TEXT = [
    event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    event("ping"),
    event("content_block_delta", index=0, delta={"type": "text_delta", "text": "[PERS"}),
    event("content_block_delta", index=0, delta={"type": "text_delta", "text": "ON_1] 様"}),
    event("content_block_stop", index=0),
]
TOOL_USE = [
    event(
        "content_block_start",
        index=0,
        content_block={"type": "tool_use", "id": "toolu_01", "name": "send_letter", "input": {}},
    ),
    event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": '{"to": "[PER'}),
    event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": 'SON_1]"}'}),
    event("content_block_stop", index=0),
]


def end(reason: str) -> list[bytes]:
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [event("message_delta", delta=delta, usage={"output_tokens": 5}), event("message_stop")]


def reply(*content: dict[str, Any], reason: str = "end_turn") -> Whole:
    return Whole(
        {
            "id": "msg_01",
            "type": "message",
            "role": "assistant",
            "model": "claude-test",
            "content": list(content),
            "stop_reason": reason,
            "stop_sequence": None,
            "usage": {"input_tokens": 9, "output_tokens": 5},
        }
    )


def refused(status: int, kind: str, message: str, **headers: str) -> Whole:
    return Whole({"type": "error", "error": {"type": kind, "message": message}}, status=status, headers=headers)


def lane(base_url: str, **more: Any) -> LiteLLM:
    from gateway.upstreams.litellm import LiteLLM  # noqa: PLC0415  imports litellm: only for these tests

    deployment = Deployment(
        name="claude-jp",
        model="claude",
        lane="litellm",
        upstream_model="anthropic/claude-test",
        base_url=base_url,
        zone="external",
        region="ap-northeast-1",
        trains_on_input=False,
        **more,
    )
    return LiteLLM(deployment, SecretStr("sk-ant-invented"))


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as fake:
        yield fake


@pytest.fixture
async def claude(provider: FakeProvider) -> AsyncIterator[LiteLLM]:
    upstream = lane(provider.base_url.removesuffix("/v1"), headers={"x-municipality": "kasumi"})
    yield upstream
    await upstream.close()


async def collect(upstream: LiteLLM, body: dict[str, Any]) -> list[dict[str, Any]]:
    return [message async for message in upstream.send(Call("chat/completions", body))]


async def failing(upstream: LiteLLM, body: dict[str, Any]) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        await collect(upstream, body)
    assert "PERSON" not in f"{caught.value}{caught.value!r}{caught.value.message}"
    assert caught.value.deployment == "claude-jp"
    return caught.value


async def test_whole_reply_in_the_providers_own_format(provider: FakeProvider, claude: LiteLLM) -> None:
    provider.reply(reply({"type": "text", "text": "[PERSON_1] 様"}))
    [message] = await collect(claude, BODY)
    assert message["object"] == "chat.completion"
    assert message["choices"] == [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "[PERSON_1] 様"}}
    ]
    assert message["usage"]["prompt_tokens"] == 9
    assert message["usage"]["completion_tokens"] == 5

    [request] = provider.requests
    assert (request.method, request.path) == ("POST", "/v1/messages")
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert headers["x-api-key"] == "sk-ant-invented"
    assert headers["anthropic-version"] == "2023-06-01"
    assert headers["x-municipality"] == "kasumi"
    assert request.json() == {
        "model": "claude-test",
        "max_tokens": 100,
        "system": [{"type": "text", "text": "簡潔に。"}],
        "messages": [{"role": "user", "content": [{"type": "text", "text": "[PERSON_1]様へのお返事"}]}],
    }


async def test_streamed_reply(provider: FakeProvider, claude: LiteLLM) -> None:
    provider.reply(Stream([START, *TEXT, *end("end_turn")], done=False))
    chunks = await collect(claude, BODY | {"stream": True, "stream_options": {"include_usage": True}})
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    assert "".join(choice["delta"].get("content", "") for choice in choices) == "[PERSON_1] 様"
    assert [choice["finish_reason"] for choice in choices][-1] == "stop"
    assert all("finish_reason" in choice for choice in choices)
    assert chunks[-1]["usage"]["completion_tokens"] == 5
    assert provider.requests[0].json()["stream"] is True


async def test_tool_use(provider: FakeProvider, claude: LiteLLM) -> None:
    body = BODY | {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "send_letter"}}}
    provider.reply(
        reply(
            {"type": "tool_use", "id": "toolu_01", "name": "send_letter", "input": {"to": "[PERSON_1]"}},
            reason="tool_use",
        )
    )
    [message] = await collect(claude, body)
    [choice] = message["choices"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["tool_calls"] == [
        {
            "id": "toolu_01",
            "type": "function",
            "function": {"name": "send_letter", "arguments": '{"to": "[PERSON_1]"}'},
        }
    ]
    sent = provider.requests[0].json()
    assert sent["tools"][0]["name"] == "send_letter"
    assert sent["tools"][0]["input_schema"]["properties"] == {"to": {"type": "string"}}
    assert sent["tool_choice"] == {"type": "tool", "name": "send_letter"}


async def test_streamed_tool_use(provider: FakeProvider, claude: LiteLLM) -> None:
    provider.reply(Stream([START, *TOOL_USE, *end("tool_use")], done=False))
    chunks = await collect(claude, BODY | {"stream": True, "tools": [TOOL]})
    calls = [call for chunk in chunks for choice in chunk["choices"] for call in choice["delta"].get("tool_calls", ())]
    assert {call["index"] for call in calls} == {0}
    assert calls[0]["id"] == "toolu_01"
    assert calls[0]["function"]["name"] == "send_letter"
    assert "".join(call["function"]["arguments"] for call in calls) == '{"to": "[PERSON_1]"}'


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (refused(400, "invalid_request_error", "max_tokens: too many"), (400, "invalid_request_error", False)),
        (refused(404, "not_found_error", "model: claude-test"), (404, "not_found_error", False)),
        (refused(401, "authentication_error", "invalid x-api-key"), (502, "upstream_key_refused", False)),
        (refused(403, "permission_error", "no"), (502, "upstream_key_refused", False)),
        (refused(429, "rate_limit_error", "slow down", **{"retry-after": "7"}), (429, "rate_limit_error", True)),
        (refused(500, "api_error", "oops"), (502, "upstream_error", True)),
        (refused(529, "overloaded_error", "Overloaded"), (502, "upstream_error", True)),
        (Whole(content=b"<html>proxy</html>", content_type="text/html"), (502, "upstream_unreachable", True)),
        (Disconnect(), (502, "upstream_error", True)),
    ],
)
async def test_refusals(
    provider: FakeProvider, claude: LiteLLM, script: Whole, expected: tuple[int, str, bool]
) -> None:
    provider.reply(script)
    error = await failing(claude, BODY)
    assert (error.status, error.code, error.retryable) == expected
    assert error.retry_after == (7.0 if error.status == 429 else None)
    assert len(provider.requests) == 1, "litellm must not try again by itself"


async def test_caller_reads_the_providers_words_for_own_mistakes_only(provider: FakeProvider, claude: LiteLLM) -> None:
    provider.reply(refused(400, "invalid_request_error", "max_tokens: too many"), refused(500, "api_error", "oops"))
    assert "max_tokens: too many" in (await failing(claude, BODY)).message
    assert "oops" not in (await failing(claude, BODY)).message


@pytest.mark.parametrize(
    "script",
    [
        Stream([START, *TEXT], done=False),
        Stream([START, *TEXT], done=False, abort=True),
        Stream([START, *TEXT, event("error", error={"type": "overloaded_error", "message": "Overloaded"})], done=False),
    ],
    ids=["ends", "breaks off", "error event"],
)
async def test_half_a_stream_is_an_error_after_its_messages(
    provider: FakeProvider, claude: LiteLLM, script: Stream
) -> None:
    provider.reply(script)
    chunks: list[dict[str, Any]] = []

    async def read() -> None:
        async for chunk in claude.send(Call("chat/completions", BODY | {"stream": True})):
            chunks.append(chunk)  # noqa: PERF401  what came before the error counts

    with pytest.raises(UpstreamError) as caught:
        await read()
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    assert "".join(choice["delta"].get("content", "") for choice in choices) == "[PERSON_1] 様"
    assert caught.value.status == 502
    assert len(provider.requests) == 1


async def test_timeouts(provider: FakeProvider) -> None:
    timeouts = Timeouts(connect=1, first_token=0.3, between_tokens=0.3, total=0.6)
    upstream = lane(provider.base_url.removesuffix("/v1"), timeouts=timeouts)
    provider.reply(Hang(), Hang(), Stream([START, *TEXT[:3]], hang=True))
    for body in (BODY, BODY | {"stream": True}, BODY | {"stream": True}):
        error = await failing(upstream, body)
        assert (error.status, error.code) == (504, "upstream_timeout")
    await upstream.close()


async def test_closing_early_stops_the_provider(provider: FakeProvider, claude: LiteLLM) -> None:
    provider.reply(Stream([START, *TEXT], hang=True))
    messages = claude.send(Call("chat/completions", BODY | {"stream": True}))
    await anext(messages)
    await messages.aclose()
    await provider.wait_for_leavers()


@pytest.mark.parametrize("status", [302, 307, 308])
async def test_redirects_are_not_followed(provider: FakeProvider, claude: LiteLLM, status: int) -> None:
    async with FakeProvider() as elsewhere:
        provider.reply(Whole({}, status=status, headers={"location": f"{elsewhere.base_url}/messages"}))
        assert (await failing(claude, BODY)).status == 502
        assert elsewhere.requests == []


@pytest.mark.parametrize(
    "field",
    ["api_base", "base_url", "api_key", "mock_response", "fallbacks", "extra_headers", "custom_llm_provider", "foo"],
)
async def test_fields_that_litellm_would_obey_are_refused(provider: FakeProvider, claude: LiteLLM, field: str) -> None:
    error = await failing(claude, BODY | {field: "http://127.0.0.1:9/"})
    assert (error.status, error.code) == (400, "unsupported_parameter")
    assert field in error.message
    assert provider.requests == []


async def test_what_is_dropped_is_documented_and_the_rest_refused(provider: FakeProvider, claude: LiteLLM) -> None:
    provider.reply(reply({"type": "text", "text": "はい"}))
    await collect(claude, BODY | {"metadata": {"case": "ひみつ"}, "store": True, "seed": None, "top_k": 3})
    sent = provider.requests[0].json()
    assert sent["top_k"] == 3
    assert "ひみつ" not in provider.received
    error = await failing(claude, BODY | {"logprobs": True})
    assert (error.status, error.code) == (400, "unsupported_parameter")
    assert "logprobs" in error.message
    assert len(provider.requests) == 1


async def test_addresses_are_not_fetched_from_within_the_network(provider: FakeProvider, claude: LiteLLM) -> None:
    part = {"type": "image_url", "image_url": {"url": f"{provider.base_url}/picture.png"}}
    error = await failing(claude, BODY | {"messages": [{"role": "user", "content": [part]}]})
    assert error.status == 400
    assert provider.requests == []


async def test_tools_that_are_a_third_party_are_refused(provider: FakeProvider, claude: LiteLLM) -> None:
    tool = {"type": "mcp", "server_label": "x", "server_url": f"{provider.base_url}/mcp"}
    assert (await failing(claude, BODY | {"tools": [tool]})).status == 400
    assert provider.requests == []


@pytest.mark.parametrize(
    "change",
    [{"messages": None}, {"messages": "text"}, {"messages": ["text"]}, {"messages": []}, {"tools": 3}, {"tools": [3]}],
)
async def test_broken_bodies_are_the_callers_mistake(
    provider: FakeProvider, claude: LiteLLM, change: dict[str, Any]
) -> None:
    error = await failing(claude, BODY | change)
    assert error.status == 400
    assert provider.requests == []


async def test_body_is_left_as_it_was(provider: FakeProvider, claude: LiteLLM) -> None:
    body = {"messages": [dict(message) for message in BODY["messages"]]}  # type: ignore[attr-defined]
    provider.reply(reply({"type": "text", "text": "はい"}))
    await collect(claude, body)
    assert body["messages"] == BODY["messages"]


async def test_other_paths_are_refused(claude: LiteLLM) -> None:
    with pytest.raises(UpstreamError) as caught:
        await anext(claude.send(Call("embeddings", {"input": "x"})))
    assert caught.value.status == 404


async def test_no_text_is_logged_or_printed(
    provider: FakeProvider, claude: LiteLLM, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.reply(
        reply({"type": "text", "text": "秘密の返事"}), refused(400, "invalid_request_error", "秘密"), Disconnect()
    )
    await collect(claude, BODY)
    await failing(claude, BODY)
    await failing(claude, BODY)
    out, err = capfd.readouterr()
    written = caplog.text + out + err
    for word in ("PERSON_1", "秘密", "お返事", "sk-ant-invented"):
        assert word not in written


@pytest.mark.parametrize(("model", "words"), [("nowhere", "anthropic/NAME"), ("openai/gpt-x", "openai_wire")])
def test_deployments_that_the_lane_cannot_reach_stop_the_start(model: str, words: str) -> None:
    from gateway.upstreams.litellm import LiteLLM  # noqa: PLC0415  imports litellm

    deployment = Deployment(
        name="odd", model="m", lane="litellm", upstream_model=model, zone="on_premises", region="庁内"
    )
    with pytest.raises(SelectionError, match=f"deployment odd: .*{words}"):
        LiteLLM(deployment)


@pytest.mark.parametrize("installed", [False, True])
def test_vertex_says_which_package_it_needs(monkeypatch: pytest.MonkeyPatch, *, installed: bool) -> None:
    from gateway.upstreams import litellm as lane  # noqa: PLC0415  imports litellm

    monkeypatch.setattr(lane, "find_spec", lambda _: object() if installed else None)
    deployment = Deployment(
        name="v", model="m", lane="litellm", upstream_model="vertex_ai/gemini-x", zone="on_premises", region="庁内"
    )
    if installed:
        assert lane.LiteLLM(deployment)
    else:
        with pytest.raises(SelectionError, match="google-auth"):
            lane.LiteLLM(deployment)


IMPORT = """
import socket, sys, threading
attempts = []
class Blocked(socket.socket):
    def connect(self, *address): attempts.append(address); raise OSError("blocked")
    connect_ex = connect
def blocked(*address, **_): attempts.append(address); raise OSError("blocked")
socket.socket, socket.getaddrinfo, socket.create_connection = Blocked, blocked, blocked
import gateway.upstreams.selection
assert "litellm" not in sys.modules, "only a deployment that names the lane may import litellm"
import gateway.upstreams.litellm
import litellm
assert attempts == [], attempts
assert threading.enumerate() == [threading.main_thread()], threading.enumerate()
assert not (litellm.callbacks or litellm.success_callback or litellm.failure_callback or litellm.input_callback)
"""


def test_import_is_lazy_and_touches_no_network_threads_or_output() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
