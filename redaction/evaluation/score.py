"""How well predictions cover gold: precision, recall, leak, documents leaking, over-redaction.

``leak`` is the share of gold characters that no prediction of any kind covers: what a redaction product must drive to
zero. White space, invisible characters and hyphens do not count. ``over_redaction`` is the share of all other
characters that a prediction covers. Kinds come in three groups: what identifies directly; AGE and SEX; SENSITIVE.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redaction.evaluation.gold import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from redaction.evaluation.gold import Document

_SKIPPED = frozenset(" \t\r\n\u3000\u200b\u200c\u200d\u00ad\ufeff-－ー‐−―–ｰ・")
_QUASI, _SENSITIVE = frozenset({"AGE", "SEX"}), frozenset({"SENSITIVE"})


@dataclass(slots=True)
class Kind:
    """Counts of one kind: spans of gold and of predictions, and characters."""

    gold: int = 0
    exact: int = 0
    overlap: int = 0
    full: int = 0
    characters: int = 0
    lost: int = 0
    predicted: int = 0
    right_exact: int = 0
    right_overlap: int = 0
    right_any: int = 0
    over: int = 0

    def add(self, other: Kind) -> None:
        """Count another's counts too."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def figures(self) -> dict[str, float | int | None]:
        """As the answer of the command shows them; None where there is nothing to divide by."""
        return {
            "gold": self.gold,
            "predicted": self.predicted,
            "precision_exact": _share(self.right_exact, self.predicted),
            "recall_exact": _share(self.exact, self.gold),
            "precision": _share(self.right_overlap, self.predicted),
            "recall": _share(self.overlap, self.gold),
            "full": _share(self.full, self.gold),
            "leak": _share(self.lost, self.characters),
            "over_characters": self.over,
        }


@dataclass(slots=True)
class Score:
    """Counts over documents."""

    kinds: dict[str, Kind] = field(default_factory=lambda: defaultdict(Kind))
    documents: int = 0
    with_pii: int = 0
    leaking: int = 0
    clean: int = 0
    clean_touched: int = 0
    other_characters: int = 0
    over_characters: int = 0
    traps: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def add(self, document: Document, predictions: Iterable[Mark]) -> None:
        """Count one document. Predictions may overlap each other."""
        found = sorted(set(_clipped(predictions, len(document.text))))
        covered = _mask(len(document.text), found)
        neutral = _mask(len(document.text), document.ignore)
        gold = _mask(len(document.text), document.spans)
        leaking = [self._gold(document, mark, found, covered) for mark in document.spans]
        for mark in found:
            self._predicted(document, mark, gold, neutral)
        for n, char in enumerate(document.text):
            if not gold[n] and not neutral[n] and char not in _SKIPPED:
                self.other_characters += 1
                self.over_characters += covered[n]
        self._whole(document, any(leaking), any(not all(neutral[m.start : m.end]) for m in found))
        for trap in document.traps:
            self.traps[trap.label][0] += 1
            self.traps[trap.label][1] += any(covered[trap.start : trap.end])

    def _gold(self, document: Document, mark: Mark, found: Sequence[Mark], covered: bytearray) -> bool:
        """Count one gold span; whether it identifies directly and is not wholly covered."""
        kind = self.kinds[mark.label]
        kind.gold += 1
        kind.exact += mark in found
        kind.overlap += any(m.start < mark.end and mark.start < m.end and m.label == mark.label for m in found)
        places = range(mark.start, mark.end)
        places_that_count = [n for n in places if document.text[n] not in _SKIPPED] or list(places)
        lost = sum(not covered[n] for n in places_that_count)
        kind.characters += len(places_that_count)
        kind.lost += lost
        kind.full += lost == 0
        return lost > 0 and group(mark.label) == "direct"

    def _predicted(self, document: Document, mark: Mark, gold: bytearray, neutral: bytearray) -> None:
        if all(neutral[mark.start : mark.end]):
            return
        kind = self.kinds[mark.label]
        kind.predicted += 1
        kind.right_exact += mark in document.spans
        kind.right_overlap += any(
            m.start < mark.end and mark.start < m.end and m.label == mark.label for m in document.spans
        )
        kind.right_any += any(gold[mark.start : mark.end])
        kind.over += sum(
            not gold[n] and not neutral[n] and document.text[n] not in _SKIPPED for n in range(mark.start, mark.end)
        )

    def _whole(self, document: Document, leaking: bool, touched: bool) -> None:  # noqa: FBT001, two facts of one text
        self.documents += 1
        if any(group(mark.label) == "direct" for mark in document.spans):
            self.with_pii += 1
            self.leaking += leaking
        if not document.spans:
            self.clean += 1
            self.clean_touched += touched

    def total(self, chosen: Callable[[str], bool] = lambda _: True) -> Kind:
        """Counts of all kinds that are chosen."""
        total = Kind()
        for label, kind in self.kinds.items():
            if chosen(label):
                total.add(kind)
        return total

    def summary(self) -> dict[str, float | int | None]:
        """The figures over all kinds."""
        everything, direct = self.total(), self.total(lambda label: group(label) == "direct")
        touched = [sum(counts) for counts in zip(*self.traps.values(), strict=True)] if self.traps else [0, 0]
        return {
            "documents": self.documents,
            "precision": _share(everything.right_overlap, everything.predicted),
            "recall": _share(everything.overlap, everything.gold),
            "leak_direct": _share(direct.lost, direct.characters),
            "leak_quasi": self._leak("quasi"),
            "leak_sensitive": self._leak("sensitive"),
            "span_full_direct": _share(direct.full, direct.gold),
            "over_redaction": _share(self.over_characters, self.other_characters),
            "documents_leaking": _share(self.leaking, self.with_pii),
            "clean_documents_touched": _share(self.clean_touched, self.clean),
            "trap_hits": _share(touched[1], touched[0]),
        }

    def _leak(self, wanted: str) -> float | None:
        kinds = self.total(lambda label: group(label) == wanted)
        return _share(kinds.lost, kinds.characters)


def group(label: str) -> str:
    """``direct``, ``quasi`` or ``sensitive``."""
    return "sensitive" if label in _SENSITIVE else "quasi" if label in _QUASI else "direct"


def label(kind: str) -> str:
    """The gold label of a finding's kind: PERSON for ``pii.person``, SENSITIVE for ``pii.sensitive.health``."""
    return kind.split(".")[1].upper()


def _clipped(marks: Iterable[Mark], length: int) -> Iterable[Mark]:
    for mark in marks:
        start, end = max(0, mark.start), min(length, mark.end)
        if start < end:
            yield Mark(start, end, mark.label)


def _mask(length: int, marks: Iterable[Mark]) -> bytearray:
    mask = bytearray(length)
    for mark in marks:
        mask[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
    return mask


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
