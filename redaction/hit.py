"""What a recognizer found, before it becomes a finding."""

from __future__ import annotations

from typing import NamedTuple


class Hit(NamedTuple):
    """A find in offsets of the reading's view; ``kind`` without ``pii.``, ``score`` from 0 to 1."""

    start: int
    end: int
    kind: str
    score: float
