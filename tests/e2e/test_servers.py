"""Servers of one's own, each with the habits of its wire format: vLLM, Ollama's and LM Studio's OpenAI doors, llama.cpp.

Written after their public references and sources. And two hundred persons at once: nobody reads another's name.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.fixtures.doors import DOORS
from tests.fixtures.house import open_house
from tests.fixtures.provider import FakeProvider, Stream, Whole, chat_chunks, chat_reply, event_bytes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import web

    from policies.finding import Detector
    from tests.fixtures.house import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")

LETTER = "高橋みどり様（電話 090-1234-5678）へのお返事を書いてください。"
SENT = "[PERSON_1]様（電話 [PHONE_1]）へのお返事を書いてください。"
PIECES = ("[PERS", "ON_1] 様\n", "[PHO", "NE_1] へ")
TOLD = "高橋みどり 様\n090-1234-5678 へ"
CHAT = DOORS[0]
ARGUMENTS = '{"to": "[PERSON_1]"}'


@dataclass(frozen=True)
class Server:
    """What one server adds to the common format, and how it refuses."""

    head: dict[str, Any] = field(default_factory=dict)
    """Beside ``choices``, in every message."""
    choice: dict[str, Any] = field(default_factory=dict)
    reasoning: str = "reasoning_content"
    last: tuple[Any, ...] = ()
    """Messages after the one with the finish reason."""
    refusal: tuple[int, Any] = (400, {"error": {"message": "too long", "type": "invalid_request_error", "code": 400}})
    broken: tuple[bytes, ...] = ()
    """How a stream says that something went wrong in the middle."""
    one_call: bool = False
    """Whether a call comes in one piece."""


SERVERS = {
    "vllm": Server(
        head={"prompt_logprobs": None, "kv_transfer_params": None, "service_tier": None},
        choice={"logprobs": None, "stop_reason": None, "token_ids": None},
        last=({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}},),
        refusal=(400, {"object": "error", "message": "too long", "type": "BadRequestError", "param": None, "code": 400}),
        broken=(event_bytes({"error": {"message": "engine died", "type": "InternalServerError", "param": None, "code": 500}}),),
    ),
    "ollama": Server(
        head={"system_fingerprint": "fp_ollama"},
        reasoning="reasoning",
        last=({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}},),
        refusal=(400, {"error": {"message": "too long", "type": "invalid_request_error", "param": None, "code": None}}),
        broken=(event_bytes({"error": {"message": "llama runner process has terminated", "type": "api_error"}}),),
        one_call=True,
    ),
    "lm-studio": Server(
        head={"system_fingerprint": "small", "stats": {}},
        choice={"logprobs": None},
        refusal=(400, {"error": "The number of tokens to keep from the initial prompt is greater than the context"}),
        broken=(event_bytes({"error": {"message": "model unloaded"}}, "error"),),
    ),
    "llama.cpp": Server(
        head={"system_fingerprint": "b6000-abc", "timings": {"prompt_n": 7, "predicted_per_second": 12.5}},
        last=({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}, "timings": {"cache_n": 1}},),
        refusal=(400, {"error": {"code": 400, "message": "too long", "type": "exceed_context_size_error", "n_ctx": 512}}),
        broken=(b'error: {"code":500,"message":"slot failed","type":"server_error"}\n\n',),
    ),
}  # fmt: skip


@pytest.fixture(params=sorted(SERVERS))
def server(request: pytest.FixtureRequest) -> Server:
    return SERVERS[request.param]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as fake:
        yield fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(
    tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider, engine: tuple[Detector, ...]
) -> AsyncIterator[Running]:
    async with open_house(tmp_path_factory.mktemp("servers"), provider, engine) as house:
        yield house


def dressed(server: Server, message: dict[str, Any]) -> dict[str, Any]:
    choices = [{**choice, **server.choice} for choice in message["choices"]]
    return {**message, **server.head, "choices": choices}


def chunks(server: Server, deltas: list[dict[str, Any]], finish: str = "stop") -> list[Any]:
    first, blank, last = chat_chunks("", finish=finish)
    written = [{**blank, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    return [*(dressed(server, each) for each in (first, *written, last)), *({**blank, **each} for each in server.last)]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_text_and_thoughts_come_back(
    running: Running, provider: FakeProvider, server: Server, *, stream: bool
) -> None:
    provider.requests.clear()
    thoughts = [{server.reasoning: piece} for piece in ("[PERSON", "_1] へ。")]
    if stream:
        provider.reply(Stream(chunks(server, [*thoughts, *({"content": piece} for piece in PIECES)])))
    else:
        said = chat_reply("".join(PIECES), **{server.reasoning: "[PERSON_1] へ。"})
        provider.reply(Whole(dressed(server, said)))
    answer = await running.chat(LETTER, stream=stream)
    heard = CHAT.heard(answer, stream=stream)
    assert (heard.text, heard.finish) == (TOLD, "stop")
    assert "高橋みどり へ。" in answer.text
    assert "PERSON_1" not in answer.text
    (sent,) = provider.requests
    assert sent.json()["messages"] == [{"role": "user", "content": SENT}]
    assert "高橋" not in provider.received
    record = (await running.records())[-1]
    assert record["outcome"] == "answered"
    if not stream or server.last:
        assert (record["input_tokens"], record["output_tokens"]) == (7, 3)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_the_arguments_of_a_tool_come_back(
    running: Running, provider: FakeProvider, server: Server, *, stream: bool
) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "register", "arguments": ARGUMENTS}}
    if not stream:
        provider.reply(Whole(dressed(server, chat_reply(None, tool_calls=[call]))))
    elif server.one_call:
        provider.reply(Stream(chunks(server, [{"tool_calls": [{"index": 0, **call}]}], "tool_calls")))
    else:
        begun = {"index": 0, **call, "function": {"name": "register", "arguments": ""}}
        pieces = [{"index": 0, "function": {"arguments": piece}} for piece in (ARGUMENTS[:9], ARGUMENTS[9:])]
        provider.reply(Stream(chunks(server, [{"tool_calls": [each]} for each in (begun, *pieces)], "tool_calls")))
    tool = {"type": "function", "function": {"name": "register", "parameters": {"type": "object"}}}
    heard = CHAT.heard(await running.chat(LETTER, stream=stream, tools=[tool]), stream=stream)
    assert heard.calls == [("register", {"to": "高橋みどり"})]
    assert heard.finish == "tool_calls"


async def test_a_refusal_and_a_breakdown_are_told(running: Running, provider: FakeProvider, server: Server) -> None:
    status, body = server.refusal
    provider.reply(Whole(body, status=status))
    refused = await running.chat(LETTER)
    assert refused.status_code == 400
    assert set(refused.json()["error"]) == {"message", "type", "param", "code"}
    begun = chunks(server, [{"content": "[PERSON_1] 様。"}])[:2]
    provider.reply(Stream([*begun, *server.broken], done=False))
    heard = CHAT.heard(await running.chat(LETTER, stream=True), stream=True)
    assert heard.text == "高橋みどり 様。"
    assert heard.error["code"].startswith("upstream_")
    assert (await running.records())[-1]["outcome"] == "failed"


class Echo:
    """Says back what it was asked, letter by letter, while all others are being answered too."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        asked = json.loads(await request.read())["messages"][-1]["content"]
        await asyncio.sleep(0.05)
        return await Stream(chat_chunks(*asked)).answer(request)


FAMILIES = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤")
GIVEN = ("花子", "太郎", "一郎", "由美", "健太", "美咲", "直樹", "恵子", "翔太", "陽子")


async def test_two_hundred_at_once_and_nobody_reads_anothers_name(running: Running, provider: FakeProvider) -> None:
    provider.requests.clear()
    provider.default = Echo()
    try:
        persons = [
            (f"{FAMILIES[n % 10]}{GIVEN[n // 10 % 10]}", f"090-{1000 + n}-{5678 - n}") for n in range(200)
        ]  # fmt: skip
        letters = [f"{name}さん（電話 {phone}）への案内を書いてください。" for name, phone in persons]
        answers = await asyncio.gather(*(running.chat(letter, stream=True) for letter in letters))
    finally:
        provider.default = None
    for letter, answer in zip(letters, answers, strict=True):
        assert CHAT.heard(answer, stream=True).text == letter
    assert len(provider.requests) == 200
    assert not any(phone in provider.received or name in provider.received for name, phone in persons)
