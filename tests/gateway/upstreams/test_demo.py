from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from gateway.upstreams.base import Call, Deployment, UpstreamError
from gateway.upstreams.demo import Demo

TEXT = "[PERSON_1]様（[ADDRESS_1]、電話 [PHONE_1]）からのお問い合わせです。"
BODY: dict[str, Any] = {"model": "demo", "messages": [{"role": "user", "content": TEXT}]}
DEPLOYMENT = Deployment(name="demo", model="demo", lane="demo", zone="on_premises", region="庁内")
TOOL = {
    "type": "function",
    "function": {"name": "send", "parameters": {"properties": {"to": {"type": "string"}, "tel": {"type": "string"}}}},
}


async def collect(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [message async for message in Demo(DEPLOYMENT, pause=0).send(Call("chat/completions", body))]


async def whole_text(body: dict[str, Any]) -> str:
    [message] = await collect(body)
    text: str = message["choices"][0]["message"]["content"]
    return text


def joined(chunks: list[dict[str, Any]], index: int) -> str:
    choices = [choice for chunk in chunks for choice in chunk["choices"] if choice["index"] == index]
    return "".join(choice["delta"].get("content", "") for choice in choices)


async def test_whole_reply() -> None:
    [message] = await collect(BODY)
    assert message["object"] == "chat.completion"
    assert message["model"] == "demo"
    assert message["id"].startswith("chatcmpl-demo-")
    assert isinstance(message["created"], int)
    [choice] = message["choices"]
    assert (choice["index"], choice["finish_reason"]) == (0, "stop")
    usage = message["usage"]
    assert usage["prompt_tokens"] == len(TEXT)
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


async def test_streamed_reply_is_the_whole_one_in_pieces() -> None:
    chunks = await collect(BODY | {"stream": True, "n": 2})
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert joined(chunks, 0) == joined(chunks, 1) == await whole_text(BODY)
    ends = [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"] if choice["finish_reason"]]
    assert ends == ["stop", "stop"]
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert "usage" not in chunks[-1]


async def test_every_token_is_cut_by_the_stream() -> None:
    chunks = await collect(BODY | {"stream": True})
    pieces = [choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"]]
    assert not any(token in piece for piece in pieces for token in ("[PERSON_1]", "[ADDRESS_1]", "[PHONE_1]"))


async def test_usage_of_a_stream_when_asked_for() -> None:
    chunks = await collect(BODY | {"stream": True, "stream_options": {"include_usage": True}})
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["prompt_tokens"] == len(TEXT)
    assert all(chunk["usage"] is None for chunk in chunks[:-1])


@pytest.mark.parametrize("choice", [{"type": "function", "function": {"name": "send"}}, "required"])
async def test_a_demanded_tool_call_holds_tokens(choice: Any) -> None:
    body = BODY | {"tools": [TOOL], "tool_choice": choice}
    [message] = await collect(body)
    [reply] = message["choices"]
    assert reply["finish_reason"] == "tool_calls"
    assert reply["message"]["content"] is None
    [call] = reply["message"]["tool_calls"]
    assert call["type"] == "function"
    assert call["function"]["name"] == "send"
    assert json.loads(call["function"]["arguments"]) == {"to": "[PERSON_1]", "tel": "[PHONE_1]"}

    chunks = await collect(body | {"stream": True})
    calls = [call for chunk in chunks for each in chunk["choices"] for call in each["delta"].get("tool_calls", ())]
    assert calls[0]["function"]["name"] == "send"
    assert "".join(each["function"]["arguments"] for each in calls) == call["function"]["arguments"]
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize("choice", [None, "auto", "none", {"function": {"name": "unknown"}}, {"function": 1}])
async def test_otherwise_it_answers_in_words(choice: Any) -> None:
    assert "デモ用の応答" in await whole_text(BODY | {"tools": [TOOL], "tool_choice": choice})


@pytest.mark.parametrize(
    "body", [{}, {"messages": None}, {"messages": ["x", {"role": "user", "content": [1, {"text": 2}]}]}, {"tools": 3}]
)
async def test_odd_bodies_get_an_answer(body: dict[str, Any]) -> None:
    assert "利用者の発言は届いていません" in await whole_text(body)


@pytest.mark.parametrize("count", [0.5, -1, 17, 10**9, "2", True])
async def test_impossible_numbers_of_choices_are_refused(count: Any) -> None:
    with pytest.raises(UpstreamError) as caught:
        await collect(BODY | {"n": count})
    assert (caught.value.status, caught.value.retryable) == (400, False)


async def test_other_endpoints_are_refused() -> None:
    with pytest.raises(UpstreamError) as caught:
        await anext(Demo(DEPLOYMENT).send(Call("audio/speech", {"input": "x"})))
    assert caught.value.status == 404


async def test_streams_take_their_time() -> None:
    loop = asyncio.get_running_loop()
    messages = Demo(DEPLOYMENT, pause=0.02).send(Call("chat/completions", BODY | {"stream": True}))
    begun = loop.time()
    for _ in range(3):
        await anext(messages)
    assert loop.time() - begun >= 0.04
    await messages.aclose()
