"""Events of Responses: where their texts stand, what ends them, and that each is heard once."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gateway.endpoints.responses_events import (
    STOP,
    Ear,
    closes,
    ended,
    event_at,
    is_delta,
    native,
    place_of,
    texts_of,
)
from tests.fixtures.provider import chat_reply
from tests.fixtures.responses import call, custom, events, message, open_thought, refusal, response, thought

EVERYTHING = (thought("一"), open_thought("二"), message("三"), refusal("四"), call('{"a": "五"}'), custom("六"))


def test_what_is_of_which_dialect() -> None:
    assert native(response())
    assert native({"type": "response.created"})
    assert not native(chat_reply())
    assert not native({"object": "list", "data": []})


def test_a_delta_at_its_place_is_the_delta_of_its_place() -> None:
    for event in events(*EVERYTHING):
        if is_delta(event):
            place = place_of(event)
            again = event_at(place, event["delta"])
            assert place_of(again) == place
            assert {k: v for k, v in event.items() if k in again} == again


def test_each_text_is_heard_once() -> None:
    hear, heard = Ear(), ""
    for event in copy.deepcopy(events(*EVERYTHING)):
        message = hear(event)
        heard += message["delta"] if is_delta(message) else ""
        for _, holder, field in texts_of(message):
            assert not holder[field], "what repeats a delta is empty"
    assert heard == '一二三四{"a": "五"}六'


def test_what_no_delta_told_stays_where_it_first_stands() -> None:
    hear, found = Ear(), []
    for event in copy.deepcopy(events(*EVERYTHING)):
        if not is_delta(event):
            found += [holder[field] for _, holder, field in texts_of(hear(event)) if holder[field]]
    assert found == ["一", "二", "三", "四", '{"a": "五"}', "六"]


def test_the_object_keeps_what_is_known_and_nothing_of_the_request() -> None:
    heard = Ear()(response(message("x"), brand_new="y"))
    assert not heard.keys() & {"instructions", "metadata", "tools", "user", "text", "brand_new"}
    begun = Ear()({"type": "response.created", "response": response(message("early"))})
    assert begun["response"]["output"] == []


def test_probabilities_and_padding_are_taken_out() -> None:
    part = {"type": "output_text", "text": "a", "logprobs": [{"token": "a"}], "top_logprobs": [1]}
    heard = Ear()(response({"type": "message", "content": [part]}, obfuscation="x"))
    assert heard["output"][0]["content"][0] == {"type": "output_text", "text": "a", "logprobs": []}
    chat = chat_reply("a")
    chat["choices"][0]["logprobs"] = {"content": []}
    assert Ear()(chat | {"obfuscation": "x"}).keys() == chat_reply("a").keys()


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        ({"type": "response.output_text.done", "output_index": 1, "content_index": 0}, True),
        ({"type": "response.output_text.done", "output_index": 1, "content_index": 1}, False),
        ({"type": "response.output_text.done", "output_index": 0, "content_index": 0}, False),
        ({"type": "response.refusal.done", "output_index": 1, "content_index": 0}, False),
        ({"type": "response.content_part.done", "output_index": 1, "content_index": 0}, True),
        ({"type": "response.reasoning_summary_part.done", "output_index": 1, "summary_index": 0}, False),
        ({"type": "response.output_item.done", "output_index": 1}, True),
        ({"type": "response.output_item.done", "output_index": 2}, False),
        ({"type": "response.output_text.delta", "output_index": 1, "delta": "x"}, False),
        ({"type": "response.completed"}, True),
        ({"type": "response.incomplete"}, True),
        ({"type": STOP}, True),
        ({"output": []}, True),
    ],
)
def test_what_ends_a_text(event: dict[str, Any], wanted: bool) -> None:  # noqa: FBT001
    assert closes(event, (1, "content", 0, "text")) is wanted


@pytest.mark.parametrize("odd", [{"output_index": "1"}, {"output_index": None}, {"content_index": []}])
def test_odd_indices_are_the_first(odd: dict[str, Any]) -> None:
    assert place_of({"type": "response.output_text.delta", "delta": "x", **odd}) == (0, "content", 0, "text")


@pytest.mark.parametrize("odd", [None, 3, "x", [1, "y", None], {"a": 1}])
def test_odd_shapes_are_no_texts(odd: Any) -> None:
    for broken in (
        {"type": "response.completed", "response": odd},
        {"type": "response.completed", "response": {"output": odd}},
        {"type": "response.output_item.done", "item": odd},
        {"type": "response.output_item.done", "item": {"type": "message", "content": odd, "summary": odd}},
        {"type": "response.content_part.done", "part": odd},
        {"output": odd},
    ):
        heard = Ear()(broken)
        assert all(isinstance(holder, dict) for _, holder, _ in texts_of(heard))
        assert isinstance(ended(heard), bool)
