"""What the reply loop asks of a reply that comes as Responses."""

from __future__ import annotations

from typing import Any

from gateway.endpoints.responses_events import STOP
from gateway.endpoints.responses_native import NativeReply
from tests.fixtures.responses import call, message, response, thought

REPLY = NativeReply()


def test_every_string_of_a_whole_response_is_a_part() -> None:
    body = response(message("文", annotations=[{"title": "題"}]), call('{"a": "b"}'), {"type": "new", "x": ["y"]})
    body = {name: value for name, value in body.items() if name in {"output", "status", "object", "id"}}
    found = {part.text: part for part in REPLY.reply_parts(body)}
    assert found.keys() == {"文", "題", '{"a": "b"}', "f", "y"}
    assert found['{"a": "b"}'].json
    assert not found["文"].json
    assert not any(part.partial for part in found.values())
    found["y"].text = "z"
    assert body["output"][2]["x"] == ["z"]


def test_a_delta_is_partial_and_its_other_strings_are_read_too() -> None:
    event = {"type": "response.output_text.delta", "item_id": "m", "output_index": 0, "delta": "文", "note": "題"}
    delta, note = REPLY.reply_parts(event)
    assert (delta.key, delta.partial, note.text, note.partial) == ((0, 0, "content", 0, "text"), True, "題", False)
    note.text = "替"
    assert event["note"] == "替"
    assert list(REPLY.reply_parts({"type": STOP, "text": "理由"})) == []


def test_notices_go_below_the_answer_and_nothing_else() -> None:
    keys = [part.key for part in REPLY.reply_parts(response(thought("考え"), message("文"), call("{}")))]
    assert [key for key in keys if REPLY.main(key)] == [(0, 1, "content", 0, "text")]
    assert REPLY.main(REPLY.text_key(0))


def test_what_was_told_ends_with_its_event() -> None:
    keys: list[Any] = [(0, 0, "content", 0, "text"), (0, 1, "item", 0, "arguments")]
    done = {"type": "response.function_call_arguments.done", "output_index": 1, "arguments": None}
    assert REPLY.closed_by(done, keys) == keys[1:]
    assert REPLY.delta(done, keys[1], "{}") == {
        "type": "response.function_call_arguments.delta",
        "output_index": 1,
        "delta": "{}",
    }


def test_a_stop_takes_calls_back() -> None:
    body = response(message("前"), call("{}"))
    assert REPLY.stop(body, 0, "理由") == []
    assert (body["status"], body["incomplete_details"]) == ("incomplete", {"reason": "content_filter"})
    assert [item["type"] for item in body["output"]] == ["message", "message"]
    last = {"type": "response.completed", "response": response(message("前"))}
    assert REPLY.stop(last, 0, "理由") == []
    assert (last["type"], last["text"], REPLY.usage(last)) == (STOP, "理由", (7, 3))
    assert REPLY.stop({"type": "response.output_text.delta", "delta": ""}, 0, "理由") == [
        {"type": STOP, "text": "理由"}
    ]
    assert REPLY.ends(last)
    assert REPLY.mute(last, frozenset())
    assert not REPLY.mute(last, frozenset({0}))


def test_usage_that_is_odd_counts_nothing() -> None:
    assert REPLY.usage(
        {"type": "response.completed", "response": {"usage": {"input_tokens": -1, "output_tokens": "x"}}}
    ) == (0, 0)
    assert REPLY.usage({"type": "response.created", "response": {}}) is None
    assert REPLY.usage({"type": "response.completed", "response": None}) is None
