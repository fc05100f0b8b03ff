"""The samples are what they say: each carries its text, and is a request that its endpoint takes or refuses."""

from __future__ import annotations

import json

from gateway.app import ENDPOINTS
from gateway.coverage.samples import CHAT_REPLIES, REQUESTS, chat_reply, other_reply

WORDLESS = {"audio", "image", "stored state", "tools elsewhere", "token numbers", "log probabilities"}


def test_every_endpoint_is_there_and_no_other() -> None:
    assert set(REQUESTS) == {endpoint.name for endpoint in ENDPOINTS}


def test_every_sample_carries_its_text() -> None:
    for name, samples in REQUESTS.items():
        for place, sample in samples.items():
            text = json.dumps(sample("MARK"), default=repr) + ("MARK" if place == "document" else "")
            assert ("MARK" in text) is (place not in WORDLESS), (name, place)


def test_every_reply_carries_its_text() -> None:
    for place in CHAT_REPLIES:
        for form in ("message", "delta"):
            assert "MARK" in json.dumps(chat_reply("MARK", place, form))
    assert other_reply("MARK", "reply reasoning", "completions") is None
    assert other_reply("MARK", "reply text", "embeddings") is None
