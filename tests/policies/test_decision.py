from policies.decision import Action, Decision, verdict
from policies.finding import Finding, Span

FOUND = Finding(Span(0, 1), "pii.person", "pii/person")


def test_actions_grow_stronger() -> None:
    assert [action.word for action in sorted(Action)] == ["allow", "flag", "redact", "confine", "block"]


def test_the_verdict_is_the_strongest_action() -> None:
    decisions = [Decision(FOUND, action, "r/1") for action in (Action.FLAG, Action.CONFINE, Action.REDACT)]
    assert verdict(decisions) is Action.CONFINE


def test_nothing_found_is_allowed() -> None:
    assert verdict([]) is Action.ALLOW
