"""Expressions to avoid: a word list read with word boundaries, so that ordinary Japanese stays alone."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import ahocorasick
from pydantic import Field

from policies.finding import Finding
from policies.normalize import normalize
from policies.schema import Guidance, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policies.reading import Reading

Category = Literal[
    "disability", "illness", "occupation", "gender", "lgbtq", "ethnicity", "nationality", "buraku", "origin", "age",
    "appearance", "insult", "sexual", "violence", "conduct", "official_style",
]  # fmt: skip
_CODE = "wording-2"
_OWN = {"id", "category", "term", "variants", "lookalikes", "boundary", "separators", "action"}
_KANA = re.compile(r"[\u3041-\u30ff]+")
_ASCII_WORD = re.compile(r"[0-9a-z]")
_BETWEEN = r" \t・･./|_*+~○◯□×\-"
# Single characters with one to three separators between each two: バ・カ, キ チ ガ イ.
_SPREAD = re.compile(rf"[^\n{_BETWEEN}](?:[{_BETWEEN}]{{1,3}}[^\n{_BETWEEN}])+")


class WordEntry(Guidance):
    """One expression, why it hurts and what to write instead. Its findings are of kind ``wording.<category>``."""

    id: Annotated[str, Field(pattern=r"^wording/[A-Za-z0-9][A-Za-z0-9_-]*$")] = Field(
        description="Unique name, such as `wording/DS-001`; stands in records."
    )
    category: Category = Field(description="Group of the expression; the kind of its findings is `wording.<category>`.")
    term: Text = Field(description="The expression.")
    variants: tuple[Text, ...] = Field(default=(), description="Other spellings of it.")
    lookalikes: tuple[Text, ...] = Field(default=(), description="Words that contain it innocently.")
    boundary: bool = Field(default=True, description="Whether it must begin and end where words do.")
    separators: bool = Field(default=False, description="Whether it is also found when spread out, as in バ・カ.")

    @property
    def kind(self) -> str:
        """The kind of the entry's findings."""
        return f"wording.{self.category}"


class _Place(NamedTuple):
    """Where an entry's word stands in the view."""

    start: int
    end: int
    entry: WordEntry


class WordingDetector:
    """Aho-Corasick over the normalised view, then word boundaries, then look-alikes."""

    def __init__(self, entries: Sequence[WordEntry]) -> None:
        self.kinds = frozenset(entry.kind for entry in entries)
        parts = [_CODE, *(entry.model_dump_json(include=_OWN) for entry in entries)]
        self.revision = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
        self._words = _automaton(entries)
        self._spreadable = _automaton([entry for entry in entries if entry.separators])
        self._lookalikes = {entry.id: tuple(fold(word) for word in entry.lookalikes) for entry in entries}

    def detect(self, reading: Reading) -> list[Finding]:
        """Findings of all entries in the order of the text; of a word inside another one, the longer."""
        text = fold_case(reading.view.text)
        places = [p for p in _search(self._words, text) if self._stands(p, text, reading)]
        places += [p for p in _search_spread(self._spreadable, text) if p.start in reading.boundaries]
        return [Finding(reading.view.span(p.start, p.end), p.entry.kind, p.entry.id) for p in _longest(places)]

    def _stands(self, place: _Place, text: str, reading: Reading) -> bool:
        if any(_inside(text, place.start, place.end, word) for word in self._lookalikes[place.entry.id]):
            return False
        if not place.entry.boundary:
            return True
        if _ASCII_WORD.match(text[place.start]):
            before = place.start > 0 and _ASCII_WORD.match(text, place.start - 1)
            return not before and not _ASCII_WORD.match(text, place.end)
        return {place.start, place.end} <= reading.boundaries and not _inflected(place, text, reading)


def fold(word: str) -> str:
    """A word as the view shows it, in lower case."""
    return fold_case(normalize(word).text)


def fold_case(text: str) -> str:
    """Lower case, character by character: the offsets stay."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _automaton(entries: Sequence[WordEntry]) -> ahocorasick.Automaton | None:
    """Every spelling of the entries; None for no entry, since an automaton without words cannot be asked."""
    owners: dict[str, dict[str, WordEntry]] = {}
    for entry in entries:
        for word in (entry.term, *entry.variants):
            if folded := fold(word):
                owners.setdefault(folded, {})[entry.id] = entry
    if not owners:
        return None
    automaton = ahocorasick.Automaton()
    for word, entries_of_word in owners.items():
        automaton.add_word(word, (len(word), tuple(entries_of_word.values())))
    automaton.make_automaton()
    return automaton


def _search(automaton: ahocorasick.Automaton | None, text: str) -> Iterator[_Place]:
    if automaton is None:
        return
    for last, (length, entries) in automaton.iter(text):
        for entry in entries:
            yield _Place(last + 1 - length, last + 1, entry)


def _search_spread(automaton: ahocorasick.Automaton | None, text: str) -> Iterator[_Place]:
    """Words whose every two characters have separators between them."""
    if automaton is None:
        return
    separator = re.compile(f"[{_BETWEEN}]")
    for run in _SPREAD.finditer(text):
        at = [n for n in range(*run.span()) if not separator.match(text[n])]
        for place in _search(automaton, "".join(text[n] for n in at)):
            if place.end - place.start > 1:
                yield _Place(at[place.start], at[place.end - 1] + 1, place.entry)


def _inside(text: str, start: int, end: int, word: str) -> bool:
    """Whether the found word stands inside this longer one."""
    return text.find(word, max(0, end - len(word)), start + len(word)) >= 0


def _inflected(place: _Place, text: str, reading: Reading) -> bool:
    """Whether kana are the stem of a verb with its auxiliary: めくらず is a form of めくる."""
    if not _KANA.fullmatch(text, place.start, place.end):
        return False
    word, behind = reading.word_at(place.start), reading.word_at(place.end)
    return bool(word and behind and word.end == place.end and word.pos[0] == "動詞" and behind.pos[0] == "助動詞")


def _longest(places: Sequence[_Place]) -> list[_Place]:
    """Without the words that stand inside a longer one, unless what the policy says of them is stronger."""
    kept: list[_Place] = []
    around: list[_Place] = []  # those kept that reach beyond where we are
    for place in sorted(set(places), key=lambda p: (p.start, -p.end, -p.entry.action)):
        around = [k for k in around if k.end > place.start]
        if not any(_covers(k, place) for k in around):
            kept.append(place)
            around.append(place)
    return kept


def _covers(longer: _Place, place: _Place) -> bool:
    """Whether ``place`` says nothing beside one that begins no later."""
    return (
        longer.end >= place.end
        and (longer.start, longer.end) != (place.start, place.end)
        and longer.entry.action >= place.entry.action
    )
