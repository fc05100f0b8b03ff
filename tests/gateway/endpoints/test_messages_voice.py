"""Content blocks, one after the other."""

from __future__ import annotations

import json

import pytest

from gateway.endpoints.messages_voice import MessagesVoice
from gateway.errors import Unavailable
from tests.fixtures.doors import _messages_stream, events
from tests.fixtures.provider import chat_reply
from tests.gateway.endpoints.voices import CALL, chunks, tell

BODY = {"model": "m"}


def test_blocks_begin_grow_and_end_in_turn() -> None:
    deltas = [
        {"reasoning_content": "考え"}, {"thinking_blocks": [{"type": "thinking", "signature": "sig"}]},
        {"content": "本"}, {"content": "文"}, {"refusal": "断る"}, {"tool_calls": [{"index": 0, **CALL}]},
    ]  # fmt: skip
    told = tell(MessagesVoice(BODY), chunks(*deltas, finish="tool_calls"))
    assert [kind for kind, _ in events(told)] == [
        "message_start",
        "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop",
        "content_block_start", "content_block_delta", "content_block_delta", "content_block_delta", "content_block_stop",
        "content_block_start", "content_block_delta", "content_block_stop",
        "message_delta", "message_stop",
    ]  # fmt: skip
    heard = _messages_stream(told)
    assert (heard.reasoning, heard.text, heard.calls) == ("考え", "本文断る", [("f", {"a": 1})])
    assert (heard.finish, heard.report) == ("tool_use", {"verdict": "allow"})
    assert {"type": "signature_delta", "signature": "sig"} in [d.get("delta") for _, d in events(told)]
    assert events(told)[-2][1]["usage"] == {"input_tokens": 7, "output_tokens": 3}


def test_a_whole_reply_has_the_same_blocks() -> None:
    thoughts = [{"type": "thinking", "thinking": "考え", "signature": "sig"}]
    reply = chat_reply("本文", reasoning_content="考え", thinking_blocks=thoughts, tool_calls=[CALL])
    body = json.loads(MessagesVoice(BODY).whole(reply)[0])
    assert body["content"] == [
        {"type": "thinking", "thinking": "考え", "signature": "sig"},
        {"type": "text", "text": "本文"},
        {"type": "tool_use", "id": "c1", "name": "f", "input": {"a": 1}},
    ]
    assert (body["role"], body["model"], body["usage"]["input_tokens"]) == ("assistant", "m", 7)


@pytest.mark.parametrize(
    ("finish", "reason"),
    [("stop", "end_turn"), ("length", "max_tokens"), ("tool_calls", "tool_use"), ("content_filter", "refusal")],
)
def test_why_it_ended(finish: str, reason: str) -> None:
    assert _messages_stream(tell(MessagesVoice(BODY), chunks({"content": "あ"}, finish=finish))).finish == reason


def test_a_failure_is_an_event() -> None:
    ((_, start), (kind, data)) = events(MessagesVoice(BODY).fail(Unavailable("後で")).decode())
    assert start["type"] == "message_start"
    assert (kind, data["error"]["type"]) == ("error", "overloaded_error")
