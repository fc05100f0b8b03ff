"""What a recognizer found, before it becomes a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Hit(NamedTuple):
    """A find in offsets of the reading's view; ``kind`` without ``pii.``, ``score`` from 0 to 1."""

    start: int
    end: int
    kind: str
    score: float


def resolve(hits: Iterable[Hit]) -> list[Hit]:
    """Overlapping hits become one over their union, of the kind of the surest, then of the longest.

    Nothing that any recognizer found stays uncovered. In order; linear after sorting.
    """
    out: list[Hit] = []
    leaders: list[Hit] = []  # the hit that names each union
    for hit in sorted(hits):
        if out and hit.start < out[-1].end:
            leader = max(leaders[-1], hit, key=lambda h: (h.score, h.end - h.start))
            leaders[-1] = leader
            out[-1] = Hit(out[-1].start, max(out[-1].end, hit.end), leader.kind, leader.score)
        else:
            out.append(hit)
            leaders.append(hit)
    return out
