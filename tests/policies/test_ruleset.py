"""The strongest action wins; conditions hold for units below; nothing is left undecided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policies.decision import Action, Decision
from policies.finding import Finding, Span
from policies.reading import Reading
from policies.ruleset import UNCOVERED, PolicySet, covers, edits, holds
from policies.schema import PolicyRule
from policies.situation import Situation

HERE = Situation(
    department="0102", ancestors=("01",), endpoint="chat/completions", model="m", key="k-1", region="japaneast",
    day=date(2027, 4, 1),
)  # fmt: skip


def rule(**change: Any) -> PolicyRule:
    base = {
        "id": "r/1",
        "kinds": ["pii.*"],
        "action": "flag",
        "message": "理由",
        "examples": {"match": ["a"], "no_match": ["b"]},
    }
    return PolicyRule.model_validate({**base, **change})


def found(kind: str = "pii.person", score: float = 1.0, start: int = 0, end: int = 1) -> Finding:
    return Finding(Span(start, end), kind, "pii/person", score)


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ({}, True),
        ({"directions": ["reply"]}, False),
        ({"departments": ["0102"]}, True),
        ({"departments": ["01"]}, True),
        ({"departments": ["0103"]}, False),
        ({"endpoints": ["chat/completions"]}, True),
        ({"endpoints": ["embeddings"]}, False),
        ({"models": ["m", "n"]}, True),
        ({"models": ["n"]}, False),
        ({"zones": ["external"]}, True),
        ({"zones": ["on_premises"]}, False),
        ({"classifications": ["3A"]}, False),
        ({"keys": ["k-1", "k-2"]}, True),
        ({"keys": ["k-2"]}, False),
        ({"regions": ["japaneast"]}, True),
        ({"regions": ["eastus"]}, False),
        ({"trains_on_input": False}, True),
        ({"trains_on_input": True}, False),
        ({"valid_from": "2027-04-01"}, True),
        ({"valid_from": "2027-04-02"}, False),
        ({"valid_until": "2027-04-01"}, True),
        ({"valid_until": "2027-03-31"}, False),
        ({"departments": ["01"], "models": ["n"]}, False),
    ],
)
def test_conditions(condition: dict[str, Any], wanted: bool) -> None:  # noqa: FBT001
    assert holds(rule(**condition), HERE) is wanted


@pytest.mark.parametrize(
    ("kinds", "score", "wanted"),
    [
        (["pii.*"], 1.0, True),
        (["pii.person"], 1.0, True),
        (["pii.per*"], 1.0, True),
        (["pii.phone"], 1.0, False),
        (["*"], 0.4, False),
    ],
)
def test_kinds_and_scores(kinds: list[str], score: float, wanted: bool) -> None:  # noqa: FBT001
    assert covers(rule(kinds=kinds, min_score=0.5), found(score=score)) is wanted


def decide(finding: Finding, *rules: PolicyRule, **entries: Any) -> Decision:
    (decision,) = PolicySet("1", rules, entries, ()).decide([finding], HERE)
    return decision


def test_the_strongest_action_wins_wherever_it_stands() -> None:
    weak, strong = rule(id="r/weak"), rule(id="r/strong", action="block", basis="第1条")
    for order in ((weak, strong), (strong, weak)):
        decision = decide(found(), *order)
        assert (decision.action, decision.rule, decision.basis) == (Action.BLOCK, "r/strong", "第1条")


def test_between_equals_the_first_speaks() -> None:
    assert decide(found(), rule(id="r/a"), rule(id="r/b")).rule == "r/a"


def test_an_entry_speaks_for_itself_and_a_stronger_rule_over_it() -> None:
    entry = rule(id="pii/person", action="flag")
    assert decide(found(), **{"pii/person": entry}).rule == "pii/person"
    assert decide(found(), rule(id="r/x", action="redact"), **{"pii/person": entry}).rule == "r/x"


def test_what_nobody_covers_is_blocked() -> None:
    decision = decide(found("new.kind"), rule())
    assert (decision.action, decision.rule) == (Action.BLOCK, UNCOVERED)


def test_guidance_of_rules_and_entries() -> None:
    policy = PolicySet("1", (rule(id="r/a"),), {"w/1": rule(id="w/1")}, ())
    assert [policy.guidance(name) and policy.guidance(name).id for name in ("r/a", "w/1", "x/y")] == [
        "r/a",
        "w/1",
        None,
    ]  # type: ignore[union-attr]


def test_more_rules_of_a_situation() -> None:
    inside = replace(HERE, zone="on_premises")
    policy = PolicySet("1", (rule(id="r/out", action="block", zones=["external"]), rule(id="r/any")), {}, ())
    assert policy.decide([found()], HERE)[0].action is Action.BLOCK
    assert policy.decide([found()], inside)[0].action is Action.FLAG


def test_one_situation_in_which_a_rule_holds_is_enough() -> None:
    inside = replace(HERE, zone="on_premises")
    policy = PolicySet("1", (rule(id="r/out", action="block", zones=["external"]), rule(id="r/any")), {}, ())
    assert policy.decide([found()], inside, HERE)[0].rule == "r/out"
    assert policy.decide([found()], inside)[0].rule == "r/any"


def test_a_rule_gives_way_to_a_reason_only_where_it_says_so() -> None:
    glass, hard = rule(id="r/glass", action="confine", break_glass=True), rule(id="r/hard", action="redact")
    reasoned = replace(HERE, reason_given=True)
    policy = PolicySet("1", (glass, hard), {}, ())
    assert policy.decide([found()], HERE)[0].action is Action.CONFINE
    assert (policy.decide([found()], reasoned)[0].action, policy.decide([found()], reasoned)[0].rule) == (
        Action.REDACT,
        "r/hard",
    )
    assert PolicySet("1", (glass,), {}, ()).decide([found()], reasoned)[0].action is Action.FLAG


def test_an_explanation_names_who_decided_who_lost_and_who_did_not_speak() -> None:
    rules = (
        rule(id="r/flag"),
        rule(id="r/block", action="block"),
        rule(id="r/later", action="block", valid_from="2030-01-01", models=["other"]),
        rule(id="r/sure", action="block", min_score=0.9),
        rule(id="r/unrelated", kinds=["wording.*"]),
    )
    policy = PolicySet("1", rules, {"pii/person": rule(id="pii/person", action="redact")}, ())
    voices = policy.explain(found(score=0.5), HERE)
    assert [(v.rule, v.decided, v.unmet) for v in voices] == [
        ("r/block", True, ()),
        ("pii/person", False, ()),
        ("r/flag", False, ()),
        ("r/later", False, ("models", "valid_from")),
        ("r/sure", False, ("min_score",)),
    ]


def test_what_nobody_covers_is_explained_too() -> None:
    (voice,) = PolicySet("1", (), {}, ()).explain(found(), HERE)
    assert (voice.rule, voice.action, voice.decided) == (UNCOVERED, Action.BLOCK, True)


def redaction(start: int, end: int, kind: str, action: Action = Action.REDACT) -> Decision:
    return Decision(found(kind, start=start, end=end), action, f"r/{kind}")


def test_overlapping_redactions_become_their_union_named_after_the_longest() -> None:
    merged = edits([redaction(4, 6, "b"), redaction(0, 5, "a"), redaction(8, 9, "c")])
    assert [(d.finding.span, d.finding.kind) for d in merged] == [(Span(0, 6), "a"), (Span(8, 9), "c")]


def test_only_redactions_are_edits() -> None:
    assert edits([redaction(0, 1, "a", action) for action in Action if action is not Action.REDACT]) == ()


def test_neighbours_stay_apart() -> None:
    assert len(edits([redaction(0, 2, "a"), redaction(2, 4, "b")])) == 2


def test_detectors_that_read_the_whole_are_asked_apart() -> None:
    class Half:
        kinds = frozenset({"a.b"})
        revision = "1"

        def __init__(self, name: str, *, reads_whole: bool) -> None:
            self.name, self.reads_whole = name, reads_whole

        def detect(self, reading: object) -> list[Finding]:
            del reading
            return [Finding(Span(0, 1), "a.b", self.name)]

    one = PolicySet("r", (), {}, (Half("a/sentence", reads_whole=False), Half("a/whole", reads_whole=True)))
    reading = Reading("x")
    assert [f.rule for f in one.detect(reading)] == ["a/sentence", "a/whole"]
    assert [f.rule for f in one.detect(reading, "sentence")] == ["a/sentence"]
    assert [f.rule for f in one.detect(reading, "whole")] == ["a/whole"]
