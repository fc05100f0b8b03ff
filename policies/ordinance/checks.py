"""Ordinance checks: which matter a draft touches. A flag, never a verdict."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any, Literal

import ahocorasick
from pydantic import AfterValidator, Field

from policies.finding import Finding
from policies.normalize import normalize
from policies.ordinance.amounts import Quantity, amounts, days
from policies.schema import Guidance, Strict, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policies.reading import Reading

Domain = Literal[
    "contract", "expenditure", "budget", "legislation", "procedure", "appeal", "privacy", "records", "conduct",
    "public_relations", "property", "ai_use", "official_writing",
]  # fmt: skip
_CODE = "ordinance-2"
_CONDITIONS = {"id", "domain", "any_of", "all_of", "none_of", "amount", "days", "within"}
_GAP = "…"
_SHORT_WAY = r"[^。!?\n]{0,20}?"
_SENTENCE = re.compile(r"[^。!?\n]+")
_start = itemgetter(0)


def _no_loose_gap(phrase: str) -> str:
    if not all(normalize(part).text.strip() for part in phrase.split(_GAP)):
        raise ValueError(f"a phrase must have words, and on both sides of {_GAP}")
    return phrase


Phrase = Annotated[Text, AfterValidator(_no_loose_gap)]


class Range(Strict):
    """A range of sums or of days."""

    at_least: int = Field(default=0, ge=0, description="Smallest number that counts.")
    below: int | None = Field(default=None, ge=1, description="Number from which on it no longer counts.")

    def __contains__(self, value: int) -> bool:
        """Whether a number lies in the range."""
        return self.at_least <= value and (self.below is None or value < self.below)


class Check(Guidance):
    """One matter. It is touched when a phrase of ``any_of`` stands in the text and the other conditions hold."""

    id: Annotated[str, Field(pattern=r"^ordinance/[A-Za-z0-9][A-Za-z0-9_-]*$")] = Field(
        description="Unique name, such as `ordinance/KY-01`; stands in records."
    )
    domain: Domain = Field(description="Field of law; the kind of its findings is `ordinance.<domain>`.")
    any_of: tuple[Phrase, ...] = Field(
        min_length=1, description="Phrases, one of which must stand in the text; `…` is a gap of up to 20 characters."
    )
    all_of: tuple[tuple[Phrase, ...], ...] = Field(
        default=(), description="Groups of phrases: one of each must stand, too."
    )
    none_of: tuple[Phrase, ...] = Field(
        default=(), description="Phrases, none of which may stand anywhere in the text."
    )
    amount: Range | None = Field(default=None, description="A sum of yen in this range must stand, too.")
    days: Range | None = Field(default=None, description="A number of days in this range must stand, too.")
    within: Literal["text", "sentence"] = Field(
        default="text",
        description="Where `all_of`, `amount` and `days` are looked for: the whole `text`, or the `sentence` of the phrase.",
    )

    @property
    def kind(self) -> str:
        """The kind of the check's findings."""
        return f"ordinance.{self.domain}"


class OrdinanceDetector:
    """Looks for the phrases of all checks in the normalised view."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = [(check, _Conditions(check)) for check in checks]
        self._triggers = _triggers(checks)
        self.kinds = frozenset(check.kind for check in checks)
        parts = [_CODE, *(check.model_dump_json(include=_CONDITIONS) for check in checks)]
        self.revision = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    def detect(self, reading: Reading) -> list[Finding]:
        """One finding for each check that is touched, at its first phrase."""
        draft = reading.derived(_Draft)
        findings = []
        # Most checks have nothing to do with a text: only those of whose phrases something stands there are asked.
        for n in sorted({n for _, owners in self._triggers.iter(draft.text) for n in owners}):
            check, conditions = self._checks[n]
            if (place := conditions.place(draft)) is not None:
                findings.append(Finding(reading.view.span(*place), check.kind, check.id))
        return findings


def _triggers(checks: Sequence[Check]) -> Any:
    """An automaton of the longest piece of every phrase, each with the numbers of its checks."""
    owners: dict[str, set[int]] = {}
    for n, check in enumerate(checks):
        for phrase in check.any_of:
            owners.setdefault(max(_pieces(phrase), key=len), set()).add(n)
    automaton: Any = ahocorasick.Automaton()
    for piece, numbers in {"\0": set(), **owners}.items():  # an automaton without words cannot be asked
        automaton.add_word(piece, tuple(numbers))
    automaton.make_automaton()
    return automaton


class _Draft:
    """What the checks look at: the folded text, its sentences, its sums of yen, its numbers of days."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.view.text

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        return tuple(match.span() for match in _SENTENCE.finditer(self.text))

    @cached_property
    def amounts(self) -> tuple[Quantity, ...]:
        return tuple(amounts(self.text))

    @cached_property
    def days(self) -> tuple[Quantity, ...]:
        return tuple(days(self.text))


class _Conditions:
    """A check's conditions, with its phrases as the view shows them."""

    def __init__(self, check: Check) -> None:
        self._any = tuple(_search(phrase) for phrase in check.any_of)
        self._all = tuple(tuple(_search(phrase) for phrase in group) for group in check.all_of)
        self._none = tuple(_search(phrase) for phrase in check.none_of)
        self._amount, self._days = check.amount, check.days
        self._by_sentence = check.within == "sentence"

    def place(self, draft: _Draft) -> tuple[int, int] | None:
        """Where the first phrase stands, if the whole check holds."""
        whole = (0, len(draft.text))
        if not self._touched(draft, *whole) or any(find(draft.text, *whole) for find in self._none):
            return None
        for start, end in draft.sentences if self._by_sentence else (whole,):
            if self._touched(draft, start, end) and self._holds(draft, start, end):
                return min(place for find in self._any if (place := find(draft.text, start, end)))
        return None

    def _touched(self, draft: _Draft, start: int, end: int) -> bool:
        return any(find(draft.text, start, end) for find in self._any)

    def _holds(self, draft: _Draft, start: int, end: int) -> bool:
        return (
            all(any(find(draft.text, start, end) for find in group) for group in self._all)
            and _counted(self._amount, draft.amounts, start, end)
            and _counted(self._days, draft.days, start, end)
        )


def _counted(wanted: Range | None, found: Sequence[Quantity], start: int, end: int) -> bool:
    if wanted is None:
        return True
    here = found[bisect_left(found, start, key=_start) : bisect_left(found, end, key=_start)]
    return any(quantity.value in wanted for quantity in here)


def _search(phrase: str) -> Callable[[str, int, int], tuple[int, int] | None]:
    """A function that says where a phrase first stands in a part of a text."""
    parts = _pieces(phrase)
    if len(parts) == 1:
        return lambda text, start, end: (
            (at, at + len(parts[0])) if (at := text.find(parts[0], start, end)) >= 0 else None
        )
    pattern = re.compile(_SHORT_WAY.join(map(re.escape, parts)))
    return lambda text, start, end: match.span() if (match := pattern.search(text, start, end)) else None


def _pieces(phrase: str) -> list[str]:
    """What a phrase has between its gaps, as the view shows it."""
    return [normalize(part).text for part in phrase.split(_GAP)]
