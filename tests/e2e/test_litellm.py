"""The whole way through litellm: the door speaks OpenAI's format, the provider its own (Anthropic's Messages)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gateway.upstreams.base import Deployment
from tests.fixtures.house import Running, open_house
from tests.fixtures.provider import FakeProvider, Stream, Whole, event_bytes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from policies.finding import Detector

pytestmark = [
    pytest.mark.slow,
    # litellm hushes this warning of pydantic's about its own types; pytest undoes that.
    pytest.mark.filterwarnings("ignore:.*`ReadOnly` qualifier:UserWarning"),
]

PERSON, PHONE = "高橋みどり", "090-1234-5678"
LETTER = f"{PERSON}様（電話 {PHONE}）へのお返事を書いてください。"
MESSAGE: dict[str, Any] = {
    "id": "msg_01",
    "type": "message",
    "role": "assistant",
    "model": "claude-test",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": {"input_tokens": 9, "output_tokens": 1},
}


def event(kind: str, **fields: Any) -> bytes:
    return event_bytes({"type": kind, **fields}, kind)


@pytest.fixture
async def running(
    tmp_path: Path,
    provider: FakeProvider,
    engine: tuple[Detector, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Running]:
    monkeypatch.setenv("CLAUDE_KEY", "sk-ant-invented")
    claude = Deployment.model_validate(
        {
            "name": "claude-jp",
            "model": "claude",
            "lane": "litellm",
            "upstream_model": "anthropic/claude-test",
            "base_url": provider.base_url.removesuffix("/v1"),
            "api_key_env": "CLAUDE_KEY",
            "zone": "external",
            "region": "ap-northeast-1",
            "trains_on_input": False,
            "retries": {"count": 0},
        }
    )
    async with open_house(tmp_path, provider, engine, deployments=(claude,)) as house:
        yield house


def only_tokens_left(provider: FakeProvider) -> None:
    [request] = provider.requests
    assert request.path == "/v1/messages"
    assert {name.lower(): value for name, value in request.headers.items()}["x-api-key"] == "sk-ant-invented"
    assert "[PERSON_1]様（電話 [PHONE_1]）" in json.dumps(request.json(), ensure_ascii=False)
    assert PERSON not in provider.received
    assert "1234" not in provider.received


async def test_a_whole_reply(running: Running, provider: FakeProvider) -> None:
    text = {"type": "text", "text": "[PERSON_1] 様\n[PHONE_1] におかけします。"}
    provider.reply(Whole({**MESSAGE, "content": [text], "stop_reason": "end_turn"}))
    response = await running.chat(LETTER, model="claude", max_tokens=100)
    reply = response.json()
    assert response.status_code == 200, reply
    assert reply["choices"][0]["message"]["content"] == f"{PERSON} 様\n{PHONE} におかけします。"
    assert reply["choices"][0]["finish_reason"] == "stop"
    assert reply["sekimori"]["deployment"] == "claude-jp"
    only_tokens_left(provider)
    [record] = await running.records()
    assert (record["outcome"], record["deployment"], record["zone"]) == ("answered", "claude-jp", "external")
    assert record["input_tokens"] == 9


async def test_a_streamed_reply(running: Running, provider: FakeProvider) -> None:
    pieces = ["[PERS", "ON_1] 様\n", "[PHO", "NE_1] におか", "けします。", "以上"]
    deltas = [event("content_block_delta", index=0, delta={"type": "text_delta", "text": text}) for text in pieces]
    provider.reply(
        Stream(
            [
                event("message_start", message=MESSAGE),
                event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
                *deltas,
                event("content_block_stop", index=0),
                event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 7}),
                event("message_stop"),
            ],
            done=False,
        )
    )  # fmt: skip
    response = await running.chat(LETTER, model="claude", max_tokens=100, stream=True)
    lines = [line.removeprefix("data: ") for line in response.text.split("\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    chunks = [json.loads(line) for line in lines[:-1]]
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    assert "".join(c["delta"].get("content") or "" for c in choices) == f"{PERSON} 様\n{PHONE} におかけします。以上"
    assert [c["finish_reason"] for c in choices if c["finish_reason"]] == ["stop"]
    assert chunks[-1]["sekimori"]["redacted"] == {"pii.person": 1, "pii.phone": 1}
    only_tokens_left(provider)


async def test_a_refusal_of_the_provider_is_an_error_in_openais_shape(running: Running, provider: FakeProvider) -> None:
    provider.reply(
        Whole({"type": "error", "error": {"type": "rate_limit_error", "message": f"slow down, {PERSON}"}}, status=429)
    )
    response = await running.chat(LETTER, model="claude", max_tokens=100)
    assert response.status_code == 429
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    assert PERSON not in response.text
