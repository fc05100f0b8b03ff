"""Small exchanges for unit tests."""

from __future__ import annotations

from typing import Any

from gateway.directory import Caller
from gateway.endpoints.base import texts
from gateway.endpoints.chat import Chat
from gateway.exchange import Exchange
from policies.finding import Finding, Span
from policies.loader import CONTENT_KINDS
from policies.ruleset import PolicySet
from policies.schema import PolicyRule

CALLER = Caller("0101", ("01",), "p" * 32, "person", "k-1")


class Words:
    """Finds the words it is given: word → kind."""

    revision = "words-1"

    def __init__(self, **kinds: str) -> None:
        self._words = {word: f"pii.{kind}" for word, kind in kinds.items()}
        self.kinds = frozenset(self._words.values()) | CONTENT_KINDS

    def detect(self, reading: Any) -> list[Finding]:
        found = []
        for word, kind in self._words.items():
            at = reading.text.find(word)
            while at >= 0:
                found.append(Finding(Span(at, at + len(word)), kind, kind.replace(".", "/")))
                at = reading.text.find(word, at + 1)
        return found


def rule(kind: str, action: str, **more: Any) -> PolicyRule:
    base = {
        "id": f"r/{kind.replace('.', '-').replace('*', 'all').replace('_', '-')}-{action}",
        "kinds": [kind],
        "action": action,
        "message": f"{kind}の理由",
        "examples": {"match": ["a"], "no_match": ["b"]},
    }
    return PolicyRule.model_validate({**base, **more})


def policy(*rules: PolicyRule, detector: Any = None) -> PolicySet:
    found = detector or Words(山田="person", 注意="flagged", 庁内="inside", 禁止="forbidden")
    return PolicySet("rev", rules, {}, (found,))


RULES = (
    rule("pii.person", "redact", directions=["request"]),
    rule("pii.person", "allow", directions=["reply"]),
    rule("pii.flagged", "flag", footnote=True, basis="第1条", consult="法規担当", better="別の語"),
    rule("pii.inside", "confine"),
    rule("pii.forbidden", "block", basis="第9条"),
    rule("content.*", "confine"),
)


def exchange(*contents: str, judge: PolicySet | None = None, **body: Any) -> Exchange:
    full = {"model": "m", "messages": [{"role": "user", "content": text} for text in contents], **body}
    return Exchange(CALLER, Chat(), full, texts(full), judge or policy(*RULES))
