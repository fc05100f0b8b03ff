from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from gateway.upstreams.refusals import error_inside, failure, refusal


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (307, (502, "upstream_error", False)),
        (400, (400, "invalid_request_error", False)),
        (401, (502, "upstream_key_refused", False)),
        (402, (502, "upstream_error", False)),
        (403, (502, "upstream_key_refused", False)),
        (404, (404, "invalid_request_error", False)),
        (408, (504, "upstream_timeout", True)),
        (413, (413, "invalid_request_error", False)),
        (422, (422, "invalid_request_error", False)),
        (429, (429, "rate_limit_exceeded", True)),
        (500, (502, "upstream_error", True)),
        (503, (502, "upstream_error", True)),
        (504, (504, "upstream_timeout", True)),
        (529, (502, "upstream_error", True)),
    ],
)
def test_a_providers_status_and_what_the_caller_gets(status: int, expected: tuple[int, str, bool]) -> None:
    error = refusal(status, None, "gpt-jp")
    assert (error.status, error.code, error.retryable) == expected
    assert error.deployment == "gpt-jp"
    assert error.message.endswith("。")


def test_the_provider_is_quoted_shortly_and_for_the_callers_mistakes_only() -> None:
    body = {"error": {"message": "too\nlong: " + "長" * 900, "code": "context_length_exceeded"}}
    error = refusal(400, body, "gpt-jp")
    assert error.code == "context_length_exceeded"
    assert "too long: 長長" in error.message
    assert len(error.message) < 560
    assert "長" not in refusal(500, body, "gpt-jp").message
    assert "長" not in refusal(401, body, "gpt-jp").message
    assert "長" not in str(error)


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({"error": "plain words"}, "invalid_request_error", "plain words"),
        ({"message": "vLLM's shape", "type": "BadRequestError", "code": 400}, "BadRequestError", "vLLM's shape"),
        ({"error": {"message": ["odd"], "code": "山田 太郎"}}, "invalid_request_error", "理由は示されていません"),
        ([1], "invalid_request_error", "理由は示されていません"),
    ],
)
def test_other_shapes_of_error_bodies(body: Any, code: str, words: str) -> None:
    error = refusal(400, body, "gpt-jp")
    assert error.code == code
    assert words in error.message


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("7", 7.0), ("0.5", 0.5), ("-1", 0.0), ("1e9", 86_400.0), ("nan", None), ("soon", None)],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert refusal(429, None, "gpt-jp", header).retry_after == seconds


def test_retry_after_as_a_date() -> None:
    header = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    wait = refusal(429, None, "gpt-jp", header).retry_after
    assert wait is not None
    assert 80 < wait <= 90


@pytest.mark.parametrize(
    ("message", "event", "expected"),
    [
        ({"choices": []}, "message", None),
        ({"object": "response", "status": "completed", "error": None}, "message", None),
        ({"object": "response", "status": "incomplete", "error": None}, "message", None),
        ({"object": "response", "error": {"message": "x"}}, "message", (502, "upstream_error")),
        ({"object": "response", "status": "queued", "error": None}, "message", (502, "upstream_error")),
        ({"object": "response", "status": "cancelled"}, "message", (502, "upstream_error")),
        (
            {"object": "response", "status": "failed", "error": {"code": "rate_limit_exceeded"}},
            "message",
            (429, "rate_limit_exceeded"),
        ),
        (
            {"type": "response.failed", "response": {"error": {"code": "invalid_prompt"}}},
            "response.failed",
            (400, "invalid_prompt"),
        ),
        ({"type": "response.failed", "response": {}}, "message", (502, "upstream_error")),
        ({"type": "response.in_progress", "response": {"status": "in_progress"}}, "message", None),
        ({"type": "error", "code": "server_error", "message": "x"}, "message", (502, "upstream_error")),
        ({"type": "response.failed"}, "response.failed", (502, "upstream_error")),
        ({"error": None}, "message", None),
        ({"error": {"message": "x", "code": 429}}, "message", (429, "rate_limit_exceeded")),
        ({"error": {"message": "x", "code": "server_error"}}, "message", (502, "upstream_error")),
        ({"error": {"message": "x", "code": 700}}, "message", (502, "upstream_error")),
        ({"error": "x"}, "message", (502, "upstream_error")),
        ({"message": "x"}, "error", (502, "upstream_error")),
        ({"error": {"code": 400, "message": "bad"}}, "error", (400, "invalid_request_error")),
    ],
)
def test_errors_inside_an_answer(message: dict[str, Any], event: str, expected: tuple[int, str] | None) -> None:
    error = error_inside(message, event, "gpt-jp")
    assert (error and (error.status, error.code)) == expected


def test_failures_are_said_in_japanese() -> None:
    error = failure("upstream_timeout", "gpt-jp")
    assert error.status == 504
    assert "時間内に応答しませんでした" in error.message
