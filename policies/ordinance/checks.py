"""Ordinance checks: which matter a draft touches. A flag, never a verdict."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from policies.finding import Finding
from policies.normalize import normalize
from policies.ordinance.amounts import amounts
from policies.schema import Guidance, Strict, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.reading import Reading

Domain = Literal[
    "contract", "expenditure", "budget", "legislation", "procedure", "appeal", "privacy", "records", "conduct",
    "public_relations", "property", "ai_use", "official_writing",
]  # fmt: skip
_CODE = "ordinance-1"


class AmountRange(Strict):
    """A range of yen."""

    at_least: int = Field(default=0, ge=0, description="Smallest sum in yen that counts.")
    below: int | None = Field(default=None, ge=1, description="Sum in yen from which on it no longer counts.")


class Check(Guidance):
    """One matter. It is touched when a phrase of ``any_of`` stands in the text and the other conditions hold."""

    domain: Domain = Field(description="Field of law; the kind of its findings is `ordinance.<domain>`.")
    any_of: tuple[Text, ...] = Field(min_length=1, description="Phrases, one of which must stand in the text.")
    all_of: tuple[tuple[Text, ...], ...] = Field(default=(), description="Groups of phrases: one of each must stand.")
    none_of: tuple[Text, ...] = Field(default=(), description="Phrases, none of which may stand in the text.")
    amount: AmountRange | None = Field(default=None, description="A sum in this range must stand in the text.")

    @property
    def kind(self) -> str:
        """The kind of the check's findings."""
        return f"ordinance.{self.domain}"


class OrdinanceDetector:
    """Looks for the phrases of all checks in the normalised view."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = [(check, _Folded(check)) for check in checks]
        self.kinds = frozenset(check.kind for check in checks)
        parts = [_CODE, *(check.model_dump_json(exclude={"message", "better", "consult"}) for check in checks)]
        self.revision = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    def detect(self, reading: Reading) -> list[Finding]:
        """One finding for each check that is touched, at its first phrase."""
        text = reading.view.text
        sums = [amount.yen for amount in amounts(text)] if "円" in text else []
        findings = []
        for check, folded in self._checks:
            if (place := folded.place(text, sums)) is not None:
                findings.append(Finding(reading.view.span(*place), check.kind, check.id))
        return findings


class _Folded:
    """A check's phrases as the view shows them."""

    def __init__(self, check: Check) -> None:
        self._any = tuple(normalize(phrase).text for phrase in check.any_of)
        self._all = tuple(tuple(normalize(phrase).text for phrase in group) for group in check.all_of)
        self._none = tuple(normalize(phrase).text for phrase in check.none_of)
        self._amount = check.amount

    def place(self, text: str, sums: Sequence[int]) -> tuple[int, int] | None:
        """Where the first phrase stands, if the whole check holds."""
        places = [(at, at + len(phrase)) for phrase in self._any if (at := text.find(phrase)) >= 0]
        if not places or any(phrase in text for phrase in self._none):
            return None
        if not all(any(phrase in text for phrase in group) for group in self._all):
            return None
        wanted = self._amount
        if wanted and not any(s >= wanted.at_least and (wanted.below is None or s < wanted.below) for s in sums):
            return None
        return min(places)
