"""The loop over a reply, step by step; its laws stand in tests/properties/test_reply.py."""

from __future__ import annotations

from typing import Any

from gateway.endpoints.chat import Chat
from gateway.reply import Rewriter
from tests.fixtures.provider import chat_chunks, chat_reply


class Gate:
    """Shows everything until a word comes."""

    def __init__(self) -> None:
        self.stopped: str | None = None

    def reads(self, text: str) -> bool:
        return "止" in text

    def feed(self, text: str) -> str:
        if "止" in text:
            self.stopped = "（理由）"
            return text.partition("止")[0]
        return text

    def close(self) -> str:
        return ""


def rewriter(groups: int = 1, footnote: str = "") -> Rewriter:
    return Rewriter(Chat(), lambda _: Gate(), lambda _: footnote, groups)


def contents(messages: list[dict[str, Any]]) -> str:
    return "".join(c["delta"].get("content") or "" for m in messages for c in m["choices"])


def test_a_footnote_comes_before_the_finish() -> None:
    loop = rewriter(footnote="＊注")
    out = [m for chunk in chat_chunks("はい") for m in loop.feed(chunk)]
    assert contents(out) == "はい＊注"
    assert out[-1]["choices"][0]["finish_reason"] == "stop"
    assert not loop.open


def test_a_stop_ends_the_choice_and_what_follows_is_swallowed() -> None:
    loop = rewriter()
    out = [m for chunk in chat_chunks("前", "x止y", "後") for m in loop.feed(chunk)]
    assert contents(out) == "前x（理由）"
    assert [m["choices"][0]["finish_reason"] for m in out][-1] == "content_filter"
    assert loop.finished


def test_one_choice_stops_and_the_other_goes_on() -> None:
    loop = rewriter(groups=2)
    first = loop.feed({"choices": [{"index": 0, "delta": {"content": "止"}}, {"index": 1, "delta": {"content": "あ"}}]})
    assert not loop.finished
    second = loop.feed({"choices": [{"index": 0, "delta": {"content": "x"}}, {"index": 1, "delta": {"content": "い"}}]})
    assert contents([*first, *second]) == "あ（理由）い"


def test_a_stopped_whole_reply_takes_its_tool_calls_back() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    (message,) = rewriter().feed(chat_reply("前止後", tool_calls=[call]))
    choice = message["choices"][0]
    assert choice["message"] == {"role": "assistant", "content": "前（理由）"}
    assert choice["finish_reason"] == "content_filter"


def test_reasoning_that_is_stopped_hides_the_answer() -> None:
    (message,) = rewriter().feed(chat_reply("答え", reasoning_content="考え止"))
    assert message["choices"][0]["message"]["content"] == "（理由）"
    assert message["choices"][0]["message"]["reasoning_content"] == "考え"


def test_only_what_is_read_needs_a_thread() -> None:
    loop = rewriter()
    first, second, third = chat_chunks("あ", "い止", finish=None)
    loop.feed(first)
    assert loop.reads(second), "a new text"
    loop.feed(second)
    assert loop.reads(third)
    assert not loop.reads(chat_chunks("う", finish=None)[1])
    assert loop.reads(chat_chunks(finish="stop")[-1]), "the end of a text"


def test_a_reply_without_an_end_has_a_blank_last_message() -> None:
    loop = rewriter()
    assert loop.blank() == []
    loop.feed(chat_chunks("あ", finish=None)[1])
    (blank,) = loop.blank()
    assert blank["choices"][0]["delta"] == {"content": ""}


def test_a_place_that_is_said_twice_is_read_twice() -> None:
    read: list[str] = []

    class Reader(Gate):
        def feed(self, text: str) -> str:
            read.append(text)
            return text.upper()

    loop = Rewriter(Chat(), lambda _: Reader(), lambda _: "")
    calls = [{"index": 0, "id": c, "type": "function", "function": {"name": c, "arguments": c}} for c in "ab"]
    whole = chat_reply("x", tool_calls=calls)
    whole["choices"].append({**whole["choices"][0], "message": {"role": "assistant", "content": "y"}})
    (out,) = loop.feed(whole)
    assert [choice["message"]["content"] for choice in out["choices"]] == ["X", "Y"]
    assert [call["function"]["arguments"] for call in out["choices"][0]["message"]["tool_calls"]] == ["A", "B"]
    assert sorted(read) == sorted("xyaabb")
