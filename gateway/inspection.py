"""The request's inspection: detect, spread, decide, change. And the one door for what goes wrong."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from gateway import notices
from gateway.errors import ApiError, Refused, Unavailable
from gateway.filters import mask
from gateway.language import mark
from gateway.worker import TooSlowError, Worker
from policies.classification import marked, strictest
from policies.decision import Action, Decision
from policies.finding import Finding, Span
from policies.reading import Reading
from policies.routing import route
from policies.ruleset import Part, PolicySet, edits
from policies.situation import Situation
from redaction.same_person import Mention, same_people
from redaction.spread import Memory, spread
from redaction.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from gateway.exchange import Exchange
    from gateway.second_reading import SecondReading
    from policies.situation import Direction, Place

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
        self.places = Memory(entries)
        """Where values of earlier requests stand, under the same bound."""

    def detect(self, policy: PolicySet, reading: Reading, part: Part = "all") -> tuple[Finding, ...]:
        """What the policy's detectors find, from memory where the text was read before."""
        digest = hashlib.blake2b(reading.text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=24)
        digest.update(f"{part} {policy.detection_revision}".encode())
        key = digest.digest()
        with self._lock:
            if (known := self._found.get(key)) is not None:
                self._found.move_to_end(key)
                return known
        found = tuple(policy.detect(reading, part))
        with self._lock:
            self._found[key] = found
            while len(self._found) > self._entries:
                self._found.popitem(last=False)
        return found


def situation(exchange: Exchange, direction: Direction) -> Situation:
    """What a rule may look at, for one side of the exchange, at the first place that may serve."""
    place = exchange.places[0]
    return Situation(
        direction=direction,
        department=exchange.caller.department,
        ancestors=exchange.caller.ancestors,
        endpoint=exchange.endpoint.path,
        model=exchange.model,
        zone=place.zone,
        region=place.region,
        trains_on_input=place.trains_on_input,
        classification=exchange.classification,
        key=exchange.caller.key_id,
        reason_given=exchange.reason is not None,
    )


def situations(exchange: Exchange, direction: Direction) -> tuple[Situation, ...]:
    """The situation at each place that may serve: one decision covers every fallback."""
    first = situation(exchange, direction)
    return (first, *(first.at(place) for place in exchange.places[1:]))


class Inspector:
    """Reads requests on the worker's threads. Whatever a detector raises becomes a refusal here."""

    def __init__(self, worker: Worker, cache: FindingCache, second: SecondReading | None = None) -> None:
        self._worker, self._cache, self._second = worker, cache, second

    @property
    def ready(self) -> bool:
        """Whether texts can be read at all."""
        return not self._worker.stalled

    async def inspect(self, exchange: Exchange, places: Sequence[Place]) -> None:
        """Decide on the request and change it in place: what leaves afterwards may leave.

        ``places`` are those of the deployments that could serve, best first; ``exchange.places`` those that
        may. Raises Refused when the policy blocks or no place is left, Unavailable when a detector fails or
        is late.
        """
        await self.guard(self._inspect, exchange, places)

    async def guard(self, function: Callable[..., R], *args: object) -> R:
        """Run reading work on a thread: its failure is a refusal, and never text in a message."""
        work: Awaitable[R] = self._worker.run(function, *args)
        try:
            return await work
        except TooSlowError:
            raise Unavailable(
                mark("文面の検査が時間内に終わらなかったため、送信していません。"), code="inspection_timeout"
            ) from None
        except ApiError:  # ours: a refusal, or a file that cannot be read
            raise
        except Exception:  # noqa: BLE001, the one door: a detector may raise anything
            raise Unavailable(mark("文面の検査に失敗したため、送信していません。"), code="inspection_failed") from None

    def detect(self, policy: PolicySet, reading: Reading, part: Part = "all") -> tuple[Finding, ...]:
        """Findings of one text (on a worker's thread)."""
        found = self._cache.detect(policy, reading, part)
        return self._second.review(reading, found, policy.guidance) if self._second else found

    def _inspect(self, exchange: Exchange, places: Sequence[Place]) -> None:
        parts, policy = exchange.texts.parts, exchange.policy
        readings = [Reading(part.text) for part in parts]
        findings = [self.detect(policy, reading) for reading in readings]
        opaque = [
            (part, Finding(Span(0, 1), f"content.{part.content}", f"content/{part.content}"))
            for part in exchange.texts.opaque
        ]
        exchange.classification = strictest(
            (exchange.classification, *(marked(part.text) for part in parts if policy.matrix))
        )
        everything = [finding for found in findings for finding in found] + [finding for _, finding in opaque]
        routed = route(policy, everything, situation(exchange, "request"), places)
        exchange.left_out = routed.left_out
        if not routed.admitted:
            raise Refused(notices.unclassified(policy, exchange.classification), code="classification_not_allowed")
        exchange.places = routed.judged
        where = situations(exchange, "request")
        decisions = decide(policy, where, readings, findings, self._cache.places)
        if exchange.reason is not None:
            exchange.gave_way = tuple(sorted({*_gave_way(policy, everything, where), *routed.gave_way}))
            exchange.reason = self._masked(policy, exchange.reason, where)
        for unread, finding in opaque:
            exchange.judge("request", _path(unread.key), policy.decide([finding], *where))
        for part, decided in zip(parts, decisions, strict=True):
            exchange.judge("request", part.path, decided)
        if exchange.verdict is Action.BLOCK:
            raise Refused(notices.refusal((j.decision for j in exchange.judged), policy))
        if exchange.verdict is Action.CONFINE and exchange.zone == "external":
            raise Refused(
                notices.confined((j.decision for j in exchange.judged), policy, exchange.model),
                code="no_on_premises_deployment",
            )
        self._redact(exchange, decisions)

    def _masked(self, policy: PolicySet, text: str, where: Sequence[Situation]) -> str:
        """A text for the audit chain: what the policy would not send as it is stands there as ●."""
        decisions = policy.decide(self.detect(policy, Reading(text)), *(replace(s, reason_given=False) for s in where))
        hidden = [replace(d, action=Action.REDACT) for d in decisions if d.action >= Action.REDACT]
        return mask(text, hidden)

    def _redact(self, exchange: Exchange, decisions: Sequence[Sequence[Decision]]) -> None:
        """Replace in document order, so that a growing conversation keeps its tokens."""
        if exchange.vault is None:
            texts = [part.text for part in exchange.texts.parts]
            exchange.vault = Vault(texts, people(texts, decisions))
        for part, decided in zip(exchange.texts.parts, decisions, strict=True):
            part.text = redact(part.text, decided, exchange.vault)
        exchange.texts.write_back()


def _gave_way(policy: PolicySet, findings: Sequence[Finding], where: Sequence[Situation]) -> set[str]:
    """The rules that would have decided but for the written reason."""
    without = policy.decide(findings, *(replace(situation, reason_given=False) for situation in where))
    return {held.rule for held, given in zip(without, policy.decide(findings, *where), strict=True) if held != given}


def decide(
    policy: PolicySet,
    where: Sequence[Situation],
    readings: Sequence[Reading],
    findings: Sequence[Sequence[Finding]],
    memory: Memory | None = None,
) -> list[tuple[Decision, ...]]:
    """Decide on every text; then look for what is redacted in one of them in all of them.

    ``memory`` knows where values of earlier requests stand in texts that were read before.
    """
    decisions = [policy.decide(found, *where) for found in findings]
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
    more = spread(values, readings, [[d.finding.span for d in wanted] for wanted in redactions], memory)
    return [(*decided, *policy.decide(found, *where)) for decided, found in zip(decisions, more, strict=True)]


def people(texts: Sequence[str], decisions: Sequence[Sequence[Decision]]) -> dict[str, str]:
    """Spellings that surely name one person of the request, by the full name that they share a number with."""
    return same_people(
        Mention(text, decision.finding.span.start, decision.finding.span.end)
        for text, decided in zip(texts, decisions, strict=True)
        for decision in edits(decided)
        if decision.finding.kind == "pii.person"
    )


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
