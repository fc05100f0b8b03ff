"""What the chat format says about its bodies."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.endpoints.chat import Chat
from gateway.errors import BadRequest
from tests.fixtures.provider import chat_chunks, chat_reply

CHAT = Chat()
GOOD: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "x"}]}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"n": 2},
        {"n": None},
        {"stream": None},
        {"stream": True, "stream_options": {"include_usage": True}},
        {"logprobs": False},
        {"modalities": ["text"]},
        {"unknown": {"x": 1}},
        {"store": False, "data_sources": [], "web_search_options": None, "plugins": []},
        {"tools": [{"type": "function", "function": {"name": "f"}}, {"type": "custom", "custom": {"name": "g"}}]},
    ],
)
def test_what_is_let_in(change: dict[str, Any]) -> None:
    CHAT.check({**GOOD, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"model": ""},
        {"model": None},
        {"messages": {}},
        {"messages": [[]]},
        {"n": 0},
        {"n": 129},
        {"n": 1.0},
        {"n": "1"},
        {"stream": 1},
        {"stream_options": []},
        {"logprobs": True},
        {"top_logprobs": 3},
        {"audio": {"voice": "x"}},
        {"modalities": ["text", "audio"]},
        {"modalities": 3},
        {"store": True},
        {"data_sources": [{}]},
        {"web_search_options": {}},
        {"plugins": [{"id": "web"}]},
        {"tools": [{"type": "mcp"}]},
        {"tools": [{"type": "web_search_preview"}]},
        {"tools": {}},
        {"messages": [{"role": "assistant", "audio": {"id": "a"}}]},
    ],
)
def test_what_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        CHAT.check({**GOOD, **change})


def test_usage_is_asked_for_in_streams_and_the_callers_options_stay() -> None:
    assert CHAT.prepare(GOOD) == GOOD
    sent = CHAT.prepare({**GOOD, "stream": True, "stream_options": {"x": 1}})
    assert sent["stream_options"] == {"x": 1, "include_usage": True}


def test_parts_come_in_the_order_of_writing() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    message = chat_reply("本文", tool_calls=[call], reasoning_content="考え", annotations=[{"title": "題"}])
    keys = [part.key for part in CHAT.reply_parts(message)]
    assert keys == [
        (0, "reasoning_content"),
        (0, "annotations", 0, "title"),
        (0, "content"),
        (0, "tool_calls", 0, "name"),
        (0, "tool_calls", 0, "arguments"),
    ]


def test_contents_that_are_lists_are_read_too() -> None:
    parts = list(CHAT.reply_parts(chat_reply([{"type": "text", "text": "あ"}])))  # type: ignore[arg-type]
    assert [part.text for part in parts] == ["あ"]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"choices": None},
        {"choices": [None, 3]},
        {"choices": [{"delta": None}]},
        {"choices": [{"index": 0, "message": "x"}]},
    ],
)
def test_odd_messages_have_no_parts(message: dict[str, Any]) -> None:
    assert list(CHAT.reply_parts(message)) == []
    assert CHAT.usage(message) is None


def test_a_finish_closes_its_own_choice_and_the_answer_closes_the_reasoning() -> None:
    keys = [(0, "tool_calls", 0, "arguments"), (0, "content"), (0, "reasoning_content"), (1, "content")]
    finish = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    assert CHAT.closed_by(finish, keys) == [keys[2], keys[1], keys[0]]
    answer = {"choices": [{"index": 0, "delta": {"content": "あ"}, "finish_reason": None}]}
    assert CHAT.closed_by(answer, keys) == [keys[2]]


def test_the_end_of_a_stream() -> None:
    chunks = chat_chunks("あ")
    assert [CHAT.ends(chunk) for chunk in chunks] == [False, False, True]
    assert CHAT.ends({"choices": [], "usage": {}})
    assert CHAT.ends(chat_reply())


def test_usage_only_for_those_who_asked() -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 2}
    assert CHAT.usage({"usage": usage}) == (1, 2)
    assert CHAT.usage({"usage": {"prompt_tokens": -1}}) == (0, 0)
    body = {**GOOD, "stream": True}
    assert CHAT.for_caller({"choices": [], "usage": usage}, body) is None
    assert CHAT.for_caller({"choices": [{}], "usage": usage}, body) == {"choices": [{}]}
    asked = {**body, "stream_options": {"include_usage": True}}
    assert CHAT.for_caller({"choices": [], "usage": usage}, asked) == {"choices": [], "usage": usage}
    assert CHAT.for_caller({"choices": [{}], "usage": usage}, GOOD)["usage"] == usage  # type: ignore[index]
