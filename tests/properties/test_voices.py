"""The law of the doors: in every dialect a streamed reply reads like the whole one, however the upstream cut it.

``make soak`` runs a hundred thousand random streams; the tests some hundred.
"""

from __future__ import annotations

import copy
import json
import os
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.endpoints.chat import Chat
from gateway.endpoints.gemini import Gemini
from gateway.endpoints.messages import Messages
from gateway.endpoints.ollama import OllamaChat, OllamaGenerate
from gateway.endpoints.responses import Responses
from gateway.endpoints.simple import Simple
from gateway.sse import EventDecoder
from tests.fixtures.doors import DOORS, Heard
from tests.fixtures.provider import chat_chunks, event_bytes
from tests.properties.test_reply import reply, rewriter, stopped, stream, vault, whole

STREAMS = int(os.environ.get("SEKIMORI_STREAMS", "40"))
VOICES: dict[str, Any] = {
    "chat": (Chat(), {"model": "m"}),
    "responses": (Responses(), {"model": "m"}),
    "messages": (Messages(), {"model": "m"}),
    "gemini": (Gemini(), {"model": "m"}),
    "gemini-array": (Gemini(), {"model": "m", "array": True}),
    "ollama": (OllamaChat(), {"model": "m"}),
    "ollama-generate": (OllamaGenerate(), {"model": "m"}),
    "simple": (Simple(), {"model": "m"}),
}
REPORT = {"verdict": "allow"}


def arguments_of(said: dict[str, Any]) -> list[str]:
    """Arguments that are JSON objects: what else a model may write is told differently by design."""
    return [text for text in said.get("tools", ()) if text.startswith("{") and _is_object(text)]


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def heard_whole(name: str, said: dict[str, Any]) -> Heard:
    endpoint, body = VOICES[name]
    known = vault()
    loop = rewriter(known, 1)
    (message,) = [m for m in loop.feed(whole([copy.deepcopy(said)]))] + loop.close()  # noqa: C416
    message["sekimori"] = REPORT
    content, media_type = endpoint.voice(body).whole(message)
    door = next(door for door in DOORS if door.name == name)
    return door.read_whole(httpx.Response(200, content=content, headers={"content-type": media_type}))


def heard_stream(name: str, messages: list[dict[str, Any]]) -> Heard:
    endpoint, body = VOICES[name]
    known = vault()
    loop = rewriter(known, 1)
    out = [m for message in messages for m in loop.feed(message)] + loop.close()
    out[-1]["sekimori"] = REPORT
    voice = endpoint.voice(body)
    told = b"".join([*(voice.feed(message) for message in out), voice.close()])
    return next(door for door in DOORS if door.name == name).read_stream(told.decode())


@pytest.mark.parametrize("name", sorted(VOICES))
@settings(max_examples=STREAMS, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(said=reply, data=st.data())
def test_a_stream_reads_like_the_whole_reply_in_every_dialect(name: str, said: dict[str, Any], data: Any) -> None:
    said = {**said, **({"tools": arguments_of(said)} if "tools" in said else {})}
    once = heard_whole(name, said)
    streamed = heard_stream(name, stream([said], data))
    assert streamed.text == once.text
    assert streamed.reasoning == once.reasoning
    assert streamed.finish == once.finish
    assert "禁句" not in streamed.text + streamed.reasoning
    if not stopped({"finish": once.finish}) and once.finish not in {"refusal", "SAFETY"}:
        assert streamed.calls == once.calls


@pytest.mark.parametrize("name", sorted(VOICES))
def test_a_stream_may_be_split_at_every_byte(name: str) -> None:
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": '{"to": "[PERSON_1]"}'}}
    first, middle, last = chat_chunks("[PERSON_1] 様", finish="tool_calls")
    calls = {**middle, "choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}]}
    raw = b"".join(event_bytes(chunk) for chunk in (first, middle, calls, last)) + b"data: [DONE]\n\n"
    for at in range(len(raw)):
        decoder = EventDecoder()
        events = decoder.feed(raw[:at]) + decoder.feed(raw[at:])
        heard = heard_stream(name, [json.loads(event.data) for event in events if event.data != "[DONE]"])
        assert heard.text == "山田 太郎 様", at
        assert heard.calls == ([] if name in {"simple", "ollama-generate"} else [("f", {"to": "山田 太郎"})]), at
