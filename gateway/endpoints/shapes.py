"""The shape of an error in each dialect: clients of Claude, Gemini and Ollama read only their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway import sse

if TYPE_CHECKING:
    from gateway.errors import ApiError

_ANTHROPIC = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}
_GOOGLE = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    429: "RESOURCE_EXHAUSTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_CLIENTS_FAULT = range(400, 500)


def anthropic(error: ApiError) -> dict[str, Any]:
    """``{"type": "error", "error": {"type", "message"}}``, and our ``code`` beside them."""
    fallback = "invalid_request_error" if error.status in _CLIENTS_FAULT else "api_error"
    kind = _ANTHROPIC.get(error.status, fallback)
    return {"type": "error", "error": {"type": kind, "message": error.message, "code": error.code}, **error.extra}


def google(error: ApiError) -> dict[str, Any]:
    """Google's ``Status``: ``{"error": {"code", "message", "status", "details"}}``."""
    fallback = "INVALID_ARGUMENT" if error.status in _CLIENTS_FAULT else "INTERNAL"
    reason = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": error.code, "domain": "sekimori"}
    inside = {
        "code": error.status,
        "message": error.message,
        "status": _GOOGLE.get(error.status, fallback),
        "details": [reason],
    }
    return {"error": inside, **error.extra}


def ollama(error: ApiError) -> dict[str, Any]:
    """``{"error": "…"}``, and our ``code`` beside it."""
    return {"error": error.message, "code": error.code, **error.extra}


def answer(path: str, error: ApiError) -> tuple[bytes, str]:
    """The body and media type of an error, by the path that was asked for."""
    if path.startswith("/v1/messages"):
        return sse.json_bytes(anthropic(error)), "application/json"
    if path.startswith("/v1beta/") or (path.startswith("/v1/models/") and ":" in path):
        return sse.json_bytes(google(error)), "application/json"
    if path.startswith("/api/"):
        return sse.json_bytes(ollama(error)), "application/json"
    if path == "/v1/simple":
        return f"{error.message}\n".encode(), "text/plain; charset=utf-8"
    return sse.json_bytes(error.body()), "application/json"
