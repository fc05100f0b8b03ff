"""The judge: findings and a situation go in, decisions come out. Pure, immutable, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from policies.decision import Action, Decision
from policies.finding import Finding, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policies.finding import Detector
    from policies.reading import Reading
    from policies.schema import Guidance, PolicyRule
    from policies.situation import Situation

Part = Literal["all", "sentence", "whole"]

UNCOVERED = "policy/uncovered"
"""The rule that decides when no rule does: the exchange is blocked."""


def covers(rule: PolicyRule, finding: Finding) -> bool:
    """Whether the rule speaks about this kind of finding at this score, in whatever situation."""
    return finding.score >= rule.min_score and any(fnmatchcase(finding.kind, glob) for glob in rule.kinds)


def holds(rule: PolicyRule, situation: Situation) -> bool:
    """Whether the rule's conditions hold; a department's rule holds for the units below it too."""
    conditions = (
        (rule.departments, (situation.department, *situation.ancestors)),
        (rule.endpoints, (situation.endpoint,)),
        (rule.models, (situation.model,)),
        (rule.zones, (situation.zone,)),
        (rule.classifications, (situation.classification,)),
    )
    return situation.direction in rule.directions and all(
        not wanted or any(value in wanted for value in values) for wanted, values in conditions
    )


@dataclass(frozen=True)
class PolicySet:
    """All rules in force at one moment. An exchange keeps the one it began with.

    ``rules`` decide over kinds; ``entries`` are the words and checks, by id, which say themselves
    what happens when they are found. ``revision`` names the set in records.
    """

    revision: str
    rules: tuple[PolicyRule, ...]
    entries: Mapping[str, Guidance]
    detectors: tuple[Detector, ...]
    _by_kind: dict[str, tuple[PolicyRule, ...]] = field(default_factory=dict, repr=False, compare=False)
    _by_id: dict[str, PolicyRule] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the rules by kind once, so that deciding looks only at those that may hold."""
        for kind in {kind for detector in self.detectors for kind in detector.kinds}:
            self._by_kind[kind] = self._rules_for(kind)
        self._by_id.update({rule.id: rule for rule in self.rules})

    @property
    def detection_revision(self) -> str:
        """Names what the detectors would find: the key under which findings may be kept."""
        return "+".join(detector.revision for detector in self.detectors)

    def detect(self, reading: Reading, part: Part = "all") -> list[Finding]:
        """Everything that any detector finds in a text. Raises whatever a detector raises.

        Some detectors have to see a text whole, since what it lacks matters as much as what it says: with ``part``
        either those alone are asked (``whole``), or all others (``sentence``).
        """
        asked = (
            detector
            for detector in self.detectors
            if part == "all" or getattr(detector, "reads_whole", False) is (part == "whole")
        )
        return sorted(finding for detector in asked for finding in detector.detect(reading))

    def decide(self, findings: Iterable[Finding], situation: Situation) -> tuple[Decision, ...]:
        """One decision for each finding, in the findings' order; the strongest action wins.

        Between rules of equal strength the finding's own rule speaks, then the first in the file.
        A finding that no rule covers is blocked.
        """
        return tuple(self._decide(finding, situation) for finding in findings)

    def guidance(self, rule: str) -> Guidance | None:
        """What a person is told when this rule decides; None for a rule that is not of this set."""
        return self.entries.get(rule) or self._by_id.get(rule)

    def _decide(self, finding: Finding, situation: Situation) -> Decision:
        best = self.entries.get(finding.rule)
        rules = self._by_kind.get(finding.kind)
        for rule in self._rules_for(finding.kind) if rules is None else rules:
            if (
                finding.score >= rule.min_score
                and holds(rule, situation)
                and (best is None or rule.action > best.action)
            ):
                best = rule
        if best is None:
            return Decision(finding, Action.BLOCK, UNCOVERED)
        return Decision(finding, best.action, best.id, best.basis)

    def _rules_for(self, kind: str) -> tuple[PolicyRule, ...]:
        return tuple(rule for rule in self.rules if any(fnmatchcase(kind, glob) for glob in rule.kinds))


def edits(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The redactions to carry out, in order, none overlapping, together covering what each covered.

    Overlapping redactions become one over their union, of the kind of the longest: nothing that
    any rule wanted hidden stays, and no text is replaced twice.
    """
    merged: list[tuple[Decision, int]] = []  # the decision that names the union, and its own length
    for decision in sorted(
        (d for d in decisions if d.action is Action.REDACT), key=lambda d: (d.finding.span.start, -d.finding.span.end)
    ):
        span = decision.finding.span
        length = span.end - span.start
        if merged and merged[-1][0].finding.span.end > span.start:
            last, longest = merged[-1]
            union = Span(last.finding.span.start, max(last.finding.span.end, span.end))
            name = decision if length > longest else last
            finding = Finding(union, name.finding.kind, name.finding.rule, name.finding.score)
            merged[-1] = (Decision(finding, name.action, name.rule, name.basis), max(length, longest))
        else:
            merged.append((decision, length))
    return tuple(decision for decision, _ in merged)
