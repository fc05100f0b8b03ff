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
from policies.ordinance.checks import Check, OrdinanceDetector
from policies.reading import Reading
from policies.ruleset import PolicySet, covers
from policies.schema import ContentExample, Guidance, PolicyRule
from policies.wording import WordingDetector, lists
from policies.wording.contexts import MARK, Guided

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

CONTENT_KINDS = frozenset({"content.image", "content.audio", "content.file"})
"""Kinds of parts that nobody here can read as text: found by the door, not by a detector."""


class PolicyFile(lists.WordingFile):
    """One rule file: any of the lists, at least one of them with something in it."""

    version: Literal[1]
    rules: tuple[PolicyRule, ...] = Field(default=(), description="Decisions over kinds of findings.")
    checks: tuple[Check, ...] = Field(default=(), description="Matters of law and ordinance to confirm.")

    @model_validator(mode="after")
    def _not_empty(self) -> PolicyFile:
        if not any(getattr(self, name) for name in type(self).model_fields if name != "version"):
            raise ValueError("the file has no rules, wording or checks")
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


def load_policy(folder: Path, detectors: Sequence[Detector]) -> PolicySet:
    """Load every ``*.yaml`` below the folder. Raises DocumentError with every fault of every file.

    ``detectors`` are those that stand outside the rule files (personal information); the words
    and checks of the files become detectors of their own.
    """
    documents, digest = _read(folder)
    if refused := lists.faults(documents):
        raise _sorted([*_duplicates(documents), *refused])
    words = lists.assemble([d.model for d in documents])
    entries = [*words.entries, *words.patterns, *(check for d in documents for check in d.model.checks)]
    rules = tuple(rule for d in documents for rule in d.model.rules)
    wording = words.detector()
    ordinance = OrdinanceDetector([c for d in documents for c in d.model.checks])
    outside = (*detectors, _Content())
    faults = [*_duplicates(documents), *_unknown_kinds(documents, (*outside, wording, ordinance))]
    faults += _uncovered(folder, rules, outside)
    if not faults:
        faults = list(_failing_examples(documents, detectors, (wording, words.trial()), ordinance))
    if faults:
        raise _sorted(faults)
    for detector in (*outside, wording, ordinance):
        digest.update(detector.revision.encode())
    return PolicySet(
        digest.hexdigest()[:12], rules, Guided({entry.id: entry for entry in entries}), (*outside, wording, ordinance)
    )


def _sorted(faults: Sequence[Fault]) -> DocumentError:
    return DocumentError(sorted(faults, key=lambda f: (f.path, f.line, f.column)))


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
        "patterns": document.model.patterns,
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
    wording: Sequence[WordingDetector],
    ordinance: OrdinanceDetector,
) -> Iterator[Fault]:
    silenced = {silence.id for document in documents for silence in document.model.silence}
    eyes_of = {
        "rules": (*detectors, wording[0], ordinance),
        "wording": wording,
        "patterns": wording,
        "checks": (ordinance,),
    }
    for document in documents:
        for place, entry in _entries(document):
            if entry.id in silenced:
                continue
            eyes = eyes_of[place[0]]
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
    return covers(entry, finding) if isinstance(entry, PolicyRule) else finding.rule.partition(MARK)[0] == entry.id
