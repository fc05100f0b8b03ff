"""What a member of staff is asked to check: from decisions to plain Japanese. Never the text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from policies.decision import Action

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
        "classification": exchange.classification or None,
        "left_out": sorted(set(exchange.left_out.values())),
        "redacted": dict(sorted(redacted.items())),
        "notices": notices(exchange),
    }


def notices(exchange: Exchange) -> list[dict[str, Any]]:
    """One notice for each rule and place; redactions are counted, not listed one by one."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for judged in exchange.judged:
        if not _told(judged, exchange.policy):
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
        "message": guidance.message if guidance else _NOBODY_DECIDES,
        "better": guidance.better if guidance else None,
        "basis": decision.basis,
        "consult": guidance.consult if guidance else None,
        "count": 0,
    }
    return {name: value for name, value in notice.items() if value is not None}


def refusal(decisions: Iterable[Decision], policy: PolicySet) -> str:
    """What a caller reads whose request was blocked."""
    reasons = _reasons((d for d in decisions if d.action is Action.BLOCK), policy)
    return f"この依頼は送信していません。{' '.join(reasons)}"


def confined(decisions: Iterable[Decision], policy: PolicySet, model: str) -> str:
    """What a caller reads whose request must stay on premises, where no deployment serves it."""
    reasons = _reasons((d for d in decisions if d.action is Action.CONFINE), policy)
    return (
        f"この依頼は庁内のモデルでしか処理できませんが、モデル「{model}」には庁内の配備がありません。"
        f"送信していません。{' '.join(reasons)}"
    )


def unclassified(policy: PolicySet, classification: str) -> str:
    """What a caller reads whose request is of a class that no deployment of the model may serve."""
    row = policy.row(classification)
    said = f"機密性{classification}" if classification else "機密性の指定がない"
    reason = row.message if row else f"{said}情報の送り先が決められていません。"
    basis = f"（根拠: {row.basis}）" if row and row.basis else ""
    consult = f"（相談先: {row.consult}）" if row and row.consult else ""
    return f"この依頼は送信していません。{reason}{basis}{consult}"


def _told(judged: Judged, policy: PolicySet) -> bool:
    """Whether a person hears of the decision: redactions are counted, and some rules only stand in the records."""
    if judged.decision.action in {Action.ALLOW, Action.REDACT}:
        return False
    return getattr(policy.guidance(judged.decision.rule), "delivery", "notice") == "notice"


def interruption(policy: PolicySet, decision: Decision) -> str:
    """What stands at the end of a reply that was ended by the policy."""
    return f"\n\n【関守】この先の表示を止めました。{' '.join(_reasons([decision], policy))}"


def footnote(exchange: Exchange, group: Hashable) -> str:
    """Notices that the policy wants below the answer, as plain text; "" where there are none."""
    sides: dict[str, dict[str, None]] = {}  # what is said of the request and of the reply is said once
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
        sides.setdefault(text, {})["依頼文" if judged.direction == "request" else "回答"] = None
    lines = [f"・{'と'.join(where)}：{text}" for text, where in sides.items()]
    return "\n\n――\n【関守から確認のお願い】\n" + "\n".join(lines) if lines else ""


def _reasons(decisions: Iterable[Decision], policy: PolicySet) -> list[str]:
    reasons: dict[str, None] = {}
    for decision in decisions:
        guidance = policy.guidance(decision.rule)
        message = guidance.message if guidance else _NOBODY_DECIDES
        reasons[message + (f"（根拠: {decision.basis}）" if decision.basis else "")] = None
    return list(reasons)
