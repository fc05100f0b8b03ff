"""The law of a reply that comes as Responses: however its events are cut, it reads like the whole one, at every event."""

from __future__ import annotations

import copy
import json
import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.endpoints.responses import Responses
from tests.fixtures.doors import events as told_events
from tests.fixtures.responses import call, custom, events, message, open_thought, refusal, response, thought
from tests.properties.test_reply import arguments, rewriter, texts, vault

STREAMS = int(os.environ.get("SEKIMORI_STREAMS", "60"))
BODY = {"model": "m"}
REPORT = {"verdict": "allow"}
item = st.one_of(
    texts.map(thought),
    texts.map(open_thought),
    texts.map(message),
    texts.map(refusal),
    arguments.map(call),
    texts.map(custom),
)
items = st.lists(item, min_size=1, max_size=4).map(
    lambda given: [{**each, "id": f"{each['id']}_{n}"} for n, each in enumerate(given)]
)


def whole(output: list[Any]) -> dict[str, Any]:
    door = Responses()
    loop, hear = rewriter(vault(), 1, door), door.ear()
    (last,) = [*loop.feed(hear(copy.deepcopy(response(*output)))), *loop.close()]
    last["sekimori"] = REPORT
    told: dict[str, Any] = json.loads(door.voice(BODY).whole(last)[0])
    return told


def streamed(output: list[Any], cut: int) -> list[tuple[str, Any]]:
    door = Responses()
    loop, hear, voice = rewriter(vault(), 1, door), door.ear(), door.voice(BODY)
    out: list[Any] = []
    for event in copy.deepcopy(events(*output, cut=cut)):
        out += loop.feed(hear(event))
        if loop.finished:
            break
    out += loop.close()
    out[-1]["sekimori"] = REPORT
    return told_events(b"".join([*map(voice.feed, out), voice.close()]).decode())


def said(body: dict[str, Any]) -> str:
    parts = [part for each in body["output"] if each["type"] == "message" for part in each["content"]]
    return "".join(part.get("text", "") + part.get("refusal", "") for part in parts)


@settings(max_examples=STREAMS, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(output=items, cut=st.integers(1, 9))
def test_events_read_like_the_whole_response(output: list[Any], cut: int) -> None:
    once, told = whole(output), streamed(output, cut)
    kind, last = told[-1]
    body = last["response"]
    assert [event["sequence_number"] for _, event in told] == list(range(len(told)))
    assert body["status"] == once["status"] == kind.removeprefix("response.")
    assert said(body) == said(once)
    everything = json.dumps([event for _, event in told], ensure_ascii=False)
    assert "禁句" not in everything
    assert "覆面" not in everything
    assert "禁句" not in json.dumps(once, ensure_ascii=False)
    if once["status"] == "completed":
        assert body["output"] == once["output"]
    agree(told, body)


def agree(told: list[tuple[str, Any]], body: dict[str, Any]) -> None:
    """What the deltas of a text add up to is what the event that ends it says, and the item, and the response."""
    deltas: dict[tuple[Any, ...], str] = {}
    known = {each["id"]: each for each in body["output"]}
    begun, ended = [], []
    for kind, event in told:
        stem, _, verb = kind.rpartition(".")
        place = (stem, event.get("item_id"), event.get("content_index"), event.get("summary_index"))
        if verb == "delta":
            deltas[place] = deltas.get(place, "") + event["delta"]
        elif verb == "done" and stem.startswith("response.") and "item_id" in event and "part" not in event:
            (text,) = (event[name] for name in ("text", "refusal", "arguments", "input") if name in event)
            assert text == deltas.get(place, text), kind
        elif kind == "response.output_item.added":
            begun.append(event["item"]["id"])
        elif kind == "response.output_item.done":
            ended.append(event["item"]["id"])
            if event["item"]["id"] in known:  # calls are taken back where the reply is stopped
                assert event["item"] == known[event["item"]["id"]]
    assert sorted(begun) == sorted(ended)
    assert set(known) <= set(begun)
