"""Lines of JSON, the last of them done."""

from __future__ import annotations

import json

from gateway.endpoints.ollama_voice import OllamaVoice
from gateway.errors import Unavailable
from tests.fixtures.doors import _ollama_stream
from tests.fixtures.provider import chat_reply
from tests.gateway.endpoints.voices import CALL, chunks, tell

BODY = {"model": "m"}


def test_a_stream_of_a_chat() -> None:
    deltas = [
        {"reasoning_content": "考え"},
        {"content": "本"},
        {"content": "文"},
        {"tool_calls": [{"index": 0, **CALL}]},
    ]
    told = tell(OllamaVoice(BODY), chunks(*deltas, finish="tool_calls"))
    heard = _ollama_stream(told)
    assert (heard.reasoning, heard.text, heard.calls) == ("考え", "本文", [("f", {"a": 1})])
    lines = [json.loads(line) for line in told.splitlines()]
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    assert (lines[-1]["prompt_eval_count"], lines[-1]["eval_count"]) == (7, 3)


def test_a_stream_of_a_prompt() -> None:
    heard = _ollama_stream(tell(OllamaVoice(BODY, field="response"), chunks({"content": "本文"}, finish="length")))
    assert (heard.text, heard.finish) == ("本文", "length")


def test_whole() -> None:
    body = json.loads(OllamaVoice(BODY).whole(chat_reply("本文", reasoning_content="考え", tool_calls=[CALL]))[0])
    call = {"function": {"name": "f", "arguments": {"a": 1}}}
    assert body["message"] == {"role": "assistant", "content": "本文", "thinking": "考え", "tool_calls": [call]}
    assert (body["done"], body["model"]) == (True, "m")
    prompt = json.loads(OllamaVoice(BODY, field="response").whole(chat_reply("本文"))[0])
    assert prompt["response"] == "本文"


def test_a_failure_is_a_line() -> None:
    assert json.loads(OllamaVoice(BODY).fail(Unavailable("後で")))["error"] == "後で"
