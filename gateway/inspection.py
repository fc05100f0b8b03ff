"""The request's inspection: detect, spread, decide, change. And the one door for what goes wrong."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar

from gateway import notices
from gateway.errors import Refused, Unavailable
from gateway.worker import TooSlowError, Worker
from policies.decision import Action, Decision, verdict
from policies.finding import Finding, Span
from policies.reading import Reading
from policies.ruleset import PolicySet, edits
from policies.situation import Situation
from redaction.spread import Known
from redaction.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from gateway.exchange import Exchange
    from gateway.second_reading import SecondReading
    from policies.situation import Direction, Zone

R = TypeVar("R")


class FindingCache:
    """Findings of texts seen before, by keyed hash. Bounded; holds no text. Safe between threads.

    The hash is keyed with chance that dies with the process, so that a dump of the memory does not
    tell whether some text was seen.
    """

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._key = secrets.token_bytes(32)
        self._found: OrderedDict[bytes, tuple[Finding, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def detect(self, policy: PolicySet, reading: Reading) -> tuple[Finding, ...]:
        """What the policy's detectors find, from memory where the text was read before."""
        digest = hashlib.blake2b(reading.text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=24)
        digest.update(policy.detection_revision.encode())
        key = digest.digest()
        with self._lock:
            if (known := self._found.get(key)) is not None:
                self._found.move_to_end(key)
                return known
        found = tuple(policy.detect(reading))
        with self._lock:
            self._found[key] = found
            while len(self._found) > self._entries:
                self._found.popitem(last=False)
        return found


def situation(exchange: Exchange, direction: Direction, zone: Zone | None = None) -> Situation:
    """What a rule may look at, for one side of the exchange."""
    return Situation(
        direction=direction,
        department=exchange.caller.department,
        ancestors=exchange.caller.ancestors,
        endpoint=exchange.endpoint.path,
        model=exchange.model,
        zone=zone or exchange.zone,
    )


class Inspector:
    """Reads requests on the worker's threads. Whatever a detector raises becomes a refusal here."""

    def __init__(self, worker: Worker, cache: FindingCache, second: SecondReading | None = None) -> None:
        self._worker, self._cache, self._second = worker, cache, second

    @property
    def ready(self) -> bool:
        """Whether texts can be read at all."""
        return not self._worker.stalled

    async def inspect(self, exchange: Exchange, zones: frozenset[Zone]) -> None:
        """Decide on the request and change it in place: what leaves afterwards may leave.

        ``zones`` are those of the deployments that could serve. Raises Refused when the policy
        blocks or no zone is left, Unavailable when a detector fails or is late.
        """
        await self.guard(self._inspect, exchange, zones)

    async def guard(self, function: Callable[..., R], *args: object) -> R:
        """Run reading work on a thread: its failure is a refusal, and never text in a message."""
        work: Awaitable[R] = self._worker.run(function, *args)
        try:
            return await work
        except TooSlowError:
            raise Unavailable(
                "文面の検査が時間内に終わらなかったため、送信していません。", code="inspection_timeout"
            ) from None
        except Refused:
            raise
        except Exception:  # noqa: BLE001, the one door: a detector may raise anything
            raise Unavailable("文面の検査に失敗したため、送信していません。", code="inspection_failed") from None

    def detect(self, policy: PolicySet, reading: Reading) -> tuple[Finding, ...]:
        """Findings of one text (on a worker's thread)."""
        found = self._cache.detect(policy, reading)
        return self._second.review(reading, found) if self._second else found

    def _inspect(self, exchange: Exchange, zones: frozenset[Zone]) -> None:
        parts, policy = exchange.texts.parts, exchange.policy
        readings = [Reading(part.text) for part in parts]
        findings = [self.detect(policy, reading) for reading in readings]
        opaque = [
            (part, Finding(Span(0, 1), f"content.{part.content}", f"content/{part.content}"))
            for part in exchange.texts.opaque
        ]
        exchange.zone = "external" if "external" in zones else "on_premises"
        decisions = decide(policy, situation(exchange, "request"), readings, findings)
        of_opaque = policy.decide([f for _, f in opaque], situation(exchange, "request"))
        worst = max(verdict(of_opaque), *(verdict(d) for d in decisions), Action.ALLOW)
        if worst is Action.CONFINE and "on_premises" in zones and exchange.zone == "external":
            # What stays inside is judged as what stays inside.
            exchange.zone = "on_premises"
            decisions = decide(policy, situation(exchange, "request"), readings, findings)
            of_opaque = policy.decide([f for _, f in opaque], situation(exchange, "request"))
        for (unread, _), decision in zip(opaque, of_opaque, strict=True):
            exchange.judge("request", _path(unread.key), [decision])
        for part, decided in zip(parts, decisions, strict=True):
            exchange.judge("request", part.path, decided)
        if exchange.verdict is Action.BLOCK:
            raise Refused(notices.refusal(exchange))
        if worst is Action.CONFINE and exchange.zone == "external":
            raise Refused(notices.confined(exchange), code="no_on_premises_deployment")
        self._redact(exchange, decisions)

    def _redact(self, exchange: Exchange, decisions: Sequence[Sequence[Decision]]) -> None:
        """Replace in document order, so that a growing conversation keeps its tokens."""
        exchange.vault = Vault(part.text for part in exchange.texts.parts)
        for part, decided in zip(exchange.texts.parts, decisions, strict=True):
            part.text = redact(part.text, decided, exchange.vault)
        exchange.texts.write_back()


def decide(
    policy: PolicySet, where: Situation, readings: Sequence[Reading], findings: Sequence[Sequence[Finding]]
) -> list[tuple[Decision, ...]]:
    """Decide on every text; then look for what is redacted in one of them in all of them."""
    decisions = [policy.decide(found, where) for found in findings]
    redactions = [edits(decided) for decided in decisions]
    values = sorted(
        {
            (d.finding.kind, d.finding.rule, reading.text[d.finding.span.start : d.finding.span.end])
            for reading, wanted in zip(readings, redactions, strict=True)
            for d in wanted
        }
    )
    if not values:
        return decisions
    known = Known(values)
    return [
        (*decided, *policy.decide(known.find(reading, [d.finding.span for d in wanted]), where))
        for reading, decided, wanted in zip(readings, decisions, redactions, strict=True)
    ]


def redact(text: str, decisions: Sequence[Decision], vault: Vault) -> str:
    """The text with a token for everything that the policy redacts."""
    pieces, done = [], 0
    for decision in edits(decisions):
        span = decision.finding.span
        pieces += [text[done : span.start], vault.token(decision.finding.kind, text[span.start : span.end])]
        done = span.end
    return "".join([*pieces, text[done:]])


def _path(key: tuple[object, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in key).lstrip(".")
