"""A trial as a page shows it: the text in pieces, each with what was decided about it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.language import mark
from policies.decision import Action

if TYPE_CHECKING:
    from gateway.policy.trial import Trial
    from policies.decision import Decision
    from policies.ruleset import PolicySet

WORDS = {
    Action.ALLOW: mark("そのまま送る"),
    Action.FLAG: mark("注意を伝えて送る"),
    Action.REDACT: mark("置き換えて送る"),
    Action.CONFINE: mark("庁内のモデルだけ"),
    Action.BLOCK: mark("送らない"),
}

_CONDITIONS = {
    "directions": mark("向き（依頼・回答）"), "departments": mark("部署"), "keys": mark("キー"), "endpoints": mark("接続口"), "models": mark("モデル"),
    "zones": mark("庁内・庁外"), "regions": mark("地域"), "classifications": mark("機密性"), "trains_on_input": mark("学習の有無"),
    "valid_from": mark("施行前"), "valid_until": mark("期限切れ"), "min_score": mark("確からしさ"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; ``numbers`` are those of the decisions that cover it, ``action`` the strongest of them."""

    text: str
    action: str = ""
    numbers: tuple[int, ...] = ()


def view(trial: Trial, text: str, policy: PolicySet) -> dict[str, Any]:
    """The values that ``outcome.html`` needs."""
    return {
        "verdict": trial.verdict.word,
        "verdict_word": WORDS[trial.verdict],
        "classification": trial.classification,
        "pieces": pieces(text, trial.decisions),
        "decisions": [_decision(n, d, trial, text, policy) for n, d in enumerate(trial.decisions, 1)],
        "outgoing": trial.outgoing,
        "refusal": trial.refusal,
        "places": list(trial.route.places),
        "left_out": list(trial.route.left_out.items()),
    }


def pieces(text: str, decisions: tuple[Decision, ...]) -> list[Piece]:
    """The text cut wherever a decision begins or ends."""
    cuts = sorted({0, len(text), *(edge for d in decisions for edge in (d.finding.span.start, d.finding.span.end))})
    made = []
    for start, end in itertools.pairwise(cuts):
        over = [
            (n, d) for n, d in enumerate(decisions, 1) if d.finding.span.start <= start and end <= d.finding.span.end
        ]
        action = max((d.action for _, d in over), default=Action.ALLOW)
        made.append(Piece(text[start:end], action.word if over else "", tuple(n for n, _ in over)))
    return made


def _decision(number: int, decision: Decision, trial: Trial, text: str, policy: PolicySet) -> dict[str, Any]:
    guidance = policy.guidance(decision.rule)
    span = decision.finding.span
    return {
        "number": number,
        "text": text[span.start : span.end],
        "sentence": sentence(text, span.start, span.end),
        "kind": decision.finding.kind,
        "rule": decision.rule,
        "action": decision.action.word,
        "action_word": WORDS[decision.action],
        "message": guidance.message if guidance else "規程に定めのない種類の情報です。",
        "better": guidance.better if guidance else None,
        "basis": decision.basis,
        "consult": guidance.consult if guidance else None,
        "report": None,
        "voices": [
            {
                "rule": voice.rule,
                "action_word": WORDS[voice.action],
                "decided": voice.decided,
                "unmet": [_CONDITIONS.get(name, name) for name in voice.unmet],
            }
            for voice in trial.voices[number - 1]
        ],
    }


def sentence(text: str, start: int, end: int) -> str:
    """The sentence or line around a place."""
    begin = max(text.rfind(mark, 0, start) for mark in "。\n！？") + 1
    ends = [at for mark in "。\n！？" if (at := text.find(mark, end)) >= 0]
    return text[begin : min(ends) + 1 if ends else len(text)].strip()
