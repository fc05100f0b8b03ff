"""The judge: findings and a situation go in, decisions come out. Pure, immutable, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from policies.classification import UNSTATED
from policies.decision import Action, Decision
from policies.finding import Finding, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policies.finding import Detector
    from policies.reading import Reading
    from policies.schema import Guidance, MatrixRow, PolicyRule
    from policies.situation import Place, Situation

Part = Literal["all", "sentence", "whole"]

UNCOVERED = "policy/uncovered"
"""The rule that decides when no rule does: the exchange is blocked."""


def covers(rule: PolicyRule, finding: Finding) -> bool:
    """Whether the rule speaks about this kind of finding at this score, in whatever situation."""
    return finding.score >= rule.min_score and any(fnmatchcase(finding.kind, glob) for glob in rule.kinds)


def unmet(rule: PolicyRule, situation: Situation) -> Iterator[str]:
    """Names of the rule's conditions that do not hold; a department's rule holds for the units below it too."""
    if situation.direction not in rule.directions:
        yield "directions"
    if rule.unconditional:
        return
    if rule.departments and not {situation.department, *situation.ancestors} & set(rule.departments):
        yield "departments"
    for name, wanted, value in (
        ("keys", rule.keys, situation.key),
        ("endpoints", rule.endpoints, situation.endpoint),
        ("models", rule.models, situation.model),
        ("zones", rule.zones, situation.zone),
        ("regions", rule.regions, situation.region),
        ("classifications", rule.classifications, situation.classification),
    ):
        if wanted and value not in wanted:
            yield name
    if rule.trains_on_input not in {None, situation.trains_on_input}:
        yield "trains_on_input"
    if rule.valid_from and situation.day < rule.valid_from:
        yield "valid_from"
    if rule.valid_until and situation.day > rule.valid_until:
        yield "valid_until"


def holds(rule: PolicyRule, situation: Situation) -> bool:
    """Whether all of the rule's conditions hold."""
    return next(unmet(rule, situation), None) is None


def strength(rule: Guidance, situation: Situation) -> Action:
    """The rule's action, or ``flag`` where it gives way to a written reason."""
    if situation.reason_given and getattr(rule, "break_glass", False):
        return Action.FLAG
    return rule.action


@dataclass(frozen=True, slots=True)
class Voice:
    """What one rule had to say about a finding. ``unmet`` names why it did not speak; empty: it spoke."""

    rule: str
    action: Action
    unmet: tuple[str, ...] = ()
    decided: bool = False


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
    matrix: Mapping[str, MatrixRow] = field(default_factory=dict)
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

    def decide(self, findings: Iterable[Finding], situation: Situation, *others: Situation) -> tuple[Decision, ...]:
        """One decision for each finding, in the findings' order; the strongest action wins.

        Between rules of equal strength the finding's own rule speaks, then the first in the file.
        A finding that no rule covers is blocked. Where there are several situations (places that may
        serve), a rule speaks that holds in one of them.
        """
        return tuple(self._decide(finding, (situation, *others)) for finding in findings)

    def explain(self, finding: Finding, situation: Situation, *others: Situation) -> tuple[Voice, ...]:
        """Every rule that names the finding's kind: which decided, which was weaker, which did not hold and why."""
        decision = self._decide(finding, (situation, *others))
        voices: list[Voice] = []
        if entry := self.entries.get(finding.rule):
            voices.append(Voice(entry.id, entry.action, (), entry.id == decision.rule))
        for rule in self._rules_for(finding.kind):
            heard = [s for s in (situation, *others) if holds(rule, s)]
            missing = tuple(unmet(rule, situation)) if not heard else ()
            if finding.score < rule.min_score:
                missing = (*missing, "min_score")
            action = max((strength(rule, s) for s in heard), default=rule.action)
            voices.append(Voice(rule.id, action, missing, not missing and rule.id == decision.rule))
        if decision.rule == UNCOVERED:
            voices.append(Voice(UNCOVERED, Action.BLOCK, (), decided=True))
        return tuple(sorted(voices, key=lambda v: (not v.decided, bool(v.unmet), -v.action)))

    def row(self, classification: str) -> MatrixRow | None:
        """What the matrix says of a class; None where it says nothing, so that nobody may serve."""
        return self.matrix.get(classification or UNSTATED)

    def admits(self, classification: str, place: Place) -> bool:
        """Whether material of this class may be processed there. Without a matrix only a stated class is refused."""
        row = self.row(classification)
        if row is None:
            return not self.matrix and not classification
        return row.admits(place)

    def guidance(self, rule: str) -> Guidance | None:
        """What a person is told when this rule decides; None for a rule that is not of this set."""
        return self.entries.get(rule) or self._by_id.get(rule)

    def _decide(self, finding: Finding, situations: Sequence[Situation]) -> Decision:
        best: Guidance | None = self.entries.get(finding.rule)
        action = best.action if best else Action.ALLOW
        rules = self._by_kind.get(finding.kind)
        for rule in self._rules_for(finding.kind) if rules is None else rules:
            if finding.score < rule.min_score or (best is not None and rule.action <= action):
                continue
            for situation in situations:
                if holds(rule, situation):
                    spoken = strength(rule, situation)
                    if best is None or spoken > action:
                        best, action = rule, spoken
        if best is None:
            return Decision(finding, Action.BLOCK, UNCOVERED)
        return Decision(finding, action, best.id, best.basis)

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
