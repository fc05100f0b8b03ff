"""Responses to a server that speaks Responses itself: the request goes up in that dialect, and every event passes the guard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openai
import pytest

from gateway.upstreams.base import Deployment
from tests.e2e.test_canary import RESIDENT, traces
from tests.e2e.test_doors import rules, stopword
from tests.fixtures.doors import DOORS, events
from tests.fixtures.house import deployments, open_house
from tests.fixtures.provider import Stream, Whole, chat_reply
from tests.fixtures.responses import call, custom, message, named, open_thought, refusal, response, thought
from tests.fixtures.responses import events as written

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

LETTER = "佐藤花子さん（電話 090-1234-5678）への案内文を作ってください。"
SENT = "[PERSON_1]さん（電話 [PHONE_1]）への案内文を作ってください。"
REPLY = "[PERSON_1] 様\nお電話は [PHONE_1] ですね。"
TOLD = "佐藤花子 様\nお電話は 090-1234-5678 ですね。"
ARGUMENTS = json.dumps({"to": "[PERSON_1]", "tel": ["[PHONE_1]"]})
RESTORED = {"to": "佐藤花子", "tel": ["090-1234-5678"]}
STREAMS = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
DOOR = next(door for door in DOORS if door.name == "responses")
EVERYTHING = (
    thought("[PERSON_1] への手紙。"),
    open_thought("[PHONE_1] も書く。"),
    message(REPLY, annotations=[{"type": "url_citation", "title": "[PERSON_1]", "url": "https://example.jp/"}]),
    call(ARGUMENTS),
    custom("say [PERSON_1]"),
)


def speaking(provider: FakeProvider, *more: str) -> tuple[Deployment, ...]:
    """The usual deployments; those outside speak Responses."""
    return tuple(
        Deployment.model_validate({**each.model_dump(), "endpoints": ("responses", *more)})
        if each.zone == "external"
        else each
        for each in deployments(provider)
    )


@pytest.fixture
async def running(tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]) -> AsyncIterator[Running]:
    async with open_house(tmp_path, provider, engine, deployments=speaking(provider, "chat/completions")) as house:
        yield house


async def ask(running: Running, *, stream: bool, model: str = "outside", **more: Any) -> httpx.Response:
    return await running.client.post("/v1/responses", json={"model": model, "stream": stream, "input": LETTER, **more})


def answer(*items: Any, stream: bool, cut: int = 3) -> Whole | Stream:
    return Stream(named(written(*items, cut=cut)), done=False) if stream else Whole(response(*items))


@STREAMS
async def test_the_request_goes_up_as_responses_and_nothing_is_kept_there(
    running: Running, provider: FakeProvider, *, stream: bool
) -> None:
    provider.reply(answer(message(REPLY), stream=stream))
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": LETTER}]},
        {"type": "reasoning", "id": "rs_9", "summary": [{"type": "summary_text", "text": "佐藤花子"}], "encrypted_content": "c2Vh"},
        {"type": "reasoning", "id": "rs_8", "summary": [{"type": "summary_text", "text": "佐藤花子"}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": json.dumps({"to": "佐藤花子"})},
        {"type": "function_call_output", "call_id": "c", "output": "佐藤花子に送りました。"},
    ]  # fmt: skip
    asked = {
        "input": items,
        "instructions": "佐藤花子さんに丁寧に",
        "tools": [{"type": "function", "name": "f", "description": "佐藤花子に送る", "parameters": {"type": "object"}}],
        "include": ["reasoning.encrypted_content"],
        "metadata": {"note": "佐藤花子"},
        "truncation": "auto",
        "previous_response_id": None,
        "background": False,
    }
    answered = await ask(running, stream=stream, **asked)
    assert answered.status_code == 200, answered.text
    assert DOOR.heard(answered, stream=stream).text == TOLD
    (sent,) = provider.requests
    body = sent.json()
    assert sent.path == "/v1/responses"
    assert (body["model"], body["store"], body["stream"]) == ("cloud", False, stream)
    assert body["input"][0]["content"][0]["text"] == SENT
    assert [item.get("id") for item in body["input"]].count("rs_9") == 1
    assert "rs_8" not in sent.text, "a thought that nobody sealed would be looked for"
    assert body["truncation"] == "auto"
    assert body["include"] == ["reasoning.encrypted_content"]
    assert not body.keys() & {"previous_response_id", "background", "messages"}
    assert "佐藤" not in provider.received
    assert body["instructions"] == "[PERSON_1]さんに丁寧に"
    record = (await running.records())[-1]
    assert (record["endpoint"], record["outcome"], record["deployment"]) == ("responses", "answered", "cloud")
    assert (record["input_tokens"], record["output_tokens"]) == (7, 3)


@STREAMS
async def test_items_of_every_kind_come_back_with_their_ids(
    running: Running, provider: FakeProvider, *, stream: bool
) -> None:
    provider.reply(answer(*EVERYTHING, stream=stream))
    answered = await ask(running, stream=stream)
    told = events(answered.text)
    body = told[-1][1]["response"] if stream else answered.json()
    rs, open_rs, msg, fc, ctc = body["output"]
    assert [item["id"] for item in body["output"]] == ["rs_0", "rs_1", "msg_0", "fc_0", "ctc_0"]
    assert rs["summary"][0]["text"] == "佐藤花子 への手紙。"
    assert rs["encrypted_content"] == "c2VhbGVk"
    assert open_rs["content"][0]["text"] == "090-1234-5678 も書く。"
    assert msg["content"][0]["text"] == TOLD
    assert msg["content"][0]["annotations"][0]["title"] == "佐藤花子"
    assert json.loads(fc["arguments"]) == RESTORED
    assert (fc["call_id"], fc["name"], ctc["input"]) == ("call_0", "f", "say 佐藤花子")
    assert (body["id"], body["model"], body["store"]) == ("resp_fake", "outside", False)
    assert body["sekimori"]["redacted"] == {"pii.person": 1, "pii.phone": 1}
    assert "PERSON_1" not in answered.text, "what the caller sent is not repeated in its redacted form"
    if not stream:
        return
    assert [event["sequence_number"] for _, event in told] == list(range(len(told)))
    assert all(kind == event["type"] for kind, event in told)
    assert "obfuscation" not in answered.text
    assert_consistent(told, body)


def assert_consistent(told: list[tuple[str, Any]], body: dict[str, Any]) -> None:
    """The deltas of each text, the event that ends it, its part, its item and the response say the same."""
    deltas: dict[tuple[Any, ...], str] = {}
    for kind, event in told:
        stem, _, verb = kind.rpartition(".")
        place = (stem, event.get("item_id"), event.get("content_index"), event.get("summary_index"))
        if verb == "delta":
            assert event["item_id"] == body["output"][event["output_index"]]["id"]
            deltas[place] = deltas.get(place, "") + event["delta"]
        elif verb == "done" and "delta" not in event and place in deltas:
            (text,) = (event[name] for name in ("text", "refusal", "arguments", "input") if name in event)
            assert text == deltas[place], kind
        elif kind == "response.content_part.done":
            item = body["output"][event["output_index"]]
            assert event["part"] == item["content"][event["content_index"]]
        elif kind == "response.output_item.done":
            assert event["item"] == body["output"][event["output_index"]]
    assert len(deltas) == 5


@pytest.mark.parametrize("cut", [1, 2, 5, 1000])
async def test_a_stream_reads_the_same_however_it_was_cut(running: Running, provider: FakeProvider, cut: int) -> None:
    provider.reply(answer(*EVERYTHING, stream=True, cut=cut))
    told = events((await ask(running, stream=True)).text)
    assert_consistent(told, body := told[-1][1]["response"])
    assert body["output"][2]["content"][0]["text"] == TOLD


async def test_a_stream_may_be_split_at_every_byte(running: Running, provider: FakeProvider) -> None:
    whole = b"".join(named(written(message("[PERSON_1] 様。次"), call('{"a": "[PERSON_1]"}'), cut=4)))
    provider.reply(Stream([bytes([byte]) for byte in whole], done=False))
    told = events((await ask(running, stream=True)).text)
    output = told[-1][1]["response"]["output"]
    assert output[0]["content"][0]["text"] == "佐藤花子 様。次"
    assert json.loads(output[1]["arguments"]) == {"a": "佐藤花子"}


async def test_the_client_of_openai_reads_it(running: Running, provider: FakeProvider) -> None:
    async with openai.AsyncOpenAI(base_url=f"{running.client.base_url}/v1", api_key=running.key) as client:
        provider.reply(answer(*EVERYTHING, stream=False))
        whole = await client.responses.create(model="outside", input=LETTER)
        assert whole.output_text == TOLD
        provider.reply(answer(*EVERYTHING, stream=True))
        async with client.responses.stream(model="outside", input=LETTER) as stream:
            deltas = [event.delta async for event in stream if event.type == "response.output_text.delta"]
            final = await stream.get_final_response()
    assert "".join(deltas) == final.output_text == TOLD
    assert [item.type for item in final.output] == [item.type for item in whole.output]


async def test_texts_without_deltas_are_read_where_they_first_stand(running: Running, provider: FakeProvider) -> None:
    bare = [event for event in written(*EVERYTHING) if not event["type"].endswith(".delta")]
    provider.reply(Stream(named(bare), done=False))
    answered = await ask(running, stream=True)
    output = events(answered.text)[-1][1]["response"]["output"]
    assert output[2]["content"][0]["text"] == TOLD
    assert json.loads(output[3]["arguments"]) == RESTORED
    assert "PERSON_1" not in answered.text
    provider.reply(Whole(response(message(REPLY))))  # a whole answer to who asked for a stream
    heard = events((await ask(running, stream=True)).text)
    assert heard[0][0] == "response.created"
    assert heard[-1][1]["response"]["output"][0]["content"][0]["text"] == TOLD


async def test_events_that_nobody_knows_are_read_string_by_string(running: Running, provider: FakeProvider) -> None:
    stream = written(message("はい。"))
    stream[4:4] = [
        {"type": "response.brand_new.delta", "output_index": 0, "delta": "[PERS", "sequence_number": 90},
        {"type": "response.brand_new.delta", "output_index": 0, "delta": "ON_1]", "sequence_number": 91},
        {"type": "response.brand_new.done", "output_index": 0, "sequence_number": 92},
        {"type": "response.other.happened", "deep": [{"note": "[PHONE_1] へ", "n": 1}], "sequence_number": 93},
        {"type": "response.audio.delta", "delta": ""},
    ]
    provider.reply(Stream(named(stream), done=False))
    told = events((await ask(running, stream=True)).text)
    new = [event for kind, event in told if "brand_new.delta" in kind]
    assert "".join(event["delta"] for event in new) == "佐藤花子"
    assert next(event for kind, event in told if "happened" in kind)["deep"] == [{"note": "090-1234-5678 へ", "n": 1}]


@STREAMS
@pytest.mark.parametrize("where", ["text", "refusal", "summary", "arguments", "custom", "citation", "unknown"])
async def test_a_blocked_word_ends_the_reply_wherever_it_stands(
    tmp_path: Path, provider: FakeProvider, where: str, *, stream: bool
) -> None:
    items = {
        "text": message("前。禁句。後。"),
        "refusal": refusal("禁句。後。"),
        "summary": thought("禁句。後。"),
        "arguments": call(json.dumps({"a": "禁句", "b": "後"})),
        "custom": custom("禁句。後。"),
        "citation": message(
            "はい。", annotations=[{"type": "url_citation", "title": "禁句。後。", "url": "https://x"}]
        ),
        "unknown": {"id": "x_0", "type": "brand_new", "deep": {"note": "禁句。後。"}},
    }
    folder = rules(tmp_path, "reply", "block")
    async with open_house(
        tmp_path, provider, [stopword()], deployments=speaking(provider), policies={"directory": folder}
    ) as house:
        told = (message("先に。", 7), call("{}", number=8))
        provider.reply(answer(*told, items[where], stream=stream))
        answered = await ask(house, stream=stream)
        assert answered.status_code == 200
        assert "禁句" not in answered.text
        assert "後" not in answered.text
        last = events(answered.text)[-1][1] if stream else {"response": answered.json()}
        body = last["response"]
        assert (body["status"], body["incomplete_details"]) == ("incomplete", {"reason": "content_filter"})
        said = "".join(part["text"] for item in body["output"] if item["type"] == "message" for part in item["content"] if "text" in part)  # fmt: skip
        assert said.startswith("先に。")
        assert "止めます" in said
        assert not [item for item in body["output"] if item["type"].endswith("call")], "calls are taken back"
        assert (await house.records())[-1]["outcome"] == "blocked"
        if stream:
            told_events = events(answered.text)
            added = [e["item"]["id"] for k, e in told_events if k == "response.output_item.added"]
            done = [e["item"]["id"] for k, e in told_events if k == "response.output_item.done"]
            assert sorted(added) == sorted(done)
            assert last["type"] == "response.incomplete"


@STREAMS
async def test_errors_in_the_providers_words(running: Running, provider: FakeProvider, *, stream: bool) -> None:
    failed = {**response(status="failed"), "error": {"code": "server_error", "message": "boom"}}
    provider.reply(
        Stream(named([{"type": "response.failed", "response": failed}]), done=False) if stream else Whole(failed)
    )
    assert (await ask(running, stream=stream)).status_code == 502
    busy = {**failed, "error": {"code": "rate_limit_exceeded", "message": "later"}}
    provider.reply(
        Stream(named([{"type": "response.failed", "response": busy}]), done=False) if stream else Whole(busy)
    )
    assert (await ask(running, stream=stream)).status_code == 429
    for status in ("queued", "in_progress", "cancelled"):  # it would have to be fetched later
        provider.reply(Whole(response(status=status)))
        assert (await ask(running, stream=stream)).status_code == 502
    provider.reply(Whole({"error": {"message": "bad", "type": "invalid_request_error", "code": "x"}}, status=400))
    assert (await ask(running, stream=stream)).status_code == 400


@pytest.mark.parametrize("broken", ["cut", "error", "failed", "garbage"])
async def test_a_stream_that_breaks_off_says_so(running: Running, provider: FakeProvider, broken: str) -> None:
    begun: list[Any] = named(written(message("[PERSON_1] 様。続き"), end=None)[:-3])
    ends = {
        "cut": [],
        "error": named([{"type": "error", "code": "server_error", "message": "boom", "param": None}]),
        "failed": named([{"type": "response.failed", "response": response(status="failed")}]),
        "garbage": [b"data: {nonsense\n\n"],
    }
    provider.reply(Stream([*begun, *ends[broken]], done=False))
    told = events((await ask(running, stream=True)).text)
    assert told[-1][0] == "response.failed"
    assert "".join(event["delta"] for kind, event in told if kind.endswith("text.delta")).startswith("佐藤花子 様。")
    assert (await running.records())[-1]["outcome"] == "failed"


@pytest.mark.parametrize(
    "state",
    [{"previous_response_id": "resp_1"}, {"conversation": "conv_1"}, {"background": True}, {"store": True},
     {"prompt": {"id": "p"}}, {"input": [{"type": "item_reference", "id": "msg_1"}]}, {"tools": [{"type": "web_search"}]},
     {"include": ["message.output_text.logprobs"]}, {"top_logprobs": 3}],
    ids=lambda state: next(iter(state)),
)  # fmt: skip
async def test_stored_state_and_what_runs_elsewhere_is_refused(
    running: Running, provider: FakeProvider, state: dict[str, Any]
) -> None:
    assert (await ask(running, stream=False, **state)).status_code == 400
    assert provider.requests == []


@STREAMS
async def test_who_speaks_chat_only_stands_in_for_who_speaks_responses(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...], *, stream: bool
) -> None:
    async with open_house(tmp_path, provider, engine, deployments=speaking(provider)) as house:
        provider.reply(Whole({"error": {"message": "down"}}, status=500), Whole(chat_reply(REPLY)))
        answered = await ask(house, stream=stream, model="both")
        assert DOOR.heard(answered, stream=stream).text == TOLD
        assert [request.path for request in provider.requests] == ["/v1/responses", "/v1/chat/completions"]
        assert "佐藤" not in provider.received
        chat = await house.chat(LETTER)
        assert (chat.status_code, chat.json()["error"]["code"]) == (404, "endpoint_not_served")


@STREAMS
async def test_no_trace_of_the_resident_goes_up(running: Running, provider: FakeProvider, *, stream: bool) -> None:
    from gateway.coverage.samples import REQUESTS  # noqa: PLC0415

    for place, sample in REQUESTS["responses"].items():
        provider.reply(answer(message("はい。"), stream=stream))
        answered = await ask(running, stream=stream, **sample(RESIDENT))
        assert answered.status_code in {200, 400, 403}, place
    assert len(provider.requests) > 5
    assert all(request.path == "/v1/responses" for request in provider.requests)
    assert traces(provider.received) == []
