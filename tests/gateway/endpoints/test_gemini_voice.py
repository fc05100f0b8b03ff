"""Candidates, whole and in pieces."""

from __future__ import annotations

import json

import pytest

from gateway.endpoints.gemini_voice import GeminiVoice
from gateway.errors import Unavailable
from tests.fixtures.doors import _gemini_stream
from tests.fixtures.provider import chat_reply
from tests.gateway.endpoints.voices import CALL, chunks, tell

BODY = {"model": "m"}


@pytest.mark.parametrize("array", [False, True])
def test_a_stream(*, array: bool) -> None:
    deltas = [
        {"reasoning_content": "考え"},
        {"content": "本"},
        {"content": "文"},
        {"tool_calls": [{"index": 0, **CALL}]},
    ]
    voice = GeminiVoice(BODY, array=array)
    heard = _gemini_stream(tell(voice, chunks(*deltas, finish="tool_calls")))
    assert (heard.reasoning, heard.text, heard.calls) == ("考え", "本文", [("f", {"a": 1})])
    assert (heard.finish, heard.report) == ("STOP", {"verdict": "allow"})
    assert voice.media_type == ("application/json" if array else "text/event-stream")


def test_a_whole_reply() -> None:
    body = json.loads(GeminiVoice(BODY).whole(chat_reply("本文", reasoning_content="考え", tool_calls=[CALL]))[0])
    (candidate,) = body["candidates"]
    assert candidate["content"]["parts"] == [
        {"text": "考え", "thought": True},
        {"text": "本文"},
        {"functionCall": {"id": "c1", "name": "f", "args": {"a": 1}}},
    ]
    assert body["usageMetadata"] == {"promptTokenCount": 7, "candidatesTokenCount": 3, "totalTokenCount": 10}
    assert body["modelVersion"] == "m"


@pytest.mark.parametrize(
    ("finish", "reason"), [("stop", "STOP"), ("length", "MAX_TOKENS"), ("content_filter", "SAFETY")]
)
def test_why_it_ended(finish: str, reason: str) -> None:
    assert _gemini_stream(tell(GeminiVoice(BODY), chunks({"content": "あ"}, finish=finish))).finish == reason


@pytest.mark.parametrize("array", [False, True])
def test_a_failure_keeps_the_array_whole(*, array: bool) -> None:
    voice = GeminiVoice(BODY, array=array)
    told = b"".join(voice.feed(chunk) for chunk in chunks({"content": "あ"})[:2]) + voice.fail(Unavailable("後で"))
    heard = _gemini_stream(told.decode())
    assert (heard.text, heard.error["status"]) == ("あ", "UNAVAILABLE")
