"""The law of the reply: what a caller reads does not depend on how the upstream cut it."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.endpoints.chat import Chat
from gateway.endpoints.json_text import escape_json
from gateway.filters import Chain, JsonStrings, Plain, Screen
from gateway.reply import Rewriter
from policies.decision import Action, Decision
from policies.finding import Finding, Span
from redaction.restore import Restore
from redaction.vault import Vault

ACTIONS = {"禁句": Action.BLOCK, "覆面": Action.REDACT, "注意": Action.FLAG}
WORDS = [
    *ACTIONS, "山田太郎", "[PERSON_1]", "[PERSON_2]", "[PERSON_", "PERSON_1]", "[", "］", "さん", "です", "。",
    "！」", "\n", "a. ", ".", "x" * 90, "、", '"', "\\", "{", "123",
]  # fmt: skip
texts = st.lists(st.sampled_from(WORDS), max_size=20).map("".join)
arguments = st.one_of(
    st.dictionaries(st.sampled_from(["who", "山", "n"]), texts, max_size=3).map(
        lambda value: json.dumps(value, ensure_ascii=True)
    ),
    texts,
)


def detect(reading: Any) -> list[Finding]:
    return [
        Finding(Span(*match.span()), "wording.test", f"wording/{match[0]}")
        for word in ACTIONS
        for match in re.finditer(word, reading.text)
    ]


def decide(findings: Any) -> list[Decision]:
    return [Decision(f, ACTIONS[f.rule.removeprefix("wording/")], f.rule) for f in findings]


def rewriter(vault: Vault, groups: int, endpoint: Any = None) -> Rewriter:
    noted: dict[Any, int] = {}

    def new_filter(part: Any) -> Any:
        def new(*, escaped: bool = False) -> Chain:
            def record(_: int, decisions: Any) -> None:
                flags = sum(d.action is Action.FLAG for d in decisions)
                noted[part.key[0]] = noted.get(part.key[0], 0) + flags

            screen = Screen(detect, decide, record, lambda _: "（中止）")
            return Chain(screen, Plain(Restore(vault, escape_json) if escaped else Restore(vault)))

        return JsonStrings(new, lambda: new(escaped=True)) if part.json else new()

    footnote = lambda group: f"（注意{noted[group]}）" if noted.get(group) else ""  # noqa: E731
    return Rewriter(endpoint or Chat(), new_filter, footnote, groups)


def vault() -> Vault:
    known = Vault()
    known.token("pii.person", "山田 太郎")
    known.token("pii.person", '佐藤"花子"\n')
    return known


reply = st.fixed_dictionaries(
    {"reasoning_content": st.one_of(st.none(), texts), "content": st.one_of(st.none(), texts)},
    optional={"tools": st.lists(arguments, min_size=1, max_size=2)},
)


def whole(replies: list[dict[str, Any]]) -> dict[str, Any]:
    choices = []
    for index, said in enumerate(replies):
        message: dict[str, Any] = {"role": "assistant", "content": said["content"]}
        if said["reasoning_content"]:
            message["reasoning_content"] = said["reasoning_content"]
        if "tools" in said:
            message["tool_calls"] = [
                {"id": f"c{n}", "type": "function", "function": {"name": "f", "arguments": text}}
                for n, text in enumerate(said["tools"])
            ]
        choices.append({"index": index, "message": message, "finish_reason": "stop"})
    return {"id": "x", "object": "chat.completion", "choices": choices}


def deltas(said: dict[str, Any], cut: Any) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = [{"role": "assistant"}]
    for field in ("reasoning_content", "content"):
        out += [{field: piece} for piece in cut(said[field] or "")]
    for n, text in enumerate(said.get("tools", ())):
        out.append({"tool_calls": [{"index": n, "id": f"c{n}", "function": {"name": "f", "arguments": ""}}]})
        out += [{"tool_calls": [{"index": n, "function": {"arguments": piece}}]} for piece in cut(text)]
    return out


def stream(replies: list[dict[str, Any]], data: Any, *, finish: bool = True) -> list[dict[str, Any]]:
    """The same replies in chunks cut anywhere, the choices in any interleaving."""

    def cut(text: str) -> list[str]:
        pieces = []
        while text:
            size = data.draw(st.integers(1, 9))
            pieces.append(text[:size])
            text = text[size:]
        return pieces

    waiting = {
        index: [
            *({"delta": d} for d in deltas(said, cut)),
            *([{"delta": {}, "finish_reason": "stop"}] if finish else []),
        ]
        for index, said in enumerate(replies)
    }
    messages = []
    while waiting:
        index = data.draw(st.sampled_from(sorted(waiting)))
        choice = {"index": index, "finish_reason": None, **waiting[index].pop(0)}
        messages.append({"id": "x", "object": "chat.completion.chunk", "choices": [choice]})
        if not waiting[index]:
            del waiting[index]
    return messages


def read(messages: list[dict[str, Any]]) -> dict[Any, Any]:
    """What a client puts together, by choice."""
    got: dict[Any, Any] = {}
    for message in messages:
        for choice in message["choices"]:
            said = got.setdefault(choice["index"], {})
            body = choice.get("message") or choice.get("delta") or {}
            for field in ("reasoning_content", "content"):
                if body.get(field):
                    said[field] = said.get(field, "") + body[field]
            for n, call in enumerate(body.get("tool_calls") or ()):
                place = ("tool", call.get("index", n))
                said[place] = said.get(place, "") + call["function"].get("arguments", "")
            if choice.get("finish_reason"):
                assert "finish" not in said, "a choice ends once"
                said["finish"] = choice["finish_reason"]
    return got


def stopped(said: dict[str, Any]) -> bool:
    return said.get("finish") == "content_filter"


def comparable(got: dict[Any, Any]) -> dict[Any, Any]:
    """Tool calls of a stopped choice are taken back whole, but their heads were sent in a stream."""
    return {
        index: {k: v for k, v in said.items() if not (isinstance(k, tuple) and (stopped(said) or not v))}
        for index, said in got.items()
    }


@given(st.lists(reply, min_size=1, max_size=3), st.data())
def test_a_streamed_reply_reads_like_the_whole_one(replies: list[dict[str, Any]], data: Any) -> None:
    known = vault()
    expected = rewriter(known, len(replies))
    once = [m for m in [whole(copy.deepcopy(replies))] for m in expected.feed(m)] + expected.close()
    streamed = rewriter(known, len(replies))
    messages = [out for m in stream(replies, data) for out in streamed.feed(m)] + streamed.close()
    assert comparable(read(messages)) == comparable(read(once))
    for said in read(messages).values():
        assert "禁句" not in json.dumps(said.get("content", ""), ensure_ascii=False)
        assert "finish" in said


@given(reply, st.data())
def test_a_hang_up_loses_and_leaks_nothing(said: dict[str, Any], data: Any) -> None:
    known = vault()
    complete, cut = rewriter(known, 1), rewriter(known, 1)
    expected = [out for m in stream([said], data) for out in complete.feed(m)] + complete.close()
    messages = [out for m in stream([said], data, finish=False) for out in cut.feed(m)] + cut.close()
    want, got = comparable(read(expected)).get(0, {}), comparable(read(messages)).get(0, {})
    if not stopped(want):
        want.pop("finish", None)
    assert got == want


@given(st.dictionaries(texts, texts, max_size=3))
def test_restored_arguments_stay_valid_json(value: dict[str, str]) -> None:
    known = vault()
    message = whole([{"reasoning_content": None, "content": None, "tools": [json.dumps(value)]}])
    (out,) = rewriter(known, 1).feed(message)
    calls = out["choices"][0]["message"].get("tool_calls")
    if calls:
        json.loads(calls[0]["function"]["arguments"])
