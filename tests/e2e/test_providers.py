"""Each provider in its own words: a local server that speaks the provider's wire format, the whole house before it.

Written after the providers' public references. Claude through chat stands in test_litellm.py; here also through Messages,
with thinking and its signature.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from gateway.upstreams.base import Deployment
from tests.fixtures.doors import DOORS
from tests.fixtures.house import open_house
from tests.fixtures.provider import Stream, Whole, chat_chunks, chat_reply, event_bytes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider, Script

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*`ReadOnly` qualifier:UserWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of boto and of litellm
]

LETTER = "高橋みどり様（電話 090-1234-5678）へのお返事を書いてください。"
SENT = "[PERSON_1]様（電話 [PHONE_1]）"
PIECES = ("[PERS", "ON_1] 様\n", "[PHO", "NE_1] へ")
TOLD = "高橋みどり 様\n090-1234-5678 へ"
CHAT = DOORS[0]
TOOL = {"type": "function", "function": {"name": "register", "parameters": {"type": "object", "properties": {"to": {"type": "string"}}}}}  # fmt: skip


@dataclass(frozen=True)
class Provider:
    """How a provider is configured, what it answers, and what it must have been asked."""

    name: str
    deployment: dict[str, Any]
    whole: Any
    stream: list[Any]
    call: Any
    refusal: tuple[int, Any]
    paths: tuple[str, str]
    key: tuple[str, str]
    done: bool = False
    more: dict[str, Any] = field(default_factory=dict)


def candidates(*parts: Any, finish: str | None = "STOP") -> dict[str, Any]:
    usage = {"promptTokenCount": 4, "candidatesTokenCount": 2, "totalTokenCount": 6}
    candidate = {
        "content": {"role": "model", "parts": list(parts)},
        "index": 0,
        **({"finishReason": finish} if finish else {}),
    }
    return {"candidates": [candidate], "usageMetadata": usage}


GEMINI = Provider(
    "gemini",
    {"lane": "litellm", "upstream_model": "gemini/gemini-test"},
    candidates({"text": "".join(PIECES)}),
    [
        *(event_bytes(candidates({"text": piece}, finish=None)) for piece in PIECES),
        event_bytes(candidates({"text": ""})),
    ],
    candidates({"functionCall": {"name": "register", "args": {"to": "[PERSON_1]"}}}),
    (429, {"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED"}}),
    ("/models/gemini-test:generateContent", "/models/gemini-test:streamGenerateContent?alt=sse"),
    ("x-goog-api-key", "sk-invented"),
)


def frame(kind: str, payload: dict[str, Any]) -> bytes:
    """A message of AWS' event stream encoding: lengths, checksums, headers, payload."""
    headers = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in ((":event-type", kind), (":content-type", "application/json"), (":message-type", "event"))
    )
    body = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return message + struct.pack(">I", zlib.crc32(message))


def converse(*content: Any, stop: str = "end_turn") -> dict[str, Any]:
    usage = {"inputTokens": 4, "outputTokens": 2, "totalTokens": 6}
    return {"output": {"message": {"role": "assistant", "content": list(content)}}, "stopReason": stop, "usage": usage}


BEDROCK = Provider(
    "bedrock",
    {"lane": "litellm", "upstream_model": "bedrock/converse/anthropic.claude-test"},
    converse({"text": "".join(PIECES)}),
    [
        frame("messageStart", {"role": "assistant"}),
        *(frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}}) for piece in PIECES),
        frame("contentBlockStop", {"contentBlockIndex": 0}),
        frame("messageStop", {"stopReason": "end_turn"}),
        frame("metadata", {"usage": {"inputTokens": 4, "outputTokens": 2, "totalTokens": 6}}),
    ],
    converse({"toolUse": {"toolUseId": "t1", "name": "register", "input": {"to": "[PERSON_1]"}}}, stop="tool_use"),
    (429, {"message": "Too many requests"}),
    ("/model/anthropic.claude-test/converse", "/model/anthropic.claude-test/converse-stream"),
    ("authorization", "Bearer sk-invented"),
    more={"content_type": "application/vnd.amazon.eventstream"},
)

AZURE = Provider(
    "azure",
    {"lane": "openai_wire", "upstream_model": "gpt-test", "api_key_header": "api-key"},
    chat_reply("".join(PIECES)),
    chat_chunks(*PIECES),  # type: ignore[arg-type]
    chat_reply(None, tool_calls=[{"id": "c", "type": "function", "function": {"name": "register", "arguments": '{"to": "[PERSON_1]"}'}}]),
    (429, {"error": {"code": "429", "message": "rate limit"}}),
    ("/openai/deployments/gpt-test/chat/completions?api-version=2024-10-21",) * 2,
    ("api-key", "sk-invented"),
    done=True,
)  # fmt: skip

PROVIDERS = (GEMINI, BEDROCK, AZURE)


@pytest.fixture(params=PROVIDERS, ids=[provider.name for provider in PROVIDERS])
def spoken(request: pytest.FixtureRequest) -> Provider:
    wanted: Provider = request.param
    return wanted


@pytest.fixture
async def running(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...], monkeypatch: pytest.MonkeyPatch, spoken: Provider
) -> AsyncIterator[Running]:  # fmt: skip
    monkeypatch.setenv("PROVIDER_KEY", "sk-invented")
    monkeypatch.setenv("AWS_REGION_NAME", "ap-northeast-1")
    root = provider.base_url.removesuffix("/v1")
    if spoken.name == "azure":
        root += "/openai/deployments/gpt-test?api-version=2024-10-21"
    async with open_house(tmp_path, provider, engine, deployments=(deployment(spoken.deployment, root),)) as house:
        yield house


def deployment(more: dict[str, Any], root: str) -> Deployment:
    return Deployment.model_validate(
        {
            "name": "there",
            "model": "there",
            "base_url": root,
            "api_key_env": "PROVIDER_KEY",
            "zone": "external",
            "region": "ap-northeast-1",
            "trains_on_input": False,
            "retries": {"count": 0},
            **more,
        }
    )


def asked(provider: FakeProvider, spoken: Provider, *, stream: bool) -> None:
    (request,) = provider.requests
    assert request.path == spoken.paths[stream]
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert headers[spoken.key[0]] == spoken.key[1]
    assert SENT in json.dumps(request.json(), ensure_ascii=False)
    assert "高橋" not in provider.received
    assert "1234-5678" not in provider.received


def streamed(spoken: Provider) -> Script:
    return Stream(spoken.stream, done=spoken.done, **spoken.more)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_only_tokens_leave_and_the_values_come_back(
    running: Running, provider: FakeProvider, spoken: Provider, *, stream: bool
) -> None:
    provider.reply(streamed(spoken) if stream else Whole(spoken.whole))
    response = await running.chat(LETTER, model="there", max_tokens=100, stream=stream)
    assert response.status_code == 200, response.text
    heard = CHAT.heard(response, stream=stream)
    assert (heard.text, heard.finish) == (TOLD, "stop")
    asked(provider, spoken, stream=stream)


async def test_the_arguments_of_a_tool_are_restored(running: Running, provider: FakeProvider, spoken: Provider) -> None:
    provider.reply(Whole(spoken.call))
    response = await running.chat(LETTER, model="there", max_tokens=100, tools=[TOOL])
    assert CHAT.heard(response, stream=False).calls == [("register", {"to": "高橋みどり"})]
    asked(provider, spoken, stream=False)


async def test_a_refusal_is_told_in_the_callers_words(
    running: Running, provider: FakeProvider, spoken: Provider
) -> None:
    status, body = spoken.refusal
    provider.reply(Whole(body, status=status))
    response = await running.chat(LETTER, model="there", max_tokens=100)
    assert response.status_code == 429
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


async def test_claude_through_messages_with_thinking_and_its_signature(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVIDER_KEY", "sk-invented")
    claude = deployment(
        {"lane": "litellm", "upstream_model": "anthropic/claude-sonnet-4-5"}, provider.base_url.removesuffix("/v1")
    )
    head = {"id": "m", "type": "message", "role": "assistant", "model": "c", "stop_sequence": None, "usage": {"input_tokens": 9, "output_tokens": 1}}  # fmt: skip
    thinking = {"type": "thinking", "thinking": "[PERSON_1] への返事だ。", "signature": "c2lnbmF0dXJl"}
    reply = {**head, "content": [thinking, {"type": "text", "text": "[PERSON_1] 様"}], "stop_reason": "end_turn"}
    async with open_house(tmp_path, provider, engine, deployments=(claude,)) as running:
        provider.reply(Whole(reply), Whole(reply))
        body: dict[str, Any] = {
            "model": "there",
            "max_tokens": 3000,
            "thinking": {"type": "enabled", "budget_tokens": 2000},
            "messages": [{"role": "user", "content": LETTER}],
        }
        first = (await running.client.post("/v1/messages", json=body)).json()
        assert "content" in first, first
        assert first["content"] == [
            {"type": "thinking", "thinking": "高橋みどり への返事だ。", "signature": "c2lnbmF0dXJl"},
            {"type": "text", "text": "高橋みどり 様"},
        ]
        body["messages"] += [{"role": "assistant", "content": first["content"]}, {"role": "user", "content": "続けて"}]
        assert (await running.client.post("/v1/messages", json=body)).status_code == 200
    sent = provider.requests[1].json()
    assert sent["thinking"] == {"type": "enabled", "budget_tokens": 2000}
    assert sent["messages"][1]["content"][0] == thinking
    assert "高橋" not in provider.received


async def test_thinking_is_streamed_with_its_signature(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVIDER_KEY", "sk-invented")
    claude = deployment(
        {"lane": "litellm", "upstream_model": "anthropic/claude-sonnet-4-5"}, provider.base_url.removesuffix("/v1")
    )

    def event(kind: str, **fields: Any) -> bytes:
        return event_bytes({"type": kind, **fields}, kind)

    def delta(index: int, kind: str, **fields: Any) -> bytes:
        return event("content_block_delta", index=index, delta={"type": kind, **fields})

    head = {"id": "m", "type": "message", "role": "assistant", "model": "c", "content": [], "stop_reason": None, "usage": {"input_tokens": 9, "output_tokens": 1}}  # fmt: skip
    provider.reply(
        Stream(
            [
                event("message_start", message=head),
                event("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""}),
                *(delta(0, "thinking_delta", thinking=piece) for piece in ("[PERS", "ON_1] への", "返事だ。")),
                delta(0, "signature_delta", signature="c2lnbmF0dXJl"),
                event("content_block_stop", index=0),
                event("content_block_start", index=1, content_block={"type": "text", "text": ""}),
                *(delta(1, "text_delta", text=piece) for piece in ("[PERSON", "_1] 様")),
                event("content_block_stop", index=1),
                event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 7}),
                event("message_stop"),
            ],
            done=False,
        )
    )  # fmt: skip
    body = {
        "model": "there",
        "max_tokens": 3000,
        "stream": True,
        "thinking": {"type": "enabled", "budget_tokens": 2000},
        "messages": [{"role": "user", "content": LETTER}],
    }
    async with open_house(tmp_path, provider, engine, deployments=(claude,)) as running:
        response = await running.client.post("/v1/messages", json=body)
    heard = next(door for door in DOORS if door.name == "messages").heard(response, stream=True)
    assert (heard.reasoning, heard.text, heard.finish) == ("高橋みどり への返事だ。", "高橋みどり 様", "end_turn")
    assert '"signature_delta","signature":"c2lnbmF0dXJl"' in response.text
