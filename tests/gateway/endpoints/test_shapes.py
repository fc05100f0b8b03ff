"""An error as the clients of each path read it."""

from __future__ import annotations

import json

import pytest

from gateway.endpoints import shapes
from gateway.errors import ApiError, BadRequest, NotFound, Refused, Unauthorized, Unavailable, UpstreamFailed


@pytest.mark.parametrize(
    ("error", "claude", "google"),
    [
        (BadRequest("x"), "invalid_request_error", "INVALID_ARGUMENT"),
        (Unauthorized("x"), "authentication_error", "UNAUTHENTICATED"),
        (Refused("x"), "permission_error", "PERMISSION_DENIED"),
        (NotFound("x"), "not_found_error", "NOT_FOUND"),
        (Unavailable("x"), "overloaded_error", "UNAVAILABLE"),
        (UpstreamFailed("x", status=504, code="late"), "timeout_error", "DEADLINE_EXCEEDED"),
        (UpstreamFailed("x", status=429, code="many"), "rate_limit_error", "RESOURCE_EXHAUSTED"),
        (ApiError("x"), "api_error", "INTERNAL"),
    ],
)
def test_the_words_of_each_dialect(error: ApiError, claude: str, google: str) -> None:
    error.extra = {"sekimori": {"verdict": "block"}}
    assert shapes.anthropic(error)["error"]["type"] == claude
    assert shapes.google(error)["error"]["status"] == google
    assert shapes.google(error)["error"]["code"] == error.status
    for shape in (shapes.anthropic, shapes.google, shapes.ollama):
        assert shape(error)["sekimori"] == {"verdict": "block"}


@pytest.mark.parametrize(
    ("path", "key"),
    [("/v1/messages", "type"), ("/v1/messages/count_tokens", "type"), ("/v1/chat/completions", "error"), ("/nowhere", "error")],
)  # fmt: skip
def test_the_path_chooses(path: str, key: str) -> None:
    content, media_type = shapes.answer(path, NotFound("ありません"))
    assert key in json.loads(content)
    assert media_type == "application/json"


def test_plain_text_and_ollama() -> None:
    assert shapes.answer("/v1/simple", NotFound("ありません")) == ("ありません\n".encode(), "text/plain; charset=utf-8")
    assert json.loads(shapes.answer("/api/chat", NotFound("ありません"))[0])["error"] == "ありません"
    for path in ("/v1beta/x", "/v1/models/m:generateContent"):
        assert json.loads(shapes.answer(path, NotFound("ありません"))[0])["error"]["code"] == 404
