"""The manifest is worked out, complete, and has no hole."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.app import ENDPOINTS
from gateway.coverage.manifest import (
    MARK,
    UnlistedEndpointError,
    manifest,
    native_cell,
    reply_cell,
    request_cell,
)
from gateway.coverage.native import NATIVE_REPLIES
from gateway.endpoints.chat import Chat
from gateway.endpoints.responses import Responses

POSITIONS = {
    "system", "user", "assistant", "tool call", "tool result", "tool description", "name", "metadata", "unknown field",
    "image", "document", "reply text", "reply reasoning", "reply refusal", "reply tool arguments", "reply unknown field",
}  # fmt: skip


def test_nothing_is_missed() -> None:
    assert [row for row in manifest(ENDPOINTS) if "missed" in (row.whole, row.streamed)] == []


@pytest.mark.parametrize("path", ["chat/completions", "responses", "messages", "gemini/generateContent", "ollama/chat"])
def test_every_api_of_conversation_has_every_place(path: str) -> None:
    places = {row.place for row in manifest(ENDPOINTS) if row.endpoint == path}
    assert places >= POSITIONS - ({"document"} if path == "ollama/chat" else set())


def test_an_endpoint_without_rows_is_an_error() -> None:
    class New(Chat):
        name = "new"

    with pytest.raises(UnlistedEndpointError, match="new"):
        manifest([New()])


def test_an_endpoint_that_reads_less_is_found_out() -> None:
    class Careless(Chat):
        def reply_parts(self, message: Any) -> Any:
            return (part for part in super().reply_parts(message) if "reasoning" not in str(part.key))

        def receive(self, body: Any, path: Any) -> Any:
            return {**super().receive(body, path), "messages": [{"role": "user", "content": "x"}]}

    assert reply_cell(Careless(), "reply reasoning", stream=True) == "missed"
    assert reply_cell(Careless(), "reply text", stream=True) == "inspected"
    assert request_cell(Careless(), "system", stream=False) == "missed"
    assert MARK


def test_a_reply_as_responses_that_is_heard_twice_or_not_at_all_is_found_out() -> None:
    class Deaf(Responses):
        def ear(self) -> Any:
            return lambda message: message

        def reply_parts(self, message: Any) -> Any:
            return (part for part in super().reply_parts(message) if part.partial)

    for place in NATIVE_REPLIES:
        assert native_cell(Deaf(), place, stream=True) == "missed"
        assert native_cell(Deaf(), place, stream=False) == "missed"
        assert native_cell(Responses(), place, stream=True) == "inspected"
