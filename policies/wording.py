"""Expressions to avoid: a word list read with word boundaries, so that ordinary Japanese stays alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

import ahocorasick
from pydantic import Field

from policies.finding import Finding
from policies.normalize import normalize
from policies.schema import Guidance, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.reading import Reading

Category = Literal[
    "disability", "illness", "occupation", "gender", "lgbtq", "ethnicity", "nationality", "buraku", "origin", "age",
    "appearance", "insult", "sexual", "violence", "conduct", "official_style",
]  # fmt: skip
_CODE = "wording-1"


class WordEntry(Guidance):
    """One expression, why it hurts and what to write instead. Its findings are of kind ``wording.<category>``."""

    category: Category = Field(description="Group of the expression; the kind of its findings is `wording.<category>`.")
    term: Text = Field(description="The expression.")
    variants: tuple[Text, ...] = Field(default=(), description="Other spellings of it.")
    lookalikes: tuple[Text, ...] = Field(default=(), description="Words that contain it innocently.")
    boundary: bool = Field(default=True, description="Whether it must begin and end where words do.")

    @property
    def kind(self) -> str:
        """The kind of the entry's findings."""
        return f"wording.{self.category}"


class WordingDetector:
    """Aho-Corasick over the normalised view, then word boundaries, then look-alikes."""

    def __init__(self, entries: Sequence[WordEntry]) -> None:
        self.kinds = frozenset(entry.kind for entry in entries)
        parts = [_CODE, *(entry.model_dump_json(include=_OWN) for entry in entries)]
        self.revision = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
        self._words = ahocorasick.Automaton()
        found: dict[str, list[WordEntry]] = {}
        for entry in entries:
            for word in (entry.term, *entry.variants):
                found.setdefault(fold(word), []).append(entry)
        for word, owners in found.items():
            self._words.add_word(word, (len(word), tuple(owners)))
        if found:
            self._words.make_automaton()
        self._lookalikes = {entry.id: tuple(fold(word) for word in entry.lookalikes) for entry in entries}

    def detect(self, reading: Reading) -> list[Finding]:
        """Findings of all entries, in any order."""
        if not self.kinds:
            return []
        text = fold_case(reading.view.text)
        findings = []
        for last, (length, owners) in self._words.iter(text):
            start, end = last + 1 - length, last + 1
            for entry in owners:
                if entry.boundary and not {start, end} <= reading.boundaries:
                    continue
                if any(_inside(text, start, end, word) for word in self._lookalikes[entry.id]):
                    continue
                findings.append(Finding(reading.view.span(start, end), entry.kind, entry.id))
        return findings


_OWN = {"id", "category", "term", "variants", "lookalikes", "boundary"}


def fold(word: str) -> str:
    """A word as the view shows it, in lower case."""
    return fold_case(normalize(word).text)


def fold_case(text: str) -> str:
    """Lower case, character by character: the offsets stay."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _inside(text: str, start: int, end: int, word: str) -> bool:
    """Whether the found word stands inside this longer one."""
    at = text.find(word, max(0, end - len(word)), start + len(word))
    return at >= 0 and at <= start and end <= at + len(word)
