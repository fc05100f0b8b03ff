"""What a member of staff is asked to check: from decisions to plain Japanese. Never the text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from policies.decision import Action
from policies.ordinance.checks import Check
from policies.wording.entries import Wording

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from gateway.exchange import Exchange, Judged
    from policies.decision import Decision
    from policies.ordinance.citations import Statutes
    from policies.ruleset import PolicySet

DOMAINS = {
    "contract": "契約",
    "expenditure": "支出・収入",
    "budget": "予算",
    "legislation": "条例・規則",
    "procedure": "行政手続",
    "appeal": "不服申立て",
    "privacy": "個人情報",
    "records": "文書・情報公開",
    "conduct": "服務・選挙",
    "public_relations": "人権・広報",
    "property": "財産",
    "ai_use": "AIの利用",
    "official_writing": "公用文",
    "citation": "法令の引用",
}
"""The fields of ordinance checks as staff read them."""

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
        key: tuple[Any, ...] = (judged.direction, judged.where, judged.sentence)
        key = (*key, judged.decision.rule, judged.decision.finding.rule)
        if isinstance(exchange.policy.guidance(judged.decision.rule), Check):
            key = (judged.decision.rule,)  # a matter is raised once, where it first stands
        notice = found.setdefault(key, _notice(judged, exchange))
        notice["count"] += 1
    return list(found.values())


def _notice(judged: Judged, exchange: Exchange) -> dict[str, Any]:
    decision = judged.decision
    guidance = exchange.policy.guidance(decision.rule)
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
        "rewritten": True
        if judged.direction == "reply" and replacement(exchange.policy, decision) is not None
        else None,
        "basis": decision.basis,
        "consult": guidance.consult if guidance else None,
        **(matter(guidance, exchange.statutes) if isinstance(guidance, Check) else {}),
        "count": 0,
    }
    return {name: value for name, value in notice.items() if value is not None}


def matter(check: Check, statutes: Statutes) -> dict[str, Any]:
    """What an ordinance check says beside its message: its field, and the articles as they stand in the statutes."""
    return {
        "domain": DOMAINS[check.domain],
        "title": check.title,
        "severity": check.severity,
        "source": check.source,
        "articles": [
            {
                "law": known.law,
                "article": known.article.name,
                "caption": known.article.caption,
                "text": known.article.excerpt,
                "link": link(known.law, known.article.key),
            }
            for known in statutes.quotes(check.basis or "", check.local)
        ]
        or None,
    }


def link(law: str, key: str) -> str:
    """The path of an article's page."""
    return f"/statutes/{quote(law, safe='')}/{key}"


def replacement(policy: PolicySet, decision: Decision) -> str | None:
    """The phrase that replies get in place of what was found; None where they keep it."""
    guidance = policy.guidance(decision.rule)
    return guidance.better if isinstance(guidance, Wording) and guidance.rewrite else None


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
    sides: dict[tuple[str, str], dict[str, set[int]]] = {}  # what is said of the request and of the reply is said once
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
        domain = ""
        if isinstance(guidance, Check):
            domain, text = DOMAINS[guidance.domain], text + _quotation(guidance, exchange.statutes)
        side = "依頼文" if judged.direction == "request" else "回答"
        sentences = sides.setdefault((domain, text), {}).setdefault(side, set())
        if judged.sentence is not None:
            sentences.add(judged.sentence)
    lines: list[str] = []
    for domain in dict.fromkeys(domain for domain, _ in sides):  # matters of one field stand together
        lines += [f"〔{domain}〕"] if domain else []
        lines += [f"・{_where(where)}：{text}" for (field, text), where in sides.items() if field == domain]
    return "\n\n――\n【関守から確認のお願い】\n" + "\n".join(lines) if lines else ""


def _where(sides: Mapping[str, set[int]]) -> str:
    """Which sentences are meant: 依頼文と回答（2・3文目）. The words themselves are not said again."""
    return "と".join(
        side + (f"（{'・'.join(map(str, sorted(sentences)))}文目）" if sentences else "")
        for side, sentences in sides.items()
    )


def _quotation(check: Check, statutes: Statutes) -> str:
    """The first article that belongs to a check, quoted: the municipality's own before the law's."""
    for known in statutes.quotes(check.basis or "", check.local):
        caption = f"（{known.article.caption}）" if known.article.caption else ""
        place = f"{known.law}{known.article.name}{caption}"
        return f"\n　{place}「{known.article.excerpt}」 {link(known.law, known.article.key)}"
    return ""


def _reasons(decisions: Iterable[Decision], policy: PolicySet) -> list[str]:
    reasons: dict[str, None] = {}
    for decision in decisions:
        guidance = policy.guidance(decision.rule)
        message = guidance.message if guidance else _NOBODY_DECIDES
        reasons[message + (f"（根拠: {decision.basis}）" if decision.basis else "")] = None
    return list(reasons)
