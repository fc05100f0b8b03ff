"""From a folder of rule files to a PolicySet: every rule checked, every example run.

Nothing is half loaded: one fault in one file and the whole set is refused, with every fault
named by file, line and column.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from policies.document import Document, DocumentError, Fault, load
from policies.finding import Detector, Finding, Span
from policies.ordinance.checks import Check, DocumentKind, OrdinanceDetector
from policies.ordinance.phrases import Concept, circular, undefined
from policies.reading import Reading
from policies.ruleset import PolicySet, covers
from policies.schema import ContentExample, Guidance, PolicyRule, Strict
from policies.wording import WordEntry, WordingDetector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from policies.ordinance.library import Library
    from policies.ordinance.limits import Limits

CONTENT_KINDS = frozenset({"content.image", "content.audio", "content.file"})
"""Kinds of parts that nobody here can read as text: found by the door, not by a detector."""


class PolicyFile(Strict):
    """One rule file: any of the lists, at least one of them."""

    version: Literal[1]
    rules: tuple[PolicyRule, ...] = Field(default=(), description="Decisions over kinds of findings.")
    wording: tuple[WordEntry, ...] = Field(default=(), description="Expressions to avoid, with their reason.")
    checks: tuple[Check, ...] = Field(default=(), description="Matters of law and ordinance to confirm.")
    concepts: tuple[Concept, ...] = Field(default=(), description="Lists of phrasings that checks name as `<id>`.")
    documents: tuple[DocumentKind, ...] = Field(default=(), description="Kinds of document that checks name.")

    @model_validator(mode="after")
    def _not_empty(self) -> PolicyFile:
        if not (self.rules or self.wording or self.checks or self.concepts or self.documents):
            raise ValueError("the file has no rules, wording or checks, and defines nothing for them")
        return self


@dataclass(frozen=True, slots=True)
class _Content:
    """Names the kinds of unreadable parts, so that rules about them are checked like all others."""

    kinds: frozenset[str] = CONTENT_KINDS
    revision: str = "content-1"

    def detect(self, reading: Reading) -> list[Finding]:
        """Nothing: a text is never an unreadable part."""
        del reading
        return []


def load_policy(
    folder: Path, detectors: Sequence[Detector], limits: Limits | None = None, library: Library | None = None
) -> PolicySet:
    """Load every ``*.yaml`` below the folder. Raises DocumentError with every fault of every file.

    ``detectors`` are those that stand outside the rule files (personal information); the words
    and checks of the files become detectors of their own. ``limits`` and the statutes of ``library``
    are the municipality's; the examples of the files are always read with those of a city and no statutes.
    """
    documents, digest = _read(folder)
    entries = [e for d in documents for e in (*d.model.wording, *d.model.checks)]
    rules = tuple(rule for d in documents for rule in d.model.rules)
    wording = WordingDetector([w for d in documents for w in d.model.wording])
    if faults := list(_undefined(documents)):
        raise DocumentError(sorted(faults, key=lambda f: (f.path, f.line, f.column)))
    checks = [c for d in documents for c in d.model.checks]
    shared = ([c for d in documents for c in d.model.concepts], [k for d in documents for k in d.model.documents])
    ordinance = OrdinanceDetector(checks, *shared)
    outside = (*detectors, _Content())
    faults = [*_duplicates(documents), *_unknown_kinds(documents, (*outside, wording, ordinance))]
    faults += _uncovered(folder, rules, outside)
    if not faults:
        faults = list(_failing_examples(documents, detectors, wording, ordinance))
    if faults:
        raise DocumentError(sorted(faults, key=lambda f: (f.path, f.line, f.column)))
    if limits is not None or library is not None:
        ordinance = OrdinanceDetector(checks, *shared, limits, library)
    for detector in (*outside, wording, ordinance):
        digest.update(detector.revision.encode())
    return PolicySet(
        digest.hexdigest()[:12], rules, {entry.id: entry for entry in entries}, (*outside, wording, ordinance)
    )


def _read(folder: Path) -> tuple[list[Document[PolicyFile]], hashlib._Hash]:
    paths = sorted(path for path in folder.rglob("*.yaml") if path.is_file())
    # A rule file that is passed over in silence would leave its rules out of force.
    if misnamed := sorted(path for path in folder.rglob("*.yml") if path.is_file()):
        raise DocumentError(
            Fault(str(path.relative_to(folder)), 1, 1, "rule files end in .yaml: rename it") for path in misnamed
        )
    if not paths:
        raise DocumentError([Fault(str(folder), 1, 1, "no rule file (*.yaml) in this folder")])
    documents: list[Document[PolicyFile]] = []
    faults: list[Fault] = []
    digest = hashlib.sha256()
    for path in paths:
        try:
            documents.append(load(path, PolicyFile, shown_as=str(path.relative_to(folder))))
            digest.update(path.read_bytes())
        except DocumentError as error:
            faults += error.faults
    if faults:
        raise DocumentError(faults)
    return documents, digest


def _entries(document: Document[PolicyFile]) -> Iterator[tuple[tuple[str, int], Guidance]]:
    lists: Mapping[str, Sequence[Guidance]] = {
        "rules": document.model.rules,
        "wording": document.model.wording,
        "checks": document.model.checks,
    }
    for name, entries in lists.items():
        for index, entry in enumerate(entries):
            yield (name, index), entry


def _duplicates(documents: Sequence[Document[PolicyFile]]) -> Iterator[Fault]:
    first: dict[str, Fault] = {}
    for document in documents:
        for place, entry in _entries(document):
            here = document.fault((*place, "id"), "")
            if (there := first.setdefault(entry.id, here)) and there is not here:
                message = f"the id {entry.id} is already used at {there.path}:{there.line}"
                yield document.fault((*place, "id"), message)


def _undefined(documents: Sequence[Document[PolicyFile]]) -> Iterator[Fault]:
    """Concepts and kinds of document that are defined twice or not at all; concepts that go in a circle."""
    concepts: dict[str, Concept] = {}
    kinds: dict[str, DocumentKind] = {}
    yield from _defined_twice(documents, concepts, kinds)
    for document in documents:
        for place, phrases in _phrases(document.model):
            for name in undefined(phrases, concepts):
                yield document.fault(place, f"no file defines the concept {name}")
        for n, concept in enumerate(document.model.concepts):
            if circular(concept.id, concepts):
                yield document.fault(("concepts", n), f"the concept {concept.id} leads back to itself")
        for n, check in enumerate(document.model.checks):
            for name in sorted(check.documents_used() - set(kinds)):
                yield document.fault(("checks", n), f"no file defines the kind of document {name}")


def _defined_twice(
    documents: Sequence[Document[PolicyFile]], concepts: dict[str, Concept], kinds: dict[str, DocumentKind]
) -> Iterator[Fault]:
    """Fill in what is defined; a fault for what already was."""
    for document in documents:
        for index, concept in enumerate(document.model.concepts):
            if concepts.setdefault(concept.id, concept) is not concept:
                yield document.fault(("concepts", index, "id"), f"the concept {concept.id} is already defined")
        for index, kind in enumerate(document.model.documents):
            if kinds.setdefault(kind.id, kind) is not kind:
                yield document.fault(("documents", index, "id"), f"the kind of document {kind.id} is already defined")


def _phrases(file: PolicyFile) -> Iterator[tuple[tuple[str, int], tuple[str, ...]]]:
    """Each entry's place and the phrases that it looks for."""
    for n, concept in enumerate(file.concepts):
        yield ("concepts", n), concept.phrases
    for n, kind in enumerate(file.documents):
        yield ("documents", n), tuple(kind.phrases_used())
    for n, check in enumerate(file.checks):
        yield ("checks", n), tuple(check.phrases_used())


def _unknown_kinds(documents: Sequence[Document[PolicyFile]], detectors: Sequence[Detector]) -> Iterator[Fault]:
    known = sorted({kind for detector in detectors for kind in detector.kinds})
    for document in documents:
        for index, rule in enumerate(document.model.rules):
            for n, glob in enumerate(rule.kinds):
                if not any(fnmatchcase(kind, glob) for kind in known):
                    yield document.fault(("rules", index, "kinds", n), f"no detector finds the kind {glob}")


def _uncovered(folder: Path, rules: Sequence[PolicyRule], detectors: Sequence[Detector]) -> Iterator[Fault]:
    """Every kind must have an unconditional rule each way, or a finding would meet no decision."""
    for kind in sorted({kind for detector in detectors for kind in detector.kinds}):
        for direction in ("request", "reply"):
            if not any(
                direction in rule.directions and _unconditional(rule) and any(fnmatchcase(kind, g) for g in rule.kinds)
                for rule in rules
            ):
                yield Fault(str(folder), 1, 1, f"no rule without conditions covers {kind} in a {direction}")


def _unconditional(rule: PolicyRule) -> bool:
    conditions = (rule.departments, rule.endpoints, rule.models, rule.zones, rule.classifications)
    return not any(conditions) and rule.min_score == 0


def _failing_examples(
    documents: Sequence[Document[PolicyFile]],
    detectors: Sequence[Detector],
    wording: WordingDetector,
    ordinance: OrdinanceDetector,
) -> Iterator[Fault]:
    everything = (*detectors, wording, ordinance)
    for document in documents:
        for place, entry in _entries(document):
            eyes = {"rules": everything, "wording": (wording,), "checks": (ordinance,)}[place[0]]
            for wanted, texts in ((True, entry.examples.match), (False, entry.examples.no_match)):
                for n, example in enumerate(texts):
                    findings = _findings(example, eyes)
                    if any(_fires(entry, finding) for finding in findings) is not wanted:
                        side = "match" if wanted else "no_match"
                        problem = "is not found by" if wanted else "is found by"
                        yield document.fault((*place, "examples", side, n), f"this example {problem} {entry.id}")


def _findings(example: str | ContentExample, detectors: Sequence[Detector]) -> list[Finding]:
    if isinstance(example, ContentExample):
        return [Finding(Span(0, 1), f"content.{example.content}", f"content/{example.content}")]
    reading = Reading(example)
    return [finding for detector in detectors for finding in detector.detect(reading)]


def _fires(entry: Guidance, finding: Finding) -> bool:
    return covers(entry, finding) if isinstance(entry, PolicyRule) else finding.rule == entry.id
