"""Records as an exchange makes them, with invented values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from metrics.record import Closed, Opened, Outcome

MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


def opened(name: str, **changes: Any) -> Opened:
    values: dict[str, Any] = {
        "id": name,
        "opened_at": MORNING,
        "department": "0101",
        "person": "a" * 32,
        "caller_kind": "person",
        "key_id": "k-1",
        "endpoint": "chat/completions",
        "model": "demo",
        "streamed": False,
        "policy_revision": "r1",
        "verdict": "redact",
        "counts": {"pii.person": {"redact": 2}},
    }
    return Opened(**{**values, **changes})


def closed(name: str, **changes: Any) -> Closed:
    values: dict[str, Any] = {
        "id": name,
        "closed_at": MORNING,
        "outcome": Outcome.ANSWERED,
        "status": 200,
        "deployment": "demo",
        "zone": "on_premises",
        "input_tokens": 12,
        "output_tokens": 34,
        "first_token_ms": 5.5,
        "latency_ms": 20.25,
        "verdict": "redact",
        "counts": {"pii.person": {"redact": 2}},
        "rules": ("pii/person",),
    }
    return Closed(**{**values, **changes})
