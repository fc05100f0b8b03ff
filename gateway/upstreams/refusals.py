"""What went wrong upstream, said to the caller: one table for failures, one for a provider's answers."""

from __future__ import annotations

import math
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from gateway.upstreams.base import UpstreamError

Failure = Literal[
    "upstream_unreachable",
    "upstream_timeout",
    "upstream_ended_early",
    "upstream_bad_answer",
    "upstream_reply_too_large",
    "upstream_key_refused",
    "upstream_error",
    "upstream_resting",
]

_AGAIN = "時間をおいてもう一度お試しください。続く場合はシステム管理者に連絡してください。"
_ADMIN = "システム管理者に連絡してください。"
_FAILURES: dict[Failure, tuple[int, bool, str]] = {
    "upstream_unreachable": (502, True, f"AIモデルのサーバーに接続できませんでした。{_AGAIN}"),
    "upstream_timeout": (504, True, f"AIモデルのサーバーが時間内に応答しませんでした。{_AGAIN}"),
    "upstream_ended_early": (502, True, "AIモデルの回答が途中で途切れました。もう一度お試しください。"),
    "upstream_bad_answer": (502, True, f"AIモデルのサーバーの応答を読み取れませんでした。{_ADMIN}"),
    "upstream_reply_too_large": (502, False, "AIモデルの回答が大きすぎるため、受け取りを中止しました。"),
    "upstream_key_refused": (
        502,
        False,
        f"AIモデルの提供元が、ゲートウェイの接続用の鍵を受け付けませんでした。利用者の鍵の問題ではありません。{_ADMIN}",
    ),
    "upstream_error": (502, True, f"AIモデルのサーバーでエラーが起きました。{_AGAIN}"),
    "upstream_resting": (503, True, f"AIモデルのサーバーで失敗が続いたため、しばらく送信を控えています。{_AGAIN}"),
}
_CALLERS_OWN = frozenset({400, 404, 413, 422})
_RESPONSES_ERRORS = {"rate_limit_exceeded": 429, "invalid_prompt": 400}
_LONGEST_MESSAGE = 500
_LONGEST_WAIT = 86_400.0
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


def failure(code: Failure, deployment: str) -> UpstreamError:
    """Return the error for a failure that no provider described."""
    status, retryable, message = _FAILURES[code]
    return UpstreamError(status=status, code=code, message=message, retryable=retryable, deployment=deployment)


def refusal(status: int, body: Any, deployment: str, retry_after: str | None = None) -> UpstreamError:
    """Return the error for a provider's answer of 300 or above.

    ``body`` is the answer's JSON if it was JSON, ``retry_after`` the header's text. Only for a
    mistake of the caller's own and for a rate limit is the provider quoted: it saw redacted text only.
    """
    if status == 429:  # noqa: PLR2004
        message = f"AIモデルの利用が混み合っています（回数または量の上限）。{_AGAIN}"
        return UpstreamError(
            status=429,
            code=_code(body, "rate_limit_exceeded"),
            message=message,
            retryable=True,
            deployment=deployment,
            retry_after=_seconds(retry_after),
        )
    if status in _CALLERS_OWN:
        said = _text(body) or "理由は示されていません。"
        return UpstreamError(
            status=status,
            code=_code(body, "invalid_request_error"),
            message=f"AIモデルの提供元がこの依頼を受け付けませんでした: {said}",
            retryable=False,
            deployment=deployment,
        )
    if status in (401, 403):
        return failure("upstream_key_refused", deployment)
    if status in (408, 504):
        return failure("upstream_timeout", deployment)
    error = failure("upstream_error", deployment)
    error.retryable = status >= 500  # noqa: PLR2004
    return error


def error_inside(message: dict[str, Any], event: str, deployment: str) -> UpstreamError | None:
    """Return the error that a 200 answer or a chunk of it carries; None if it is a reply."""
    if failed := _failed_response(message):
        return refusal(_RESPONSES_ERRORS.get(str(failed.get("code")), 502), {"error": failed}, deployment)
    inside = message.get("error")
    if (
        event != "error"
        and message.get("type") != "error"
        and (not inside or "choices" in message or "object" in message)
    ):
        return None
    body = message if isinstance(inside, (dict, str)) else {"error": message}
    detail = body["error"]
    number = detail.get("status", detail.get("code")) if isinstance(detail, dict) else None
    status = number if isinstance(number, int) and 400 <= number < 600 else 502  # noqa: PLR2004
    return refusal(status, body, deployment)


def _failed_response(message: dict[str, Any]) -> dict[str, Any] | None:
    """The error of a response, whole or as an event, that did not come about; None for any other message."""
    response = message.get("response") if isinstance(message.get("type"), str) else message
    event = message.get("type") if isinstance(message.get("type"), str) else None
    response = response if isinstance(response, dict) else {}
    if event is None and response.get("object") != "response":
        return None
    # A whole response that is not complete would have to be fetched later, past every inspection.
    if event != "response.failed" and (event is not None or response.get("status") in ("completed", "incomplete")):
        return None
    error = response.get("error")
    return error if isinstance(error, dict) else {"message": "", "code": "server_error"}


def _error_of(body: Any) -> dict[str, Any]:
    """Return the error object of ``{"error": {…}}``, ``{"error": "…"}`` or ``{"message": "…"}``."""
    if not isinstance(body, dict):
        return {}
    inside = body.get("error", body)
    return inside if isinstance(inside, dict) else {"message": inside}


def _text(body: Any) -> str:
    text = _error_of(body).get("message")
    return " ".join(text.split())[:_LONGEST_MESSAGE] if isinstance(text, str) else ""


def _code(body: Any, default: str) -> str:
    """Return the provider's code if it is a word: it goes to logs and metrics."""
    error = _error_of(body)
    words = (word for word in (error.get("code"), error.get("type")) if isinstance(word, str))
    return next((word for word in words if _CODE.fullmatch(word)), default)


def _seconds(header: str | None) -> float | None:
    """Read Retry-After: seconds, or a date (RFC 9110, 10.2.3); at most a day."""
    if header is None:
        return None
    try:
        wait = float(header)
    except ValueError:
        try:
            wait = parsedate_to_datetime(header).timestamp() - time.time()
        except ValueError:
            return None
    return min(max(wait, 0.0), _LONGEST_WAIT) if math.isfinite(wait) else None
