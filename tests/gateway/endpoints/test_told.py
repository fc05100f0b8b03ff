"""A chat reply, whole or in pieces, is heard the same."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.endpoints.told import Told, ToolCall
from tests.fixtures.provider import chat_chunks, chat_reply

CALLS = [{"id": f"c{n}", "type": "function", "function": {"name": f"f{n}", "arguments": '{"a": 1}'}} for n in range(2)]


def test_a_whole_reply() -> None:
    told = Told()
    pieces = told.feed(chat_reply("本文", reasoning_content="考え", tool_calls=CALLS, refusal=None))
    assert pieces == [(0, "reasoning", "考え"), (0, "text", "本文")]
    assert [(call.id, call.name, call.values()) for call in told.first.tool_calls] == [("c0", "f0", {"a": 1}), ("c1", "f1", {"a": 1})]  # fmt: skip
    assert (told.input_tokens, told.output_tokens, told.first.finish) == (7, 3, "tool_calls")


def test_a_streamed_reply_with_calls_that_grow_in_turns() -> None:
    told = Told()
    for chunk in chat_chunks("本", "文", finish=None):
        told.feed(chunk)
    for index, text in ((1, '{"a"'), (0, "{}"), (1, ": 2}")):
        call = {"index": index, "function": {"arguments": text, **({"name": f"f{index}"} if text[0] == "{" else {})}}
        told.feed({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
    told.feed({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}], "sekimori": {"x": 1}})
    assert told.first.text == "本文"
    assert [(call.name, call.values()) for call in told.first.tool_calls] == [("f0", {}), ("f1", {"a": 2})]
    assert told.report == {"x": 1}


def test_calls_of_a_stopped_reply_are_taken_back() -> None:
    told = Told()
    told.feed({"choices": [{"delta": {"tool_calls": [CALLS[0] | {"index": 0}]}, "finish_reason": "content_filter"}]})
    assert told.first.tool_calls == []


@pytest.mark.parametrize(
    ("arguments", "values"),
    [("", {}), ("{}", {}), ('{"a": [1]}', {"a": [1]}), ("[1]", {"input": [1]}), ("half {", {"input": "half {"}), ("[" * 10**5, None)],
)  # fmt: skip
def test_arguments_are_always_an_object(arguments: str, values: Any) -> None:
    assert ToolCall(arguments=arguments).values() == ({"input": arguments} if values is None else values)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"choices": None},
        {"choices": [None]},
        {"choices": [{"delta": None}]},
        {"choices": [{"message": {"content": 3, "tool_calls": 3}}]},
        {"choices": [{"message": {"tool_calls": [None, {"function": None}], "thinking_blocks": [3]}}]},
        {"usage": {"prompt_tokens": "x"}},
    ],
)
def test_odd_messages_say_nothing(message: dict[str, Any]) -> None:
    told = Told()
    assert told.feed(message) == []
    assert told.input_tokens == 0


def test_a_signature_is_kept_for_the_next_turn() -> None:
    told = Told()
    told.feed(
        {"choices": [{"message": {"thinking_blocks": [{"type": "thinking", "thinking": "x", "signature": "s"}]}}]}
    )
    assert told.first.signature == "s"


def test_texts_in_parts_and_custom_tools_and_old_functions() -> None:
    told = Told()
    parts = [{"type": "text", "text": "あ"}, {"type": "text", "text": "い"}]
    custom = {"id": "c", "type": "custom", "custom": {"name": "shell", "input": "ls"}}
    told.feed({"choices": [{"message": {"content": parts, "tool_calls": [custom]}}]})
    assert told.first.text == "あい"
    assert told.first.tool_calls == [ToolCall("c", "shell", "ls", custom=True)]
    old = Told()
    old.feed({"choices": [{"delta": {"function_call": {"name": "f", "arguments": "{}"}}}]})
    assert old.first.tool_calls == [ToolCall("", "f", "{}")]
