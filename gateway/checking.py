"""What the policy finds in one text and does with it: for the command line and for ``/v1/check``. Nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.inspection import decide, people, redact
from policies.decision import verdict
from policies.reading import Reading
from redaction.vault import Vault

if TYPE_CHECKING:
    from policies.decision import Decision
    from policies.ruleset import PolicySet
    from policies.schema import Guidance
    from policies.situation import Situation


def inspect(policy: PolicySet, where: Situation, name: Any, text: str, *, advice: bool = False) -> dict[str, Any]:
    """The answer: the findings with their actions, and the text as it would leave. Offsets are code points.

    ``advice`` adds what a person can do about each finding: ``better``, ``basis``, ``consult``.
    """
    reading = Reading(text)
    (decisions,) = decide(policy, (where,), [reading], [policy.detect(reading)])
    findings = [
        _finding(policy, d) | (_advice(policy.guidance(d.rule)) if advice else {})
        for d in sorted(decisions, key=lambda d: d.finding)
    ]
    redacted = redact(text, decisions, Vault([text], people([text], [decisions])))
    return {"id": name, "verdict": verdict(decisions).word, "findings": findings, "redacted": redacted}


def _finding(policy: PolicySet, decision: Decision) -> dict[str, Any]:
    guidance = policy.guidance(decision.rule)
    return {
        "start": decision.finding.span.start,
        "end": decision.finding.span.end,
        **_kind(decision.finding.kind),
        "rule": decision.finding.rule,
        "score": decision.finding.score,
        "action": decision.action.word,
        "message": guidance.message if guidance else "",
    }


def _kind(kind: str) -> dict[str, str]:
    """``pii.sensitive.health`` as kind ``pii.sensitive`` with the sub-kind ``health``: one label for who counts."""
    room, _, rest = kind.partition(".")
    name, _, sub = rest.partition(".")
    return {"kind": f"{room}.{name}", **({"subkind": sub} if sub else {})}


def _advice(guidance: Guidance | None) -> dict[str, str]:
    names = ("better", "basis", "consult")
    return {name: value for name in names if guidance is not None and (value := getattr(guidance, name))}
