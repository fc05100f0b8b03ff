"""Events of every type, in an order that OpenAI's clients can put together."""

from __future__ import annotations

import json

from gateway.endpoints.responses_voice import ResponsesVoice
from gateway.errors import UpstreamFailed
from tests.fixtures.doors import _responses_stream, events
from tests.fixtures.provider import chat_reply
from tests.gateway.endpoints.voices import CALL, chunks, tell

BODY = {"model": "m"}


def test_every_type_of_event_in_its_order() -> None:
    deltas = [
        {"reasoning_content": "考"}, {"reasoning_content": "え"}, {"content": "本"}, {"content": "文"},
        {"refusal": "断る"}, {"tool_calls": [{"index": 0, **CALL}]},
    ]  # fmt: skip
    told = tell(ResponsesVoice(BODY), chunks(*deltas, finish="tool_calls"))
    assert [kind.removeprefix("response.") for kind, _ in events(told)] == [
        "created", "in_progress",
        "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
        "reasoning_summary_text.delta", "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done",
        "output_item.added", "content_part.added", "output_text.delta", "output_text.delta", "output_text.done",
        "content_part.done", "content_part.added", "refusal.delta", "refusal.done", "content_part.done",
        "output_item.done",
        "output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
        "completed",
    ]  # fmt: skip
    heard = _responses_stream(told)
    assert (heard.reasoning, heard.text, heard.calls) == ("考え", "本文断る", [("f", {"a": 1})])
    assert heard.report == {"verdict": "allow"}
    assert events(told)[-1][1]["response"]["usage"]["total_tokens"] == 10


def test_an_item_that_was_added_is_told_as_it_was_then() -> None:
    told = events(tell(ResponsesVoice(BODY), chunks({"content": "本文"})))
    added = next(data for kind, data in told if kind == "response.output_item.added")
    assert added["item"]["content"] == []
    assert added["item"]["status"] == "in_progress"


def test_a_whole_reply_has_the_same_items() -> None:
    reply = chat_reply("本文", reasoning_content="考え", tool_calls=[CALL])
    body = json.loads(ResponsesVoice(BODY).whole(reply)[0])
    assert [item["type"] for item in body["output"]] == ["reasoning", "message", "function_call"]
    assert (body["status"], body["store"], body["usage"]["input_tokens"]) == ("completed", False, 7)


def test_a_custom_tool() -> None:
    custom = {"id": "c", "type": "custom", "custom": {"name": "shell", "input": "ls"}}
    body = json.loads(ResponsesVoice(BODY).whole(chat_reply(None, tool_calls=[custom]))[0])
    assert (body["output"][0]["type"], body["output"][0]["input"]) == ("custom_tool_call", "ls")
    told = events(tell(ResponsesVoice(BODY), chunks({"tool_calls": [{"index": 0, **custom}]})))
    assert "response.custom_tool_call_input.done" in [kind for kind, _ in told]


def test_what_was_cut_short_is_incomplete() -> None:
    for finish, reason in (("length", "max_output_tokens"), ("content_filter", "content_filter")):
        kind, last = events(tell(ResponsesVoice(BODY), chunks({"content": "あ"}, finish=finish)))[-1]
        assert kind == "response.incomplete"
        assert last["response"]["incomplete_details"] == {"reason": reason}
        assert last["response"]["output"][0]["status"] == "incomplete"


def test_a_failure() -> None:
    voice = ResponsesVoice(BODY)
    voice.feed(chunks({"content": "あ"})[1])
    (_, error), (kind, failed) = events(voice.fail(UpstreamFailed("途中", status=502, code="cut")).decode())
    assert (error["code"], error["message"]) == ("cut", "途中")
    assert (kind, failed["response"]["status"]) == ("response.failed", "failed")


def test_a_reply_without_text_is_a_response_without_output() -> None:
    assert _responses_stream(tell(ResponsesVoice(BODY), chunks())).text == ""
