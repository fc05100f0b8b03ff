"""Every door, one guard: the same way through the house whichever API a tool speaks, whole and streamed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gateway.app import ENDPOINTS
from gateway.coverage.manifest import manifest
from gateway.coverage.samples import REQUESTS
from gateway.endpoints.base import texts
from gateway.upstreams.base import Deployment
from tests.e2e.test_canary import RESIDENT, traces
from tests.fixtures.doors import DOORS, Door
from tests.fixtures.house import deployments, open_house
from tests.fixtures.provider import Stream, Whole, chat_chunks, chat_reply, event_bytes
from tests.gateway.fakes import Words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

    from gateway.endpoints.door import Endpoint
    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider, Script

LETTER = "佐藤花子さん（電話 090-1234-5678）への案内文を作ってください。"
SENT = "[PERSON_1]さん（電話 [PHONE_1]）への案内文を作ってください。"
REPLY = "[PERSON_1] 様\nお電話は [PHONE_1] ですね。"
TOLD = "佐藤花子 様\nお電話は 090-1234-5678 ですね。"
STREAMS = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
TALKING = [door for door in DOORS if door.name != "simple"]
ERRORS = {
    "messages": lambda body: body["type"] == "error" and body["error"]["message"],
    "gemini": lambda body: body["error"]["status"] and body["error"]["message"],
    "gemini-array": lambda body: body["error"]["status"] and body["error"]["message"],
    "ollama": lambda body: body["error"],
    "ollama-generate": lambda body: body["error"],
}


@pytest.fixture
async def running(tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]) -> AsyncIterator[Running]:
    """The usual house, in which every deployment serves everything."""
    everything = ("chat/completions", "completions", "embeddings", "images/generations", "audio/transcriptions")
    served = tuple(
        Deployment.model_validate({**each.model_dump(), "endpoints": everything}) for each in deployments(provider)
    )
    async with open_house(tmp_path, provider, engine, deployments=served) as house:
        yield house


async def ask(running: Running, door: Door, text: str, *, stream: bool, model: str = "outside") -> httpx.Response:
    path, request = door.ask(text, stream, model)
    return await running.client.post(path, **request)


def stopword() -> Words:
    words = Words(禁句="stop")
    words.kinds = frozenset({"pii.stop"})
    return words


def rules(folder: Path, direction: str, action: str) -> Path:
    """A policy for one word in one direction; everything else may pass."""
    other = {"request": "reply", "reply": "request"}[direction]
    examples = "examples: {match: [禁句], no_match: [x]}"
    (folder / "rules").mkdir()
    (folder / "rules" / "rules.yaml").write_text(
        "version: 1\nrules:\n"
        f"  - {{id: r/stop, kinds: [pii.stop], action: {action}, directions: [{direction}], message: 止めます, {examples}}}\n"
        f"  - {{id: r/go, kinds: [pii.stop], action: allow, directions: [{other}], message: よい, {examples}}}\n"
        "  - {id: r/content, kinds: [content.*], action: allow, message: よい, "
        "examples: {match: [{content: file}], no_match: [x]}}\n",
        "utf-8",
    )
    return folder / "rules"


def scripted(text: str, *, stream: bool, cut: int = 4, **message: Any) -> Script:
    if not stream:
        return Whole(chat_reply(text, **message))
    return Stream(chat_chunks(*[text[at : at + cut] for at in range(0, len(text), cut)]))


@STREAMS
async def test_only_tokens_leave_and_the_values_come_back(
    running: Running, provider: FakeProvider, *, stream: bool
) -> None:
    for door in DOORS:
        provider.requests.clear()
        provider.reply(scripted(REPLY, stream=stream))
        response = await ask(running, door, LETTER, stream=stream)
        assert response.status_code == 200, response.text
        heard = door.heard(response, stream=stream)
        assert heard.text == TOLD
        assert response.headers["x-sekimori-verdict"] == "redact"
        if door.name != "simple":
            assert heard.report is not None
            assert heard.report["redacted"] == {"pii.person": 1, "pii.phone": 1}
        (sent,) = provider.requests
        assert sent.path == "/v1/chat/completions"
        assert sent.json()["messages"] == [{"role": "user", "content": SENT}]
        assert sent.json()["model"] == "cloud"
        record = (await running.records())[-1]
        assert (record["outcome"], record["model"], record["streamed"]) == ("answered", "outside", stream)


@pytest.mark.parametrize("cut", [1, 2, 3])
async def test_a_stream_reads_the_same_however_it_was_cut(running: Running, provider: FakeProvider, cut: int) -> None:
    for door in DOORS:
        provider.requests.clear()
        provider.reply(scripted(REPLY, stream=True, cut=cut))
        heard = door.heard(await ask(running, door, LETTER, stream=True), stream=True)
        assert heard.text == TOLD


@STREAMS
async def test_reasoning_and_parallel_tool_calls_are_restored(
    running: Running, provider: FakeProvider, *, stream: bool
) -> None:
    for door in TALKING:
        provider.requests.clear()
        arguments = [json.dumps({"to": "[PERSON_1]"}), json.dumps({"tel": "[PHONE_1]"})]
        calls = [
            {"id": f"c{n}", "type": "function", "function": {"name": f"f{n}", "arguments": text}}
            for n, text in enumerate(arguments)
        ]
        if stream:
            first, blank, last = chat_chunks("", finish="tool_calls")
            deltas: list[dict[str, Any]] = [{"reasoning_content": piece} for piece in ("[PER", "SON_1] へ。", "書く")]
            deltas += [
                {"tool_calls": [{"index": n, **call, "function": {**call["function"], "arguments": ""}}]}
                for n, call in enumerate(calls)
            ]
            for n in (1, 0):  # the calls grow in turns
                deltas += [{"tool_calls": [{"index": n, "function": {"arguments": char}}]} for char in arguments[n]]
            chunks = [{**blank, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
            provider.reply(Stream([first, *chunks, last]))
        else:
            provider.reply(Whole(chat_reply(None, tool_calls=calls, reasoning_content="[PERSON_1] へ。書く")))
        heard = door.heard(await ask(running, door, LETTER, stream=stream), stream=stream)
        assert heard.reasoning == "佐藤花子 へ。書く"
        if door.name != "ollama-generate":
            assert heard.calls == [("f0", {"to": "佐藤花子"}), ("f1", {"tel": "090-1234-5678"})]


@STREAMS
async def test_a_reply_that_the_policy_blocks_ends_here(
    tmp_path: Path, provider: FakeProvider, *, stream: bool
) -> None:
    async with open_house(
        tmp_path, provider, [stopword()], policies={"directory": rules(tmp_path, "reply", "block")}
    ) as running:
        for door in TALKING:
            provider.reply(scripted("前の文。禁句です。後の文。", stream=stream))
            heard = door.heard(await ask(running, door, "質問", stream=stream), stream=stream)
            assert heard.text.startswith("前の文。")
            assert "止めます" in heard.text
            assert "禁句" not in heard.text
            assert "後の文" not in heard.text
            assert heard.finish in {"content_filter", "refusal", "SAFETY"}, door.name


async def test_a_stream_that_breaks_off_says_so_in_its_own_words(running: Running, provider: FakeProvider) -> None:
    for door in DOORS:
        provider.requests.clear()
        provider.reply(Stream(chat_chunks("一。", "二。", "三", finish=None), done=False))
        heard = door.heard(await ask(running, door, LETTER, stream=True), stream=True)
        assert heard.text.startswith("一。二。三")
        if door.name == "simple":
            assert "途切れました" in heard.text
        else:
            assert "途切れました" in json.dumps(heard.error, ensure_ascii=False)


@pytest.mark.parametrize(
    ("status", "more"),
    [(401, {"headers": {"Authorization": "Bearer sk-wrong"}}), (404, {}), (502, {}), (415, {"headers": {"Content-Type": "x/y"}})],
)  # fmt: skip
async def test_an_error_has_the_shape_that_the_clients_of_this_door_read(
    running: Running, provider: FakeProvider, status: int, more: dict[str, Any]
) -> None:
    for door in DOORS:
        provider.requests.clear()
        provider.default = Whole({"error": {"message": "bad"}}, status=500)
        path, request = door.ask("こんにちは", False, "nobody" if status == 404 else "outside")  # noqa: FBT003
        content = request.get("content") or json.dumps(request["json"]).encode()
        headers = {"Content-Type": "application/json", **request.get("headers", {}), **more.get("headers", {})}
        response = await running.client.post(path, content=content, headers=headers)
        assert response.status_code == status, response.text
        if door.name == "simple":
            assert response.headers["content-type"] == "text/plain; charset=utf-8"
            assert response.text.strip()
            continue
        usual = lambda body: set(body["error"]) == {"message", "type", "param", "code"}  # noqa: E731
        assert ERRORS.get(door.name, usual)(response.json())


@pytest.mark.parametrize("header", ["x-api-key", "api-key", "x-goog-api-key"])
async def test_a_key_is_taken_from_the_header_of_each_dialect(
    running: Running, provider: FakeProvider, header: str
) -> None:
    for door in DOORS:
        provider.requests.clear()
        path, request = door.ask("こんにちは", False, "outside")  # noqa: FBT003
        headers = {**request.pop("headers", {}), "Authorization": "", header: running.key}
        assert (await running.client.post(path, headers=headers, **request)).status_code == 200
        assert (await running.client.post(path, headers={**headers, header: "sk-x"}, **request)).status_code == 401
        assert (await running.client.post(f"{path}{'&' if '?' in path else '?'}key={running.key}", headers={**headers, header: ""}, **request)).status_code == 401  # fmt: skip
        assert len(provider.requests) == 1


@pytest.mark.parametrize("name", ["chat", "gemini"])
@STREAMS
async def test_two_choices_with_tools(running: Running, provider: FakeProvider, name: str, *, stream: bool) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"to": "[PERSON_1]"}'}}
    choices = [
        {"index": 0, "message": {"role": "assistant", "content": None, "tool_calls": [call]}, "finish_reason": "tool_calls"},
        {"index": 1, "message": {"role": "assistant", "content": REPLY}, "finish_reason": "stop"},
    ]  # fmt: skip
    if stream:
        chunks: list[dict[str, Any]] = []
        for n in range(max(len(REPLY), 20)):
            for index, text in ((0, call["function"]["arguments"]), (1, REPLY)):
                if n < len(text):
                    delta = (
                        {"content": text[n]}
                        if index
                        else {
                            "tool_calls": [
                                {
                                    "index": 0,
                                    **({"id": "c"} if n == 0 else {}),
                                    "function": {"arguments": text[n], **({"name": "f"} if n == 0 else {})},
                                }
                            ]
                        }
                    )
                    chunks.append(
                        {
                            "object": "chat.completion.chunk",
                            "choices": [{"index": index, "delta": delta, "finish_reason": None}],
                        }
                    )
        ends = [
            {
                "object": "chat.completion.chunk",
                "choices": [{"index": c["index"], "delta": {}, "finish_reason": c["finish_reason"]}],
            }
            for c in choices
        ]
        provider.reply(Stream([*chunks, *ends]))
    else:
        provider.reply(Whole({**chat_reply(), "choices": choices}))
    door = next(door for door in DOORS if door.name == name)
    path, request = door.ask(LETTER, stream, "outside")
    request["json"] |= {"n": 2} if name == "chat" else {"generationConfig": {"candidateCount": 2}}
    heard = door.heard(await running.client.post(path, **request), stream=stream)
    assert provider.requests[0].json()["n"] == 2
    assert heard.calls == [("f", {"to": "佐藤花子"})]
    assert heard.others == [TOLD]


def posts(endpoint: Endpoint, sample: dict[str, Any], *, stream: bool) -> tuple[str, dict[str, Any]]:
    """A sample of the manifest as a client sends it."""
    if endpoint.name == "simple":
        return f"/v1/simple?model=outside&stream={int(stream)}", {"content": sample["prompt"].encode(), "headers": {"Content-Type": "text/plain"}}  # fmt: skip
    if endpoint.name == "transcriptions":
        data = {name: value for name, value in sample.items() if name != "file"}
        sound = {"file": (f"{RESIDENT}.wav", sample["file"]["data"], "audio/wav")}
        return endpoint.routes[0], {"data": {"model": "outside", "stream": str(stream).lower(), **data}, "files": sound}
    if endpoint.name == "gemini":
        verb = "streamGenerateContent?alt=sse" if stream else "generateContent"
        return f"/v1beta/models/outside:{verb}", {"json": sample}
    return endpoint.routes[0], {"json": {"model": "outside", "stream": stream, **sample}}


@pytest.mark.slow
async def test_the_canary_through_every_cell_of_the_manifest(
    running: Running, provider: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    cells = {(row.endpoint, row.place): row for row in manifest(ENDPOINTS)}
    answers, statuses = [], {"inspected": 200, "refused": 400, "policy": 403}
    for endpoint in ENDPOINTS:
        for place, sample in REQUESTS[endpoint.name].items():
            for stream in (False, True):
                row = cells[endpoint.path, place]
                path, request = posts(endpoint, sample(RESIDENT), stream=stream)
                answer = await running.client.post(path, **request)
                wanted = statuses[row.streamed if stream else row.whole]
                if endpoint.name == "transcriptions" and wanted == 200:
                    wanted = 403  # its fields are read, but the sound must not leave
                assert answer.status_code == wanted, (path, place, answer.text)
                answers.append(answer.text)
    assert len(provider.requests) > 100
    assert traces(provider.received) == []
    assert traces("\n".join(answers)) == []
    assert traces(caplog.text) == []
    await running.records()
    assert traces(running.everything_written()) == []


@STREAMS
async def test_what_is_confined_is_confined_at_every_door(
    tmp_path: Path, provider: FakeProvider, *, stream: bool
) -> None:
    async with open_house(
        tmp_path, provider, [stopword()], policies={"directory": rules(tmp_path, "request", "confine")}
    ) as running:
        for door in DOORS:
            provider.requests.clear()
            assert (await ask(running, door, "禁句です", stream=stream, model="outside")).status_code == 403, door.name
            assert provider.requests == []
            served = await ask(running, door, "禁句です", stream=stream, model="both")
            assert served.status_code == 200, (door.name, served.text)
            assert [request.json()["model"] for request in provider.requests] == ["both-local"]


async def test_embeddings_of_one_resident_agree_in_every_request(running: Running, provider: FakeProvider) -> None:
    provider.default = Whole(
        {"object": "list", "data": [{"index": 0, "embedding": [0.1]}], "usage": {"prompt_tokens": 3}}
    )
    for text in ("佐藤花子さんの案件です。", "鈴木一郎さんと佐藤花子さんの件。", "佐藤　花子さんを探す"):
        answer = await running.client.post("/v1/embeddings", json={"model": "outside", "input": text})
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"][0]["embedding"] == [0.1]
    sent = [request.json()["input"] for request in provider.requests]
    token = sent[0].removesuffix("さんの案件です。")
    assert token.startswith("[PERSON_")
    assert sent[1].endswith(f"さんと{token}さんの件。")
    assert not sent[1].startswith(token)
    assert sent[2] == f"{token}さんを探す"
    assert "佐藤" not in provider.received


async def test_a_picture_may_say_only_what_may_be_said(running: Running, provider: FakeProvider) -> None:
    provider.reply(Whole({"created": 1, "data": [{"b64_json": "AAAA", "revised_prompt": "[PERSON_1]の絵"}]}))
    answer = await running.client.post(
        "/v1/images/generations", json={"model": "outside", "prompt": "佐藤花子さんの似顔絵"}
    )
    assert provider.requests[0].json()["prompt"] == "[PERSON_1]さんの似顔絵"
    assert answer.json()["data"] == [{"b64_json": "AAAA", "revised_prompt": "佐藤花子の絵"}]


@STREAMS
async def test_completions(running: Running, provider: FakeProvider, *, stream: bool) -> None:
    choice = {"index": 0, "text": REPLY, "finish_reason": "stop"}
    head = {"id": "cmpl", "object": "text_completion"}
    if stream:
        pieces = [{**head, "choices": [{"index": 0, "text": char, "finish_reason": None}]} for char in REPLY]
        provider.reply(Stream([*pieces, {**head, "choices": [{**choice, "text": ""}]}]))
    else:
        provider.reply(Whole({**head, "choices": [choice], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}))
    answer = await running.client.post("/v1/completions", json={"model": "outside", "prompt": LETTER, "stream": stream})
    assert provider.requests[0].path == "/v1/completions"
    assert provider.requests[0].json()["prompt"] == SENT
    lines = [line.removeprefix("data: ") for line in answer.text.split("\n") if line.startswith("data: {")]
    messages = [json.loads(line) for line in lines] if stream else [answer.json()]
    assert "".join(c["text"] for m in messages for c in m["choices"]) == TOLD
    assert messages[-1]["sekimori"]["verdict"] == "redact"


async def test_a_stream_may_be_split_within_a_character(running: Running, provider: FakeProvider) -> None:
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": '{"to": "[PERSON_1]"}'}}
    first, middle, last = chat_chunks("[PERSON_1] 様", finish="tool_calls")
    calls = {**middle, "choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}]}
    raw = b"".join(event_bytes(chunk) for chunk in (first, middle, calls, last)) + b"data: [DONE]\n\n"
    door = DOORS[0]
    for at in range(1, len(raw), 41):  # every byte: tests/properties/test_voices.py
        provider.reply(Stream([raw[:at], raw[at:]], done=False))
        heard = door.heard(await ask(running, door, LETTER, stream=True), stream=True)
        assert (heard.text, heard.calls) == ("佐藤花子 様", [("f", {"to": "佐藤花子"})]), at


STEERING = ("seed", "created", "max_tokens", "max_output_tokens", "maxOutputTokens", "num_ctx")
NUMBER = 123456789018
"""Invented, with a valid check digit."""
SEED = 2**32 - 1


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.name != "simple"], ids=lambda e: e.name)
def test_a_number_below_a_steering_name_is_read_at_every_door(endpoint: Endpoint) -> None:
    below = dict.fromkeys(STEERING, NUMBER)
    body = {**REQUESTS[endpoint.name]["user"]("x"), "x_future": [below], "options_of_mine": below}
    assert len([part for part in texts(body, endpoint.numbers).parts if part.text == str(NUMBER)]) == 2 * len(below)
    for place in endpoint.numbers:
        for number, read in ((SEED, 0), (NUMBER, 1)):  # no seed is as long as an individual number
            inside: Any = number
            for step in reversed(place):
                inside = {step: inside}
            assert len(texts(inside, endpoint.numbers).parts) == read
        assert [part.text for part in texts({"x": inside}, endpoint.numbers).parts] == [str(NUMBER)]


@pytest.mark.parametrize("name", ["chat", "messages", "gemini", "ollama_chat"])
async def test_a_resident_cannot_hide_below_a_steering_name(
    running: Running, provider: FakeProvider, name: str
) -> None:
    (endpoint,) = (each for each in ENDPOINTS if each.name == name)
    steps = {"seed": NUMBER, "options": {"num_ctx": NUMBER}}
    asked: dict[str, Any] = {
        "chat": REQUESTS["chat"]["tool call"]("x") | {"metadata": steps},
        "messages": {"max_tokens": 9, "messages": [{"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": steps}]}]},
        "gemini": {"contents": [{"role": "model", "parts": [{"functionCall": {"name": "f", "args": steps}}]}]},
        "ollama_chat": {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": steps}}]}]},
    }[name]  # fmt: skip
    provider.reply(Whole(chat_reply("はい。")))
    body = {**asked, "model": "outside", "stream": False}
    response = await running.client.post(endpoint.routes[0].format(model="outside"), json=body)
    assert response.status_code == 200, response.text
    (sent,) = provider.requests
    assert "[MY_NUMBER_1]" in json.dumps(sent.json())
    assert str(NUMBER) not in provider.received
