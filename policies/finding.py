"""What a detector found: where, of what kind, by which rule. Never the text itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.reading import Reading


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points in the inspected text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a range that is empty, reversed or before the text."""
        if not 0 <= self.start < self.end:
            message = f"not a span: {self.start}..{self.end}"
            raise ValueError(message)

    def overlaps(self, other: Span) -> bool:
        """Whether both cover at least one code point in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing found in one text. Safe to log and to store: it never carries the text.

    ``kind`` is what it is (``pii.my_number``, ``wording.disability``, ``ordinance.contract``),
    ``rule`` who says so (``pii/my-number``, ``wording/DS-001``, ``ordinance/KY-01``),
    ``score`` how sure the detector is, from 0 to 1.
    """

    span: Span
    kind: str
    rule: str
    score: float = 1.0


class Detector(Protocol):
    """Finds; never decides and never changes. May raise anything: the caller refuses then."""

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind that ``detect`` can yield. Policy rules are checked against it at load."""
        ...

    @property
    def revision(self) -> str:
        """Changes whenever the same text may give other findings; part of the cache key."""
        ...

    def detect(self, reading: Reading) -> Iterable[Finding]:
        """Findings with spans in ``reading.text``, in any order, overlapping or not."""
        ...
