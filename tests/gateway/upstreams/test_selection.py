from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from gateway.upstreams.base import Call, Deployment, Retries, SecretMissingError, UpstreamError
from gateway.upstreams.demo import Demo
from gateway.upstreams.openai_wire import OpenAIWire
from gateway.upstreams.refusals import failure, refusal
from gateway.upstreams.selection import SelectionError, Upstreams, open_upstream, pause_before
from tests.fixtures.provider import Disconnect, FakeProvider, Stream, Whole, chat_chunks, chat_reply

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

INSIDE, EVERYWHERE = frozenset({"on_premises"}), frozenset({"on_premises", "external"})
CALL = Call("chat/completions", {"messages": []})


def deployment(name: str, model: str = "m", **more: Any) -> Deployment:
    given = {
        "lane": "demo",
        "retries": {"count": 0},
        "endpoints": ("chat/completions",),
        "zone": "on_premises",
        "region": "庁内",
        "trains_on_input": False,
    }
    return Deployment(**given | {"name": name, "model": model} | more)


class Scripted:
    """A lane that yields what it is told, an exception included, and counts its calls."""

    def __init__(self, *script: dict[str, Any] | Exception) -> None:
        self.script, self.calls, self.ended, self.closed = script, 0, 0, False

    async def send(self, _: Call) -> AsyncGenerator[dict[str, Any], None]:
        self.calls += 1
        try:
            for each in self.script:
                if isinstance(each, Exception):
                    raise each
                yield each
        finally:
            self.ended += 1

    async def close(self) -> None:
        self.closed = True


def scripted(lanes: dict[str, Scripted]) -> Upstreams:
    return Upstreams([deployment(name) for name in lanes], open_lane=lambda each: lanes[each.name])


async def collect(messages: AsyncGenerator[Any, None] | Any) -> list[Any]:
    return [message async for message in messages]


def names(deployments: Iterable[Deployment]) -> list[str]:
    return [each.name for each in deployments]


@pytest.fixture
def upstreams() -> Upstreams:
    return Upstreams(
        [
            deployment("a-out", "a", zone="external"),
            deployment("b-in", "b"),
            deployment("a-in", "a", endpoints=("chat/completions", "embeddings")),
            deployment("c-out", "c", zone="external"),
        ],
        fallbacks={"a": ["c", "b"], "b": ["a"]},
    )


def test_models_in_the_configured_order(upstreams: Upstreams) -> None:
    models = [(alias, names(served)) for alias, served in upstreams.models()]
    assert models == [("a", ["a-out", "a-in"]), ("b", ["b-in"]), ("c", ["c-out"])]


def test_models_that_a_client_made_up_are_not_known(upstreams: Upstreams) -> None:
    assert upstreams.knows("a")
    assert not upstreams.knows("a-in")


@pytest.mark.parametrize(
    ("model", "endpoint", "zones", "expected"),
    [
        ("a", "chat/completions", EVERYWHERE, ["a-out", "a-in", "c-out", "b-in"]),
        ("a", "chat/completions", INSIDE, ["a-in", "b-in"]),
        ("a", "embeddings", EVERYWHERE, ["a-in"]),
        ("b", "chat/completions", EVERYWHERE, ["b-in", "a-out", "a-in"]),
        ("c", "chat/completions", INSIDE, []),
        ("c", "chat/completions", frozenset(), []),
        ("unknown", "chat/completions", EVERYWHERE, []),
    ],
)
def test_candidates(
    upstreams: Upstreams, model: str, endpoint: str, zones: frozenset[Any], expected: list[str]
) -> None:
    assert names(upstreams.candidates(model, endpoint, zones)) == expected


@pytest.mark.parametrize(
    "error",
    [
        failure("upstream_unreachable", "first"),
        failure("upstream_timeout", "first"),
        refusal(503, None, "first"),
        refusal(429, None, "first"),
    ],
)
async def test_the_next_one_is_tried_after_a_failure_that_it_may_not_share(error: UpstreamError) -> None:
    lanes = {"first": Scripted(error), "second": Scripted({"n": 1}, {"n": 2}), "third": Scripted({"n": 3})}
    upstreams = scripted(lanes)
    sending = upstreams.send(CALL, upstreams.candidates("m", "chat/completions", INSIDE))
    assert sending.deployment is None
    assert await collect(sending) == [{"n": 1}, {"n": 2}]
    assert sending.deployment is not None
    assert sending.deployment.name == "second"
    assert sending.attempts == ("first", "second")
    assert lanes["third"].calls == 0


@pytest.mark.parametrize(
    "error",
    [
        refusal(400, None, "first"),
        refusal(401, None, "first"),
        refusal(400, {"error": {"code": "content_filter"}}, "first"),
        refusal(429, {"error": {"code": "content_policy_violation"}}, "first"),
    ],
)
async def test_a_refusal_is_an_answer_and_not_gone_around(error: UpstreamError) -> None:
    lanes = {"first": Scripted(error), "second": Scripted({"n": 1})}
    upstreams = scripted(lanes)
    with pytest.raises(UpstreamError) as caught:
        await collect(upstreams.send(CALL, upstreams.candidates("m", "chat/completions", INSIDE)))
    assert caught.value is error
    assert lanes["second"].calls == 0


async def test_a_filtered_answer_is_an_answer() -> None:
    filtered = {"choices": [{"index": 0, "finish_reason": "content_filter", "message": {"content": None}}]}
    lanes = {"first": Scripted(filtered), "second": Scripted({"n": 1})}
    upstreams = scripted(lanes)
    sending = upstreams.send(CALL, upstreams.candidates("m", "chat/completions", INSIDE))
    assert await collect(sending) == [filtered]
    assert sending.attempts == ("first",)


async def test_what_the_caller_has_seen_is_not_begun_anew() -> None:
    lanes = {"first": Scripted({"n": 1}, failure("upstream_ended_early", "first")), "second": Scripted({"n": 2})}
    upstreams = scripted(lanes)
    sending = upstreams.send(CALL, upstreams.candidates("m", "chat/completions", INSIDE))
    assert await anext(sending) == {"n": 1}
    with pytest.raises(UpstreamError):
        await anext(sending)
    assert lanes["second"].calls == 0


async def test_nobody_but_the_candidates_is_tried() -> None:
    lanes = {name: Scripted(failure("upstream_timeout", name)) for name in ("first", "second", "third")}
    upstreams = scripted(lanes)
    first, second, _ = upstreams.candidates("m", "chat/completions", INSIDE)
    with pytest.raises(UpstreamError) as caught:
        await collect(upstreams.send(CALL, (second, first)))
    assert caught.value.deployment == "first"
    assert lanes["third"].calls == 0
    with pytest.raises(ValueError, match="no deployment"):
        upstreams.send(CALL, ())


async def test_closing_ends_the_lane_at_once() -> None:
    lane = Scripted({"n": 1}, {"n": 2})
    upstreams = scripted({"first": lane})
    sending = upstreams.send(CALL, upstreams.candidates("m", "chat/completions", INSIDE))
    await anext(sending)
    assert lane.ended == 0
    await sending.aclose()
    assert lane.ended == 1
    await upstreams.close()
    assert lane.closed


def test_nothing_is_sent_before_it_is_asked_for() -> None:
    lane = Scripted({"n": 1})
    upstreams = scripted({"first": lane})
    upstreams.send(CALL, upstreams.candidates("m", "chat/completions", INSIDE))
    assert lane.calls == 0


async def test_real_servers() -> None:
    async with FakeProvider() as broken, FakeProvider() as sound:
        wire = {"lane": "openai_wire"}
        upstreams = Upstreams(
            [
                deployment("broken", base_url=broken.base_url, **wire),
                deployment("sound", base_url=sound.base_url, **wire),
            ]
        )
        candidates = upstreams.candidates("m", "chat/completions", INSIDE)
        half = chat_chunks("途中", finish=None)
        broken.reply(Disconnect(), Stream([]), Whole({}, status=500), Stream(half, done=False))
        streamed = Call("chat/completions", {"messages": [], "stream": True})
        assert await collect(upstreams.send(CALL, candidates)) == [chat_reply("はい。")]
        assert await collect(upstreams.send(streamed, candidates)) == chat_chunks("は", "い。")
        assert await collect(upstreams.send(CALL, candidates)) == [chat_reply("はい。")]
        with pytest.raises(UpstreamError, match="broken: upstream_ended_early"):
            await collect(upstreams.send(streamed, candidates))
        assert (len(broken.requests), len(sound.requests)) == (4, 3)
        await upstreams.close()


def test_lanes_are_opened_at_the_start_with_their_keys() -> None:
    assert isinstance(open_upstream(deployment("d"), {}), Demo)
    wire = deployment("w", lane="openai_wire", base_url="http://127.0.0.1:1/v1", api_key_env="CITY_LLM_KEY")
    assert isinstance(open_upstream(wire, {"CITY_LLM_KEY": "sk-invented"}), OpenAIWire)
    with pytest.raises(SecretMissingError, match=r"deployment w: .*CITY_LLM_KEY"):
        open_upstream(wire, {})


@pytest.mark.parametrize(
    ("deployments", "fallbacks", "message"),
    [
        ([deployment("d", "a"), deployment("d", "b")], {}, "the name d is used twice"),
        ([deployment("d", "a")], {"a": ["b"]}, "no deployment has the model b"),
        ([deployment("d", "a")], {"b": ["a"]}, "no deployment has the model b"),
    ],
)
def test_contradictions_stop_the_start(
    deployments: list[Deployment], fallbacks: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(SelectionError, match=message):
        Upstreams(deployments, fallbacks)


class Turns:
    """A lane that answers each call by the next of its scripts, and then by its last."""

    def __init__(self, *scripts: list[Any]) -> None:
        self.scripts, self.calls = list(scripts), 0

    async def send(self, _: Call) -> AsyncGenerator[dict[str, Any], None]:
        script = self.scripts[min(self.calls, len(self.scripts) - 1)]
        self.calls += 1
        for each in script:
            if isinstance(each, Exception):
                raise each
            yield each

    async def close(self) -> None: ...


def patient(lanes: dict[str, Turns], **more: Any) -> Upstreams:
    settings = {"retries": {"count": 2, "pause_seconds": 0.001}, **more}
    return Upstreams([deployment(name, **settings) for name in lanes], open_lane=lambda each: lanes[each.name])  # type: ignore[arg-type,return-value]


async def ask(upstreams: Upstreams) -> tuple[list[Any], tuple[str, ...]]:
    sending = upstreams.send(CALL, upstreams.candidates("m", "chat/completions", INSIDE))
    return await collect(sending), sending.attempts


BROKEN = [failure("upstream_unreachable", "x")]


async def test_a_failure_is_tried_again_and_then_the_next_one() -> None:
    lanes = {"first": Turns(BROKEN, BROKEN, [{"n": 1}]), "second": Turns([{"n": 2}])}
    assert await ask(patient(lanes)) == ([{"n": 1}], ("first", "first", "first"))
    lanes = {"first": Turns(BROKEN), "second": Turns([{"n": 2}])}
    assert await ask(patient(lanes)) == ([{"n": 2}], ("first", "first", "first", "second"))


@pytest.mark.parametrize(
    "error",
    [
        failure("upstream_timeout", "first"),
        refusal(429, None, "first", "600"),
    ],
)
async def test_what_would_take_long_is_not_tried_again_at_the_same_place(error: UpstreamError) -> None:
    lanes = {"first": Turns([error]), "second": Turns([{"n": 2}])}
    assert await ask(patient(lanes)) == ([{"n": 2}], ("first", "second"))


async def test_a_rate_limit_is_waited_for_as_the_provider_says() -> None:
    lanes = {"first": Turns([refusal(429, None, "first", "0.05")], [{"n": 1}])}
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert await ask(patient(lanes)) == ([{"n": 1}], ("first", "first"))
    assert loop.time() - begun >= 0.05


@pytest.mark.parametrize(
    "error", [refusal(400, None, "first"), refusal(429, {"error": {"code": "content_filter"}}, "first")]
)
async def test_a_refusal_is_neither_repeated_nor_gone_around(error: UpstreamError) -> None:
    lanes = {"first": Turns([error]), "second": Turns([{"n": 2}])}
    with pytest.raises(UpstreamError):
        await ask(patient(lanes))
    assert (lanes["first"].calls, lanes["second"].calls) == (1, 0)


async def test_what_keeps_failing_is_left_alone_and_comes_back() -> None:
    lanes = {"first": Turns(BROKEN, BROKEN, [{"n": 1}]), "second": Turns([{"n": 2}])}
    upstreams = patient(lanes, retries={"count": 0}, circuit={"failures": 2, "open_seconds": 0.05})
    for _ in range(2):
        assert await ask(upstreams) == ([{"n": 2}], ("first", "second"))
    assert await ask(upstreams) == ([{"n": 2}], ("second",))
    await asyncio.sleep(0.06)
    assert await ask(upstreams) == ([{"n": 1}], ("first",))


async def test_when_all_are_left_alone_the_caller_is_told_when_to_come_back() -> None:
    lanes = {"only": Turns(BROKEN)}
    upstreams = patient(lanes, retries={"count": 0}, circuit={"failures": 1, "open_seconds": 20})
    with pytest.raises(UpstreamError):
        await ask(upstreams)
    with pytest.raises(UpstreamError) as raised:
        await ask(upstreams)
    assert (raised.value.status, raised.value.code, raised.value.retry_after) == (503, "upstream_resting", 20)
    assert lanes["only"].calls == 1


async def test_mistakes_of_callers_open_no_circuit() -> None:
    lanes = {"only": Turns([refusal(400, None, "only")])}
    upstreams = patient(lanes, circuit={"failures": 1, "open_seconds": 20})
    for _ in range(3):
        with pytest.raises(UpstreamError) as raised:
            await ask(upstreams)
        assert raised.value.status == 400


def test_pauses_double_up_to_the_longest() -> None:
    retries = Retries(count=9, pause_seconds=1, longest_pause_seconds=3)
    error = failure("upstream_unreachable", "x")
    for repetition, longest in ((1, 1), (2, 2), (3, 3), (9, 3)):
        pause = pause_before(repetition, error, retries)
        assert pause is not None
        assert longest / 2 <= pause <= longest


class Noted(Scripted):
    """A lane that notes the path of its calls."""

    def __init__(self, *script: dict[str, Any] | Exception) -> None:
        super().__init__(*script)
        self.paths: list[str] = []

    async def send(self, call: Call) -> AsyncGenerator[dict[str, Any], None]:
        self.paths.append(call.path)
        async for each in super().send(call):
            yield each


async def test_each_deployment_is_asked_in_the_dialect_that_it_lists() -> None:
    lanes = {"both": Noted(failure("upstream_error", "both")), "chat": Noted({"choices": []}), "other": Noted()}
    lists = {"both": ("chat/completions", "responses"), "chat": ("chat/completions",), "other": ("embeddings",)}
    wire = {"lane": "openai_wire", "base_url": "http://127.0.0.1/v1"}
    known = Upstreams(
        [deployment(name, endpoints=lists[name], **wire) for name in lanes], open_lane=lambda each: lanes[each.name]
    )
    found = known.candidates("m", "chat/completions", EVERYWHERE, "responses")
    assert names(found) == ["both", "chat"]
    assert names(known.candidates("m", "chat/completions", EVERYWHERE)) == ["both", "chat"]
    assert names(known.candidates("m", "completions", EVERYWHERE, "responses")) == ["both"]
    assert await collect(known.send(CALL, found, Call("responses", {}))) == [{"choices": []}]
    assert (lanes["both"].paths, lanes["chat"].paths) == (["responses"], ["chat/completions"])
    await collect(known.send(CALL, found[1:]))
    assert lanes["chat"].paths == ["chat/completions"] * 2
