"""The samples of replies as Responses say their text at every event that they have."""

from __future__ import annotations

import json

import pytest

from gateway.coverage.native import NATIVE_REPLIES, native_reply


@pytest.mark.parametrize("place", NATIVE_REPLIES)
def test_every_message_carries_the_text(place: str) -> None:
    (whole,) = native_reply("MARK", place, stream=False)
    assert "MARK" in json.dumps(whole)
    messages = native_reply("MARK", place, stream=True)
    assert len(messages) >= 2
    assert all("MARK" in json.dumps(message) for message in messages)
    assert all(message["type"].startswith("response.") for message in messages)
