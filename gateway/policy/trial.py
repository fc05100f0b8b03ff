"""What would happen to a text, and why: for the try page, the command line and the policy's tests. Nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gateway import notices
from gateway.inspection import decide, people, redact
from policies.classification import marked, strictest
from policies.decision import Action, verdict
from policies.finding import Finding, Span
from policies.reading import Reading
from policies.routing import Route, route
from redaction.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.decision import Decision
    from policies.ruleset import PolicySet, Voice
    from policies.situation import Place, Situation


@dataclass(frozen=True, slots=True)
class Trial:
    """The outcome for one text. ``outgoing`` is exactly what would leave; None where nothing would.

    ``decisions`` are in the order of the text; ``voices`` says for each what every rule had to say.
    ``rules`` are the ids of those that decided. ``refusal`` is what the caller would read.
    """

    verdict: Action
    classification: str
    decisions: tuple[Decision, ...]
    voices: tuple[tuple[Voice, ...], ...]
    rules: tuple[str, ...]
    route: Route
    outgoing: str | None
    refusal: str | None


def try_text(policy: PolicySet, text: str, where: Situation, places: Sequence[Place] = ()) -> Trial:
    """Judge a text as a request (or, by ``where.direction``, a reply) would be.

    ``places`` are those that could serve; without any, the one of ``where``.
    """
    reading = Reading(text)
    return _judged(policy, reading, policy.detect(reading), _marked(policy, text, where), places or (where.place,))


def try_content(policy: PolicySet, content: str, where: Situation, places: Sequence[Place] = ()) -> Trial:
    """The same for a part that nobody can read: ``image``, ``audio`` or ``file``."""
    finding = Finding(Span(0, 1), f"content.{content}", f"content/{content}")
    return _judged(policy, Reading("\N{OBJECT REPLACEMENT CHARACTER}"), [finding], where, places or (where.place,))


def _marked(policy: PolicySet, text: str, where: Situation) -> Situation:
    if not policy.matrix:
        return where
    return replace(where, classification=strictest((where.classification, marked(text))))


def _judged(
    policy: PolicySet, reading: Reading, findings: Sequence[Finding], where: Situation, places: Sequence[Place]
) -> Trial:
    routed = route(policy, findings, where, places)
    here = tuple(where.at(place) for place in routed.judged or places)
    (decided,) = decide(policy, here, [reading], [findings])
    decisions = tuple(sorted(decided, key=lambda d: d.finding))
    rules = {decision.rule for decision in decisions}
    strongest, refusal = verdict(decisions), None
    if where.direction == "request":
        if not routed.admitted:
            strongest, refusal = Action.BLOCK, notices.unclassified(policy, where.classification)
            rules = {*rules, *routed.left_out.values()}
        elif strongest is Action.BLOCK:
            refusal = notices.refusal(decisions, policy)
        elif not routed.places:
            refusal = notices.confined(decisions, policy, where.model)
    return Trial(
        strongest,
        where.classification,
        decisions,
        tuple(policy.explain(decision.finding, *here) for decision in decisions),
        tuple(sorted(rules)),
        routed,
        None
        if refusal
        else redact(reading.text, decisions, Vault([reading.text], people([reading.text], [decisions]))),
        refusal,
    )
