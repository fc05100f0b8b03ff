"""How Responses that came as Responses are told: filled in, numbered anew, and ended properly where they are stopped."""

from __future__ import annotations

import json
from typing import Any

from gateway.endpoints.responses_events import STOP, Ear
from gateway.endpoints.responses_retold import RetoldVoice
from gateway.errors import UpstreamFailed
from tests.fixtures.doors import events as told_events
from tests.fixtures.responses import call, events, message, response, thought


def feed(messages: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    voice, hear = RetoldVoice({"model": "m"}), Ear()
    return told_events(b"".join([*(voice.feed(hear(each)) for each in messages), voice.close()]).decode())


def test_what_repeats_a_text_says_what_was_told() -> None:
    given = events(message("abc"), cut=1)
    for event in given:
        if event["type"].endswith(".delta"):
            event["delta"] = event["delta"].upper()  # as if the reply loop had changed it
    told = feed(given)
    assert "".join(event["delta"] for kind, event in told if kind.endswith("delta")) == "ABC"
    assert next(event for kind, event in told if kind.endswith("text.done"))["text"] == "ABC"
    assert told[-1][1]["response"]["output"][0]["content"][0]["text"] == "ABC"


def test_an_empty_delta_is_not_told_and_numbers_have_no_gaps() -> None:
    given = events(message("ab"), cut=1)
    next(event for event in given if event["type"].endswith(".delta"))["delta"] = ""
    told = feed(given)
    assert [event["sequence_number"] for _, event in told] == list(range(len(told)))
    assert all(event["delta"] for kind, event in told if kind.endswith("delta"))


def test_a_whole_response_has_the_callers_model_and_the_report() -> None:
    content, media_type = RetoldVoice({"model": "m"}).whole(
        Ear()(response(message("a"))) | {"sekimori": {"verdict": "allow"}}
    )
    body = json.loads(content)
    assert (body["model"], body["store"], body["instructions"], media_type) == ("m", False, None, "application/json")
    assert body["sekimori"] == {"verdict": "allow"}


def test_a_stop_in_an_open_text_ends_it_there() -> None:
    given = events(thought("t"), message("abcdef"), cut=3)
    at = next(n for n, event in enumerate(given) if event["type"] == "response.output_text.delta") + 1
    told = feed([*given[:at], {"type": STOP, "text": "（中止）"}])
    body = told[-1][1]["response"]
    assert told[-1][0] == "response.incomplete"
    assert [item["type"] for item in body["output"]] == ["reasoning", "message"]
    assert body["output"][1]["content"][0]["text"] == "abc（中止）"
    assert body["output"][1]["status"] == "incomplete"
    assert [kind for kind, _ in told[-4:-1]] == [
        "response.output_text.done", "response.content_part.done", "response.output_item.done",
    ]  # fmt: skip


def test_a_stop_in_a_call_or_before_anything_says_why_in_a_text_of_its_own() -> None:
    given = events(call('{"a": 1}'), cut=3)
    for before in (given[:4], []):
        told = feed([*before, {"type": STOP, "text": "（中止）"}])
        assert told[0][0] == "response.created"
        (item,) = told[-1][1]["response"]["output"]
        assert (item["type"], item["content"][0]["text"]) == ("message", "（中止）")
        added = [event["item"]["id"] for kind, event in told if kind == "response.output_item.added"]
        done = [event["item"]["id"] for kind, event in told if kind == "response.output_item.done"]
        assert sorted(added) == sorted(done)


def test_a_failure_is_an_error_and_a_failed_response() -> None:
    voice = RetoldVoice({"model": "m"})
    voice.feed(Ear()(events(message("a"))[0]))
    told = told_events(voice.fail(UpstreamFailed("途切れました。", status=502, code="upstream_ended_early")).decode())
    assert [kind for kind, _ in told] == ["error", "response.failed"]
    assert told[1][1]["response"]["error"] == {"code": "server_error", "message": "途切れました。"}
    assert told[1][1]["response"]["status"] == "failed"
