"""Ordinance checks: which matter a draft touches. A flag, never a verdict."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from copy import copy
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from policies.finding import Finding
from policies.ordinance.citations import Statutes
from policies.ordinance.facts import Computed, Facts, compute
from policies.ordinance.hits import Hits
from policies.ordinance.limits import LimitName, Limits
from policies.ordinance.phrases import Concept, Lexicon, Phrase
from policies.schema import Guidance, Strict, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policies.ordinance.amounts import Quantity
    from policies.ordinance.library import Library
    from policies.ordinance.moved import Moves
    from policies.ordinance.phrases import Span
    from policies.reading import Reading

Domain = Literal[
    "contract", "expenditure", "budget", "legislation", "procedure", "appeal", "privacy", "records", "conduct",
    "public_relations", "property", "ai_use", "official_writing", "citation",
]  # fmt: skip
Severity = Literal["info", "warn", "stop"]
_CODE = "ordinance-4"
_CONDITIONS = {
    "id", "domain", "any_of", "all_of", "none_of", "documents", "no_documents", "amount", "days", "months", "persons",
    "computed", "within", "also", "phrases",
}  # fmt: skip
PASSAGE = 300
"""Characters before and behind a phrase that make its passage."""
BEHIND = 12
"""Characters behind a phrase that still belong to it."""
STUDY = "研修・解説"
"""The kind of document in which checks are silent, unless they say ``in_study``: it explains, and does nothing."""


class Range(Strict):
    """A range of sums, days, months or persons; limits that differ by municipality are named, not written."""

    at_least: int = Field(default=0, ge=0, description="Smallest number that counts.")
    below: int | None = Field(default=None, ge=1, description="Number from which on it no longer counts.")
    above: LimitName | None = Field(default=None, description="Only numbers greater than this limit count.")
    reaching: LimitName | None = Field(default=None, description="Only numbers from this limit on count.")

    def __contains__(self, value: int) -> bool:
        """Whether a number lies in the range, named limits aside."""
        return self.at_least <= value and (self.below is None or value < self.below)


class Condition(Strict):
    """What must stand in a draft, and what must not."""

    any_of: tuple[Phrase, ...] = Field(
        default=(),
        description="Phrases, one of which must stand in the text, and not as something that is not or must not be done. "
        "`…` is a gap of up to 20 characters, `……` of up to 80; `&` joins parts of one sentence; `<名前>` is a concept.",
    )
    all_of: tuple[tuple[Phrase, ...], ...] = Field(
        default=(), description="Groups of phrases: one of each must stand, too."
    )
    none_of: tuple[Phrase, ...] = Field(
        default=(),
        description="Phrases, none of which may stand anywhere in the text; one that the text says is missing or left out "
        "(議決は経ない) counts as not there.",
    )
    documents: tuple[Text, ...] = Field(default=(), description="Kinds of document: the text must be of one of them.")
    no_documents: tuple[Text, ...] = Field(default=(), description="Kinds of document that the text must not be of.")
    amount: Range | None = Field(
        default=None, description="A price in yen, tax included, in this range must stand, too."
    )
    days: Range | None = Field(default=None, description="A length of time in days in this range must stand, too.")
    months: Range | None = Field(default=None, description="A length of time in months in this range must stand, too.")
    persons: Range | None = Field(default=None, description="A number of persons in this range must stand, too.")
    computed: Computed | None = Field(
        default=None, description="Something worked out of dates and figures that must hold; see `docs/ordinance.md`."
    )
    within: Literal["text", "passage", "sentence", "phrase"] = Field(
        default="passage",
        description="Where everything but `none_of` is looked for: the whole `text`, the `passage` of 300 characters each "
        "way, the `sentence`, or the `phrase` itself with the next 12 characters.",
    )

    @model_validator(mode="after")
    def _something_to_find(self) -> Condition:
        if not (self.any_of or self.computed or self.documents):
            raise ValueError("any_of, computed or documents is required: a check must find something")
        return self

    def phrases_used(self) -> Iterator[str]:
        """Every phrase that is looked for."""
        yield from self.any_of
        for group in self.all_of:
            yield from group
        yield from self.none_of


class DocumentKind(Strict):
    """A kind of document, told by what stands in it."""

    id: Annotated[str, Field(pattern=r"^\S{1,40}$")] = Field(description="Name, such as `処分通知`.")
    any_of: tuple[Phrase, ...] = Field(min_length=1, description="Phrases, one of which must stand in the text.")
    all_of: tuple[tuple[Phrase, ...], ...] = Field(
        default=(), description="Groups of phrases: one of each must stand, too."
    )
    none_of: tuple[Phrase, ...] = Field(default=(), description="Phrases, none of which may stand in the text.")

    def phrases_used(self) -> Iterator[str]:
        """Every phrase that is looked for."""
        yield from (*self.any_of, *(phrase for group in self.all_of for phrase in group), *self.none_of)


class Check(Guidance, Condition):
    """One matter: what touches it, what to confirm, with whom, under which article."""

    id: Annotated[str, Field(pattern=r"^(ordinance|statutes)/[A-Za-z0-9][A-Za-z0-9_-]*$")] = Field(
        description="Unique name, such as `ordinance/KY-01`; stands in records."
    )
    domain: Domain = Field(description="Field of law; the kind of its findings is `ordinance.<domain>`.")
    title: Text | None = Field(default=None, description="The matter in a few words.")
    severity: Severity = Field(
        default="warn",
        description="`info`, `warn` or `stop` (not to go on before it is settled); shown, while `action` decides.",
    )
    in_force: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = Field(
        default=None, description="Day since when the provision holds, where a change matters."
    )
    local: tuple[Text, ...] = Field(
        default=(),
        description="Articles of the municipality's own ordinances to quote: the end of a title and words of the caption "
        "or text, such as `契約規則 随意契約`.",
    )
    source: Text | None = Field(default=None, description="Where figures come from, and whether that was verified.")
    also: tuple[Condition, ...] = Field(default=(), description="Further conditions, any of which touches the matter.")
    in_study: bool = Field(default=False, description="Whether it also speaks in texts that explain or train.")

    @property
    def kind(self) -> str:
        """The kind of the check's findings."""
        return f"ordinance.{self.domain}"

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions, its own first."""
        return (self, *self.also)

    def phrases_used(self) -> Iterator[str]:
        """Every phrase that is looked for."""
        yield from Condition.phrases_used(self)
        for condition in self.also:
            yield from condition.phrases_used()

    def documents_used(self) -> set[str]:
        """Every kind of document that is named."""
        return {name for c in self.conditions for name in (*c.documents, *c.no_documents)}


class OrdinanceDetector:
    """Looks for the matters of all checks. Raises UnknownConceptError for a phrase that names no concept."""

    reads_whole = True  # a sentence of a reply does not show what the reply lacks

    def __init__(
        self,
        checks: Sequence[Check],
        concepts: Sequence[Concept] = (),
        documents: Sequence[DocumentKind] = (),
        limits: Limits | None = None,
        library: Library | None = None,
        moves: Moves | None = None,
    ) -> None:
        self._lexicon = Lexicon(concepts)
        self._limits = limits or Limits()
        self._library = library
        self._example = Statutes()
        self._checks = [(check, [_Compiled(c, self._lexicon) for c in check.conditions]) for check in checks]
        self._documents = {document.id: _Kind(document, self._lexicon) for document in documents}
        self._always, self._triggers = self._index()
        self._moves = moves
        moved = moves.rows if moves else ()
        self.kinds = frozenset((*(check.kind for check in checks), *(row.check.kind for row in moved)))
        parts = [entry.model_dump_json(include=_CONDITIONS) for entry in (*checks, *concepts, *documents)]
        parts += [row.model_dump_json() for row in moved]
        self._content = "\n".join(parts)
        self._revision = self._signed(self._limits)

    def local(self, limits: Limits | None, library: Library | None) -> OrdinanceDetector:
        """The same checks with a municipality's limits and statutes; nothing is compiled again."""
        made, limits = copy(self), limits or Limits()
        vars(made).update(_limits=limits, _library=library, _revision=self._signed(limits))
        return made

    def _signed(self, limits: Limits) -> str:
        return hashlib.sha256("\n".join((_CODE, repr(limits), self._content)).encode()).hexdigest()[:12]

    @property
    def revision(self) -> str:
        """Changes with the checks, with the municipality's limits, and with the statutes that are loaded."""
        return f"{self._revision}{self._statutes.revision}"

    @property
    def _statutes(self) -> Statutes:
        return self._library.statutes if self._library else self._example

    def detect(self, reading: Reading) -> list[Finding]:
        """One finding for each check that is touched, at its first phrase."""
        draft = _Draft(reading, self._lexicon, self._documents)
        draft.limits, draft.statutes = self._limits.of(draft.facts.entity), self._statutes
        findings = self._moved(draft, reading)
        # Most checks have nothing to do with a text: only those of whose phrases something stands there are asked.
        asked = set(self._always).union(*(self._triggers.get(number, ()) for number in draft.hits.found))
        for n in sorted(asked):
            check, conditions = self._checks[n]
            if not check.in_study and draft.is_a(STUDY):
                continue
            places = (condition.place(draft) for condition in conditions)
            if (place := next((p for p in places if p is not None), None)) is not None:
                findings.append(Finding(reading.view.span(*place), check.kind, check.id))
        return findings

    def _moved(self, draft: _Draft, reading: Reading) -> list[Finding]:
        """One finding for each provision that is cited where it no longer is, at its first place."""
        if self._moves is None:
            return []
        places = list(self._moves.places(reading.view.text))
        draft.told = tuple((place.start, place.end) for place in places)
        checks = [self._moves.rows[place.row].check for place in places]
        return [
            Finding(reading.view.span(place.start, place.end), check.kind, check.id)
            for place, check in zip(places, checks, strict=True)
        ]

    def _index(self) -> tuple[tuple[int, ...], dict[int, tuple[int, ...]]]:
        """Checks that are always asked, and for each literal those that it may touch."""
        always: list[int] = []
        owners: dict[int, set[int]] = {}
        for n, (_, conditions) in enumerate(self._checks):
            if any(condition.untriggered for condition in conditions):
                always.append(n)
                continue
            for condition in conditions:
                numbers = self._lexicon.triggers(condition.any)
                if not numbers.isdisjoint(self._lexicon.single):
                    always.append(n)
                for number in numbers:
                    owners.setdefault(number, set()).add(n)
        return tuple(always), {number: tuple(checks) for number, checks in owners.items()}


class _Kind:
    """A compiled kind of document."""

    def __init__(self, document: DocumentKind, lexicon: Lexicon) -> None:
        self._any = lexicon.group(document.any_of)
        self._all = [lexicon.group(group) for group in document.all_of]
        self._none = lexicon.group(document.none_of)

    def holds(self, hits: Hits) -> bool:
        return hits.stands(self._any) and all(map(hits.stands, self._all)) and not hits.stands(self._none)


class _Draft:
    """One text: where the phrases stand, its figures, the kinds of document that it is."""

    limits: Limits
    statutes: Statutes
    told: tuple[Span, ...] = ()

    def __init__(self, reading: Reading, lexicon: Lexicon, kinds: dict[str, _Kind]) -> None:
        self.hits = Hits(reading, lexicon)
        self.facts = reading.derived(Facts)
        self.whole = (0, len(reading.view.text))
        self._kinds = kinds
        self._is: dict[str, bool] = {}

    def is_a(self, name: str) -> bool:
        """Whether the text is a document of this kind."""
        if name not in self._is:
            self._is[name] = name in self._kinds and self._kinds[name].holds(self.hits)
        return self._is[name]

    def compute(self, name: Computed) -> Span | None:
        """Where a condition that has to be worked out holds."""
        return compute(name, self.facts, self.limits, self.statutes, self.told)

    def region(self, within: str, place: Span) -> Span:
        """The part of the text that belongs to a place."""
        if within == "text":
            return self.whole
        if within == "phrase":
            return place[0], place[1] + BEHIND
        if within == "sentence":
            return self.hits.sentences[self.hits.sentence(place[0])]
        return max(0, place[0] - PASSAGE), min(self.whole[1], place[1] + PASSAGE)


class _Compiled:
    """A condition with its phrases compiled."""

    def __init__(self, condition: Condition, lexicon: Lexicon) -> None:
        self._condition = condition
        self.any = lexicon.group(condition.any_of)
        self._all = [lexicon.group(group) for group in condition.all_of]
        self._none = lexicon.group(condition.none_of)
        self.untriggered = not condition.any_of

    def place(self, draft: _Draft) -> Span | None:
        """Where the first phrase stands, if the whole condition holds."""
        condition = self._condition
        if condition.documents and not any(map(draft.is_a, condition.documents)):
            return None
        if any(map(draft.is_a, condition.no_documents)):
            return None
        hits = draft.hits
        if not all(map(hits.stands, self._all)) or (
            not self.untriggered and not hits.stands(self.any)
        ):  # most checks end here
            return None
        counted = self._counted(draft)
        if not all(counted):
            return None
        for place in self._touched(draft):
            start, end = draft.region(condition.within, place)
            if self._holds(hits, counted, start, end) and (self.untriggered or not hits.forbidden(place)):
                return None if self._excepted(draft) else place
        return None

    def _counted(self, draft: _Draft) -> list[list[int]]:
        """For each range of the condition, where the numbers begin that lie in it."""
        condition, facts = self._condition, draft.facts
        wanted = (
            (condition.amount, "prices"),
            (condition.days, "terms"),
            (condition.months, "months"),
            (condition.persons, "persons"),
        )
        return [
            [q.start for q in getattr(facts, name) if q.value in range_ and _beyond(range_, q, draft)]
            for range_, name in wanted
            if range_ is not None
        ]

    def _touched(self, draft: _Draft) -> Sequence[Span]:
        computed = None
        if self._condition.computed and (computed := draft.compute(self._condition.computed)) is None:
            return ()
        if self.untriggered:
            return (computed or (0, min(1, draft.whole[1])),)
        return draft.hits.spans(self.any)

    def _excepted(self, draft: _Draft) -> bool:
        hits = draft.hits
        return any(not hits.lacking(span) for span in hits.any(self._none))

    def _holds(self, hits: Hits, counted: Sequence[Sequence[int]], start: int, end: int) -> bool:
        return all(bisect_left(starts, start) < bisect_left(starts, end) for starts in counted) and all(
            _inside(hits.starts(group), start, end) for group in self._all
        )


def _inside(starts: Sequence[int], start: int, end: int) -> bool:
    n = bisect_left(starts, start)
    return n < len(starts) and starts[n] < end


def _beyond(wanted: Range, quantity: Quantity, draft: _Draft) -> bool:
    """Whether a number lies beyond the limits that the range names, for the contract that is spoken of there."""
    if wanted.above is None and wanted.reaching is None:
        return True
    kind = draft.facts.contract_kind(quantity.start)
    above = wanted.above is None or quantity.value > draft.limits.figure(wanted.above, kind).value
    return above and (wanted.reaching is None or quantity.value >= draft.limits.figure(wanted.reaching, kind).value)
