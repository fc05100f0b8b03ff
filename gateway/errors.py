"""Everything that a caller can be refused with, in the shape that OpenAI's clients understand."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer to the caller: HTTP status, OpenAI's ``type`` and ``code``, a message in Japanese.

    The message never holds text of the exchange. ``extra`` is shown beside ``error`` (notices).
    """

    status = 500
    type = "api_error"
    code = "internal_error"

    def __init__(
        self, message: str, *, code: str | None = None, param: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.param = param
        self.headers = headers or {}
        self.extra: dict[str, Any] = {}

    def body(self) -> dict[str, Any]:
        """The JSON body: ``{"error": {"message", "type", "param", "code"}}``."""
        error = {"message": self.message, "type": self.type, "param": self.param, "code": self.code}
        return {"error": error, **self.extra}


class BadRequest(ApiError):
    """400: the body cannot be understood, or asks for what cannot be inspected."""

    status, type, code = 400, "invalid_request_error", "invalid_request"


class Unauthorized(ApiError):
    """401: no key, or one that is unknown, expired or revoked."""

    status, type, code = 401, "authentication_error", "invalid_api_key"


class Refused(ApiError):
    """403: the policy blocks the exchange; the reasons are in ``sekimori.notices``."""

    status, type, code = 403, "policy_violation", "blocked_by_policy"


class NotFound(ApiError):
    """404: no such path or model here. Nothing is passed on unread."""

    status, type, code = 404, "invalid_request_error", "not_found"


class MethodNotAllowed(ApiError):
    """405: the path exists, but not for this method."""

    status, type, code = 405, "invalid_request_error", "method_not_allowed"


class TooLarge(ApiError):
    """413: more bytes than ``server.max_body_bytes``."""

    status, type, code = 413, "invalid_request_error", "request_too_large"


class WrongMediaType(ApiError):
    """415: not ``application/json``, or compressed."""

    status, type, code = 415, "invalid_request_error", "unsupported_media_type"


class Unavailable(ApiError):
    """503: a detector, the policy or the records cannot do their work, so nothing is sent."""

    status, type, code = 503, "service_unavailable", "unavailable"


class UpstreamFailed(ApiError):
    """What the model's server answered, as the caller should see it; the status is per instance."""

    type, code = "upstream_error", "upstream_error"

    def __init__(self, message: str, *, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message, code=code, headers=headers)
        self.status = status
