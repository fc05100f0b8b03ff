"""Laws of the judge: nothing that any rule wants hidden stays, and more findings never weaken a verdict."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from policies.decision import Action, Decision, verdict
from policies.finding import Finding, Span
from policies.ruleset import PolicySet, edits
from policies.schema import PolicyRule
from policies.situation import Situation

findings = st.builds(
    lambda start, length, kind, score: Finding(Span(start, start + length), kind, f"x/{kind[-1]}", score),
    st.integers(0, 30),
    st.integers(1, 10),
    st.sampled_from(["pii.a", "pii.b", "wording.c"]),
    st.floats(0, 1),
)
decisions = st.builds(lambda f, a: Decision(f, a, "r/1"), findings, st.sampled_from(Action))
rules = st.lists(
    st.builds(
        lambda kind, action, score: PolicyRule.model_validate(
            {
                "id": "r/1",
                "kinds": [kind],
                "action": action.word,
                "min_score": score,
                "message": "x",
                "examples": {"match": ["a"], "no_match": ["b"]},
            }
        ),
        st.sampled_from(["pii.*", "pii.a", "wording.*", "*"]),
        st.sampled_from(Action),
        st.floats(0, 1),
    ),
    max_size=5,
)


@given(st.lists(decisions, max_size=12))
def test_no_two_edits_overlap_and_together_they_cover_every_redaction(given: list[Decision]) -> None:
    out = edits(given)
    spans = [decision.finding.span for decision in out]
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    covered = {n for span in spans for n in range(span.start, span.end)}
    wanted = {n for d in given if d.action is Action.REDACT for n in range(d.finding.span.start, d.finding.span.end)}
    assert covered == wanted


@given(rules, st.lists(findings, max_size=6), st.lists(findings, max_size=6))
def test_more_findings_never_weaken_a_verdict(of: list[PolicyRule], some: list[Finding], more: list[Finding]) -> None:
    policy = PolicySet("1", tuple(of), {}, ())
    where = Situation()
    assert verdict(policy.decide([*some, *more], where)) >= verdict(policy.decide(some, where))


@given(rules, st.lists(findings, max_size=6))
def test_more_rules_never_weaken_a_covered_finding(of: list[PolicyRule], some: list[Finding]) -> None:
    where = Situation()
    for finding in some:
        (before,) = PolicySet("1", tuple(of), {}, ()).decide([finding], where)
        allow = PolicyRule.model_validate(
            {
                "id": "r/allow",
                "kinds": ["*"],
                "action": "allow",
                "message": "x",
                "examples": {"match": ["a"], "no_match": ["b"]},
            }
        )
        (after,) = PolicySet("1", (*of, allow), {}, ()).decide([finding], where)
        if before.rule != "policy/uncovered":
            assert after.action == before.action
