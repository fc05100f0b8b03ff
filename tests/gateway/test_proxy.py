"""The order of an exchange's life: inspected, recorded, sent, closed; whatever happens, closed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from gateway.errors import ApiError, NotFound, Refused, Unavailable, UpstreamFailed
from gateway.inspection import FindingCache, Inspector
from gateway.proxy import Gateway
from gateway.upstreams.base import Deployment, UpstreamError
from gateway.upstreams.selection import Upstreams
from gateway.worker import Worker
from metrics.prometheus import Instruments
from metrics.recorder import RecorderUnavailable
from tests.fixtures.provider import chat_chunks, chat_reply
from tests.gateway.fakes import exchange

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Recorder:
    """Notes the order of events."""

    def __init__(self, log: list[Any], *, broken: bool = False) -> None:
        self.log, self.broken = log, broken

    async def open(self, record: Any) -> None:
        if self.broken:
            raise RecorderUnavailable
        self.log.append(("open", record.verdict))

    def close(self, record: Any) -> None:
        self.log.append(("close", record.outcome.value, record.status))


class Lane:
    """An upstream that says what it is given to say."""

    def __init__(self, log: list[Any], *messages: Any) -> None:
        self.log, self.messages = log, messages

    async def send(self, call: Any) -> AsyncGenerator[Any, None]:
        self.log.append(("send", call.body["messages"][0]["content"]))
        for message in self.messages:
            if isinstance(message, Exception):
                raise message
            if message == "hang":
                await asyncio.sleep(3600)
            yield message

    async def close(self) -> None: ...


def gateway(log: list[Any], *messages: Any, broken: bool = False) -> Gateway:
    deployment = Deployment.model_validate(
        {"name": "d", "model": "m", "lane": "demo", "zone": "external", "region": "x", "trains_on_input": False}
    )
    upstreams = Upstreams([deployment], {}, lambda _: Lane(log, *messages))
    inspector = Inspector(Worker(1, 5), FindingCache(10))
    return Gateway(inspector, upstreams, Recorder(log, broken=broken), Instruments(["m"], ["chat/completions"]))  # type: ignore[arg-type]


async def run(gate: Gateway, *contents: str, **body: Any) -> list[Any]:
    return [message async for message in gate.handle(exchange(*contents, **body))]


async def test_the_record_is_open_before_anything_is_sent() -> None:
    log: list[Any] = []
    (message,) = await run(gateway(log, chat_reply("[PERSON_1]さん")), "山田")
    assert log == [("open", "redact"), ("send", "[PERSON_1]"), ("close", "answered", 200)]
    assert message["choices"][0]["message"]["content"] == "山田さん"


async def test_a_blocked_exchange_is_recorded_and_never_sent() -> None:
    log: list[Any] = []
    with pytest.raises(Refused) as raised:
        await run(gateway(log, chat_reply()), "禁止")
    assert log == [("open", "block"), ("close", "blocked", 403)]
    assert raised.value.extra["sekimori"]["verdict"] == "block"


async def test_an_unknown_model_is_recorded_without_its_name() -> None:
    log: list[Any] = []
    with pytest.raises(NotFound):
        await run(gateway(log), "x", model="山田")
    assert log[-1] == ("close", "failed", 404)


async def test_without_a_record_nothing_is_sent() -> None:
    log: list[Any] = []
    with pytest.raises(Unavailable):
        await run(gateway(log, chat_reply(), broken=True), "x")
    assert log == [("close", "failed", 503)]


async def test_an_upstreams_failure_reaches_the_caller_as_such() -> None:
    log: list[Any] = []
    error = UpstreamError(status=504, code="upstream_timeout", message="遅い", retryable=True, deployment="d")
    with pytest.raises(UpstreamFailed, match="遅い"):
        await run(gateway(log, error), "x")
    assert log[-1] == ("close", "failed", 504)


async def test_half_a_stream_is_released_and_then_fails() -> None:
    log: list[Any] = []
    error = UpstreamError(status=502, code="upstream_ended_early", message="途中", retryable=True, deployment="d")
    messages = gateway(log, *chat_chunks("半分", finish=None), error).handle(exchange("x", stream=True))
    seen = [await anext(messages) for _ in range(3)]
    with pytest.raises(ApiError):
        await anext(messages)
    assert "".join(c["delta"].get("content", "") for m in seen for c in m["choices"]) == "半分"
    assert log[-1] == ("close", "failed", 502)


async def test_a_caller_who_leaves_closes_the_record() -> None:
    log: list[Any] = []
    messages = gateway(log, *chat_chunks("一。", "二"), "hang").handle(exchange("x", stream=True))
    await anext(messages)
    await messages.aclose()
    assert log[-1] == ("close", "cancelled", 499)


async def test_an_empty_reply_is_an_error() -> None:
    log: list[Any] = []
    with pytest.raises(UpstreamFailed):
        await run(gateway(log), "x")
    assert log[-1] == ("close", "failed", 502)


async def test_the_report_is_in_the_last_message_only() -> None:
    messages = await run(gateway([], *chat_chunks("注意。", "はい。")), "注意", stream=True)
    assert [("sekimori" in m) for m in messages] == [False] * (len(messages) - 1) + [True]
    assert [n["direction"] for n in messages[-1]["sekimori"]["notices"]] == ["request", "reply"]


async def test_a_footnote_is_left_out_where_the_reply_must_stay_json() -> None:
    (plain,) = await run(gateway([], chat_reply("{}")), "注意")
    (json_mode,) = await run(gateway([], chat_reply("{}")), "注意", response_format={"type": "json_object"})
    assert "【関守から確認のお願い】" in plain["choices"][0]["message"]["content"]
    assert json_mode["choices"][0]["message"]["content"] == "{}"
