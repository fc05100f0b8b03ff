"""What is kept of an exchange: who, where, when, how it ended, what was found. Never a word of text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Counts = dict[str, dict[str, int]]
"""Findings by kind and action: ``{"pii.person": {"redact": 2}}``."""


class Outcome(StrEnum):
    """How an exchange ended. ``INTERRUPTED``: its gateway died; found by another start."""

    ANSWERED = "answered"
    BLOCKED = "blocked"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Opened:
    """Known before the first byte goes upstream. ``opened_at`` is aware, in UTC; ``person`` a keyed pseudonym.

    ``classification`` is the class of the text (3A … 1), "" where nobody states one;
    ``purpose`` and ``tool`` are labels from ``metrics.purposes`` and the configuration; None: not known.
    """

    id: str
    opened_at: datetime
    department: str
    person: str | None
    caller_kind: str
    key_id: str
    endpoint: str
    model: str
    streamed: bool
    policy_revision: str
    verdict: str
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    purpose: str | None = None
    tool: str | None = None
    classification: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """Known at the end. Times in milliseconds since the opening; tokens as the upstream counted them."""

    id: str
    closed_at: datetime
    outcome: Outcome
    status: int
    deployment: str | None
    zone: str | None
    input_tokens: int | None
    output_tokens: int | None
    first_token_ms: float | None
    latency_ms: float
    verdict: str
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
