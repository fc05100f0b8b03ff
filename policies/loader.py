"""From a folder of rule files to a PolicySet: every rule checked, every example run.

Nothing is half loaded: one fault in one file and the whole set is refused, with every fault
named by file, line and column.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import Field, model_validator

from policies.document import DocumentError, Fault
from policies.finding import Detector, Finding, Span
from policies.layers import Layers, Named, Placed, read_layers
from policies.ordinance.checks import Check, DocumentKind, OrdinanceDetector
from policies.ordinance.moved import Moved, Moves, guidance_of
from policies.ordinance.phrases import Concept, circular, undefined
from policies.reading import Reading
from policies.ruleset import PolicySet, covers
from policies.schema import ContentExample, Guidance, MatrixRow, PolicyRule
from policies.wording import WordingDetector, lists
from policies.wording.contexts import MARK, Guided

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from policies.ordinance.library import Library
    from policies.ordinance.limits import Limits

CONTENT_KINDS = frozenset({"content.image", "content.audio", "content.file"})
"""Kinds of parts that nobody here can read as text: found by the door, not by a detector."""


class PolicyFile(lists.WordingFile):
    """One rule file: any of the lists, at least one of them with something in it."""

    version: Literal[1] = Field(description="Format of the file; always 1.")
    rules: tuple[PolicyRule, ...] = Field(default=(), description="Decisions over kinds of findings.")
    checks: tuple[Check, ...] = Field(default=(), description="Matters of law and ordinance to confirm.")
    concepts: tuple[Concept, ...] = Field(default=(), description="Lists of phrasings that checks name as `<id>`.")
    documents: tuple[DocumentKind, ...] = Field(default=(), description="Kinds of document that checks name.")
    moved: tuple[Moved, ...] = Field(default=(), description="Provisions that are no longer where they were.")
    matrix: tuple[MatrixRow, ...] = Field(default=(), description="Which class of material may go where.")

    @model_validator(mode="after")
    def _not_empty(self) -> PolicyFile:
        if not any(getattr(self, name) for name in type(self).model_fields if name != "version"):
            raise ValueError("the file has no rules, wording, checks or anything else that a rule file may have")
        return self

    def lists(self) -> Mapping[str, Sequence[Named]]:
        """What a later layer replaces by its id, by the name of its list; the other lists only add."""
        return {
            "rules": self.rules,
            "wording": self.wording,
            "patterns": self.patterns,
            "checks": self.checks,
            "concepts": self.concepts,
            "documents": self.documents,
            "moved": self.moved,
            "matrix": self.matrix,
        }


@dataclass(frozen=True, slots=True)
class _Content:
    """Names the kinds of unreadable parts, so that rules about them are checked like all others."""

    kinds: frozenset[str] = CONTENT_KINDS
    revision: str = "content-1"

    def detect(self, reading: Reading) -> list[Finding]:
        """Nothing: a text is never an unreadable part."""
        del reading
        return []


@dataclass(frozen=True, slots=True)
class Local:
    """What the municipality brings to the rules.

    ``names`` are those that ``models`` and ``regions`` of a rule may name, where they are known; ``limits`` and the
    statutes of ``library`` are what the ordinance checks compare with and quote.
    """

    names: Mapping[str, Collection[str]] = field(default_factory=dict)
    limits: Limits | None = None
    library: Library | None = None


def load_policy(
    folder: Path,
    detectors: Sequence[Detector],
    local: Local | None = None,
    *,
    profile: str = "standard",
    own: Mapping[str, str] = MappingProxyType({}),
    run_examples: bool = True,
) -> PolicySet:
    """Load every ``*.yaml`` below the folder, the profile's over them, and over both the administrator's ``own``.

    ``detectors`` are those that stand outside the rule files (personal information); the words and
    checks of the files become detectors of their own. ``own`` is text by file name. Without
    ``run_examples`` they are taken on trust: for a content that was loaded before. The examples are always
    read with the limits of a city and no statutes.
    Raises DocumentError with every fault of every file.
    """
    local = local or Local()
    layers = read_layers(folder, PolicyFile, profile=profile, own=own)
    placed = layers.in_force()
    documents = layers.effective()
    if faults := [*layers.duplicates(), *_undefined(placed), *lists.faults(documents)]:
        raise _sorted(faults)
    rules = tuple(p.entry for p in placed if p.list == "rules")
    words = lists.assemble([document.model for document in documents])
    wording = words.detector()
    checks, concepts, kinds, moved = (
        [p.entry for p in placed if p.list == of] for of in ("checks", "concepts", "documents", "moved")
    )
    ordinance = OrdinanceDetector(checks, concepts, kinds, moves=Moves(moved))
    outside = (*detectors, _Content())
    faults = [*_unknown_kinds(placed, (*outside, wording, ordinance)), *_unknown_names(placed, local.names)]
    faults += _uncovered(folder, rules, outside)
    if run_examples and not faults:
        silenced = {silence.id for document in documents for silence in document.model.silence}
        tried = [p for p in placed if p.entry.id not in silenced]
        idle = {entry.id for entry in words.idle}
        of_words = _OfWords(wording, words.trial(), frozenset(idle))
        faults = list(_failing_examples(tried, detectors, of_words, ordinance))
    if faults:
        raise _sorted(faults)
    if local.limits is not None or local.library is not None:
        ordinance = ordinance.local(local.limits, local.library)
    return PolicySet(
        _revision(layers, (*outside, wording, ordinance)),
        rules,
        Guided({entry.id: entry for entry in (*words.entries, *words.patterns, *checks)} | guidance_of(moved)),
        (*outside, wording, ordinance),
        {p.entry.classification: p.entry for p in placed if p.list == "matrix"},
    )


def _sorted(faults: Sequence[Fault]) -> DocumentError:
    return DocumentError(sorted(faults, key=lambda f: (f.path, f.line, f.column)))


def _revision(layers: Layers, detectors: Sequence[Detector]) -> str:
    digest = hashlib.sha256(layers.digest)
    for detector in detectors:
        digest.update(detector.revision.encode())
    return digest.hexdigest()[:12]


def _undefined(placed: Sequence[Placed]) -> Iterator[Fault]:
    """Concepts and kinds of document that are not defined; concepts that go in a circle."""
    concepts: dict[str, Concept] = {p.entry.id: p.entry for p in placed if p.list == "concepts"}
    kinds = {p.entry.id for p in placed if p.list == "documents"}
    for one in placed:
        for name in undefined(_phrases(one), concepts):
            yield one.fault(f"no file defines the concept {name}")
        if one.list == "concepts" and circular(one.entry.id, concepts):
            yield one.fault(f"the concept {one.entry.id} leads back to itself")
        if one.list == "checks":
            for name in sorted(one.entry.documents_used() - kinds):
                yield one.fault(f"no file defines the kind of document {name}")


def _phrases(one: Placed) -> tuple[str, ...]:
    """The phrases that an entry looks for."""
    if one.list == "concepts":
        return tuple(one.entry.phrases)
    return tuple(one.entry.phrases_used()) if one.list in {"documents", "checks"} else ()


def _unknown_kinds(placed: Sequence[Placed], detectors: Sequence[Detector]) -> Iterator[Fault]:
    known = sorted({kind for detector in detectors for kind in detector.kinds})
    for one in placed:
        for n, glob in enumerate(one.entry.kinds if one.list == "rules" else ()):
            if not any(fnmatchcase(kind, glob) for kind in known):
                yield one.fault(f"no detector finds the kind {glob}", "kinds", n)


def _unknown_names(placed: Sequence[Placed], names: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    """A rule for a model that nobody serves would never hold: most likely its name is misspelt."""
    for one in placed:
        for key, known in names.items():
            for n, name in enumerate(getattr(one.entry, key, ())):
                if name not in known:
                    yield one.fault(f"no deployment in the configuration has {name} among its {key}", key, n)


def _uncovered(folder: Path, rules: Sequence[PolicyRule], detectors: Sequence[Detector]) -> Iterator[Fault]:
    """Every kind must have an unconditional rule each way, or a finding would meet no decision."""
    for kind in sorted({kind for detector in detectors for kind in detector.kinds}):
        for direction in ("request", "reply"):
            if not any(
                direction in rule.directions and rule.unconditional and any(fnmatchcase(kind, g) for g in rule.kinds)
                for rule in rules
            ):
                yield Fault(str(folder), 1, 1, f"no rule without conditions covers {kind} in a {direction}")


class _OfWords(NamedTuple):
    """What reads the examples of words: entries that are idle have a detector of their own."""

    in_force: WordingDetector
    trial: WordingDetector
    idle: frozenset[str]

    def reader(self, name: str) -> WordingDetector:
        """The detector that an entry stands in."""
        return self.trial if name in self.idle else self.in_force


def _failing_examples(
    placed: Sequence[Placed], detectors: Sequence[Detector], of_words: _OfWords, ordinance: OrdinanceDetector
) -> Iterator[Fault]:
    readers: Mapping[str, Callable[[str], Sequence[Detector]]] = {
        "rules": lambda _: (*detectors, of_words.in_force, ordinance),
        "wording": lambda name: (of_words.reader(name),),
        "patterns": lambda _: (of_words.in_force,),
        "checks": lambda _: (ordinance,),
        "moved": lambda _: (ordinance,),
    }
    for one in placed:
        if one.list not in readers:
            continue
        entry = one.entry.check if isinstance(one.entry, Moved) else one.entry
        eyes = readers[one.list](entry.id)
        for wanted, texts in ((True, entry.examples.match), (False, entry.examples.no_match)):
            for n, example in enumerate(texts):
                findings = _findings(example, eyes)
                if any(_fires(entry, finding) for finding in findings) is not wanted:
                    side = "match" if wanted else "no_match"
                    problem = "is not found by" if wanted else "is found by"
                    yield one.fault(f"this example {problem} {entry.id}", "examples", side, n)


def _findings(example: str | ContentExample, detectors: Sequence[Detector]) -> list[Finding]:
    if isinstance(example, ContentExample):
        return [Finding(Span(0, 1), f"content.{example.content}", f"content/{example.content}")]
    reading = Reading(example)
    return [finding for detector in detectors for finding in detector.detect(reading)]


def _fires(entry: Guidance, finding: Finding) -> bool:
    return covers(entry, finding) if isinstance(entry, PolicyRule) else finding.rule.partition(MARK)[0] == entry.id
