"""Prompts and what follows them. A chunk looks like a whole reply."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.endpoints.completions import Completions
from gateway.errors import BadRequest
from gateway.reply import Rewriter
from tests.gateway.test_reply import Gate

DOOR = Completions()


def message(*choices: tuple[int, str, str | None]) -> dict[str, Any]:
    listed = [{"index": index, "text": text, "finish_reason": finish} for index, text, finish in choices]
    return {"id": "c", "object": "text_completion", "choices": listed}


def texts(messages: list[dict[str, Any]]) -> dict[int, str]:
    out: dict[int, str] = {}
    for each in messages:
        for choice in each["choices"]:
            out[choice["index"]] = out.get(choice["index"], "") + choice["text"]
    return out


def rewriter(groups: int = 1) -> Rewriter:
    return Rewriter(DOOR, lambda _: Gate(), lambda _: "＊", groups)


@pytest.mark.parametrize("prompt", ["x", ["x", "y"], [""]])
def test_what_is_let_in(prompt: Any) -> None:
    DOOR.check({"model": "m", "prompt": prompt, "n": 2, "stream": True})


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": None}, {"prompt": []}, {"prompt": ""}, {"prompt": [1, 2]}, {"prompt": [[1]]}, {"prompt": {}},
        {"model": ""}, {"n": 0}, {"logprobs": 0}, {"logprobs": 3}, {"stream": "x"}, {"stream_options": 3},
    ],
)  # fmt: skip
def test_what_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        DOOR.check({"model": "m", "prompt": "x", **change})


def test_choices_of_several_prompts() -> None:
    assert DOOR.groups({"prompt": ["x", "y"], "n": 3}) == 6
    assert DOOR.groups({"prompt": "x"}) == 1


def test_a_whole_reply_ends_in_one_message() -> None:
    out = rewriter(2).feed(message((0, "あ", "stop"), (1, "い", "length")))
    assert texts(out) == {0: "あ＊", 1: "い＊"}
    assert len(out) == 1


def test_a_stream_with_its_choices_in_turns() -> None:
    loop = rewriter(2)
    chunks = [
        message((0, "あ", None)),
        message((1, "い", None)),
        message((0, "う", None), (1, "", "stop")),
        message((0, "", "stop")),
    ]
    out = [m for chunk in chunks for m in loop.feed(chunk)]
    assert texts(out) == {0: "あう＊", 1: "い＊"}
    assert not loop.open


def test_a_stop_in_a_stream_and_in_a_whole_reply() -> None:
    loop = rewriter()
    out = [m for chunk in (message((0, "あ止い", None)), message((0, "う", "stop"))) for m in loop.feed(chunk)]
    assert texts(out) == {0: "あ（理由）"}
    assert out[-1]["choices"][0]["finish_reason"] == "content_filter"
    (whole,) = rewriter().feed(message((0, "あ止い", "stop")))
    assert whole["choices"][0] == {"index": 0, "text": "あ（理由）", "finish_reason": "content_filter"}


def test_usage_and_the_end() -> None:
    assert DOOR.ends({"choices": [], "usage": {}})
    assert not DOOR.ends(message((0, "x", None)))
    assert DOOR.usage({"usage": {"prompt_tokens": 1, "completion_tokens": 2}}) == (1, 2)
