"""Test files of a policy: texts in situations, what is expected of them, and which rules no case touches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from gateway.policy.trial import Trial, try_content, try_text
from policies.classification import Classification
from policies.document import Document, DocumentError, Fault, load
from policies.schema import ActionWord, ContentExample, RuleId, Strict, Text
from policies.situation import Direction, Situation, Zone, today

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from policies.ruleset import PolicySet


class CaseSituation(Strict):
    """Who asks, of which model, where. What is left out is as in ``policies try`` without arguments."""

    direction: Direction = Field(default="request", description="`request` or `reply`.")
    department: str = Field(default="", description="Department code.")
    ancestors: tuple[Text, ...] = Field(default=(), description="Codes of the units above it, nearest first.")
    key: str = Field(default="", description="Id of the key.")
    endpoint: str = Field(default="chat/completions", description="Path below `/v1/`.")
    model: str = Field(default="", description="Model alias.")
    zone: Zone = Field(default="external", description="Where it would be processed.")
    region: str = Field(default="", description="Region of the deployment.")
    trains_on_input: bool = Field(default=False, description="Whether its provider may train on what it receives.")
    classification: Classification | Literal[""] = Field(default="", description="Class that the caller states.")
    reason_given: bool = Field(default=False, description="Whether a written reason is given.")
    day: date | None = Field(default=None, description="Day in Japan; today if left out.")

    def situation(self) -> Situation:
        """As the policy sees it."""
        return Situation(**{**self.model_dump(), "day": self.day or today()})


class Expectation(Strict):
    """What must come out. At least one of these is needed."""

    verdict: ActionWord | None = Field(default=None, description="The strongest action.")
    rules: tuple[RuleId, ...] = Field(default=(), description="Rules that must decide about something.")
    not_rules: tuple[RuleId, ...] = Field(default=(), description="Rules that must not.")
    outgoing: str | None = Field(default=None, description="The text exactly as it would leave.")

    @model_validator(mode="after")
    def _something(self) -> Expectation:
        if self.verdict is None and self.outgoing is None and not self.rules and not self.not_rules:
            raise ValueError("a case expects something: verdict, rules, not_rules or outgoing")
        return self

    def faults(self, trial: Trial) -> Iterator[tuple[str, str]]:
        """Each expectation that is not met, by its key."""
        if self.verdict is not None and trial.verdict is not self.verdict:
            yield "verdict", f"the verdict is {trial.verdict.word}, by {', '.join(trial.rules) or 'no rule'}"
        if missing := [rule for rule in self.rules if rule not in trial.rules]:
            yield "rules", f"{', '.join(missing)} did not decide; {', '.join(trial.rules) or 'no rule'} did"
        if present := [rule for rule in self.not_rules if rule in trial.rules]:
            yield "not_rules", f"{', '.join(present)} decided"
        if self.outgoing is not None and trial.outgoing != self.outgoing:
            left = "nothing" if trial.outgoing is None else f"「{trial.outgoing}」"
            yield "outgoing", f"{left} would leave"


class Case(Strict):
    """One text (or unreadable part), its situation, and what is expected."""

    name: Text = Field(description="What the case shows.")
    text: Text | ContentExample = Field(description="The text, or `content: image`, `audio`, `file`.")
    situation: CaseSituation = Field(default=CaseSituation(), description="Who asks, of which model, where.")
    expect: Expectation = Field(description="What must come out.")

    def run(self, policy: PolicySet) -> Trial:
        """Try the text."""
        where = self.situation.situation()
        if isinstance(self.text, ContentExample):
            return try_content(policy, self.text.content, where)
        return try_text(policy, self.text, where)


class CaseFile(Strict):
    """A test file."""

    version: Literal[1] = Field(description="Format of the file; always 1.")
    cases: tuple[Case, ...] = Field(min_length=1, description="The cases.")


@dataclass(frozen=True)
class Report:
    """How a run went: cases that ran, faults with their lines, rules that some case touched and those that none did."""

    cases: int
    faults: tuple[Fault, ...]
    touched: frozenset[str] = field(default_factory=frozenset)
    untouched: tuple[str, ...] = ()


def read_cases(paths: Iterable[Path]) -> list[Document[CaseFile]]:
    """Test files, or all ``*.yaml`` of folders. Raises DocumentError with every fault of every file."""
    files = [file for path in paths for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    documents: list[Document[CaseFile]] = []
    faults: list[Fault] = []
    for file in files:
        try:
            documents.append(load(file, CaseFile))
        except DocumentError as error:
            faults += error.faults
    if faults:
        raise DocumentError(faults)
    return documents


def run_cases(policy: PolicySet, documents: Iterable[Document[CaseFile]]) -> Report:
    """Run every case against a policy."""
    faults: list[Fault] = []
    touched, cases = set[str](), 0
    for document in documents:
        for n, case in enumerate(document.model.cases):
            trial = case.run(policy)
            cases += 1
            touched.update(trial.rules)
            if case.situation.direction == "request" and (row := policy.row(trial.classification)):
                touched.add(row.id)
            for key, message in case.expect.faults(trial):
                faults.append(document.fault(("cases", n, "expect", key), f"{case.name}: {message}"))
    known = [rule.id for rule in policy.rules] + [row.id for row in policy.matrix.values()] + list(policy.entries)
    return Report(cases, tuple(faults), frozenset(touched), tuple(name for name in known if name not in touched))
