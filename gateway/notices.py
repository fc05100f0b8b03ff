"""What a member of staff is asked to check: from decisions to plain Japanese. Never the text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from policies.decision import Action
from policies.wording.entries import Wording

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from gateway.exchange import Exchange, Judged
    from policies.decision import Decision
    from policies.ruleset import PolicySet

_NOBODY_DECIDES = "規程に定めのない種類の情報が見つかったため、送信を止めました。"


def report(exchange: Exchange) -> dict[str, Any]:
    """The ``sekimori`` object of a reply: verdict, notices, counts of what was redacted."""
    redacted = Counter(
        j.decision.finding.kind
        for j in exchange.judged
        if j.direction == "request" and j.decision.action is Action.REDACT
    )
    return {
        "exchange": exchange.id,
        "policy": exchange.policy.revision,
        "verdict": exchange.verdict.word,
        "deployment": exchange.deployment.name if exchange.deployment else None,
        "zone": exchange.deployment.zone if exchange.deployment else None,
        "redacted": dict(sorted(redacted.items())),
        "notices": notices(exchange),
    }


def notices(exchange: Exchange) -> list[dict[str, Any]]:
    """One notice for each rule and place; redactions are counted, not listed one by one."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for judged in exchange.judged:
        if judged.decision.action in {Action.ALLOW, Action.REDACT}:
            continue
        key = (judged.direction, judged.where, judged.sentence, judged.decision.rule, judged.decision.finding.rule)
        notice = found.setdefault(key, _notice(judged, exchange.policy))
        notice["count"] += 1
    return list(found.values())


def _notice(judged: Judged, policy: PolicySet) -> dict[str, Any]:
    decision = judged.decision
    guidance = policy.guidance(decision.rule)
    notice = {
        "direction": judged.direction,
        "where": judged.where,
        "sentence": judged.sentence,
        "kind": decision.finding.kind,
        "rule": decision.rule,
        "action": decision.action.word,
        "level": getattr(guidance, "level", None),
        "message": guidance.message if guidance else _NOBODY_DECIDES,
        "better": guidance.better if guidance else None,
        "rewritten": True if judged.direction == "reply" and replacement(policy, decision) is not None else None,
        "basis": decision.basis,
        "consult": guidance.consult if guidance else None,
        "count": 0,
    }
    return {name: value for name, value in notice.items() if value is not None}


def replacement(policy: PolicySet, decision: Decision) -> str | None:
    """The phrase that replies get in place of what was found; None where they keep it."""
    guidance = policy.guidance(decision.rule)
    return guidance.better if isinstance(guidance, Wording) and guidance.rewrite else None


def refusal(exchange: Exchange) -> str:
    """What a caller reads whose request was blocked."""
    reasons = _reasons((j.decision for j in exchange.judged if j.decision.action is Action.BLOCK), exchange.policy)
    return f"この依頼は送信していません。{' '.join(reasons)}"


def confined(exchange: Exchange) -> str:
    """What a caller reads whose request must stay on premises, where no deployment serves it."""
    reasons = _reasons((j.decision for j in exchange.judged if j.decision.action is Action.CONFINE), exchange.policy)
    return (
        f"この依頼は庁内のモデルでしか処理できませんが、モデル「{exchange.model}」には庁内の配備がありません。"
        f"送信していません。{' '.join(reasons)}"
    )


def interruption(policy: PolicySet, decision: Decision) -> str:
    """What stands at the end of a reply that was ended by the policy."""
    return f"\n\n【関守】この先の表示を止めました。{' '.join(_reasons([decision], policy))}"


def footnote(exchange: Exchange, group: Hashable) -> str:
    """Notices that the policy wants below the answer, as plain text; "" where there are none."""
    # What is said of the request and of the reply is said once; of the reply with the numbers of the sentences.
    sides: dict[str, dict[str, set[int]]] = {}
    for judged in exchange.judged:
        guidance = exchange.policy.guidance(judged.decision.rule)
        if judged.group not in {None, group} or guidance is None or not guidance.footnote:
            continue
        if judged.decision.action is Action.ALLOW:
            continue
        more = [f"根拠: {guidance.basis}"] if guidance.basis else []
        more += [f"合議先: {guidance.consult}"] if guidance.consult else []
        more += [f"言い換え: {guidance.better}"] if guidance.better else []
        text = guidance.message + (f"（{'／'.join(more)}）" if more else "")
        side = "依頼文" if judged.direction == "request" else "回答"
        sentences = sides.setdefault(text, {}).setdefault(side, set())
        if judged.sentence is not None:
            sentences.add(judged.sentence)
    lines = [
        f"・{'と'.join(side + _positions(sentences) for side, sentences in where.items())}：{text}"
        for text, where in sides.items()
    ]
    return "\n\n――\n【関守から確認のお願い】\n" + "\n".join(lines) if lines else ""


def _positions(sentences: set[int]) -> str:
    """Which sentences of the answer are meant; the words themselves are not said again."""
    return f"（{'・'.join(map(str, sorted(sentences)))}文目）" if sentences else ""


def _reasons(decisions: Iterable[Decision], policy: PolicySet) -> list[str]:
    reasons: dict[str, None] = {}
    for decision in decisions:
        guidance = policy.guidance(decision.rule)
        message = guidance.message if guidance else _NOBODY_DECIDES
        reasons[message + (f"（根拠: {decision.basis}）" if decision.basis else "")] = None
    return list(reasons)
