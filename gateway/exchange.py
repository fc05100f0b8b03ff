"""One exchange: opened at the door, closed at the door. The one object that flows.

Its life, in order: opened → inspected → recorded → sent → rewritten → closed. It holds the texts
and the vault while it lives; what is recorded of it holds neither.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from policies.decision import Action, Decision, verdict
from policies.ordinance.citations import Statutes
from policies.situation import Place, worst_zone

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from gateway.directory import Caller
    from gateway.endpoints.base import Message, Texts
    from gateway.endpoints.door import Endpoint
    from policies.ruleset import PolicySet
    from policies.situation import Direction, Zone
    from redaction.vault import Vault


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision and where in the exchange it was taken. Holds no text."""

    direction: Direction
    where: str
    decision: Decision
    sentence: int | None = None
    group: Hashable = None


@dataclass(slots=True)
class Exchange:
    """A request on its way and the reply on its way back.

    ``places`` may serve; ``left_out`` are those that may not, each with the rule or matrix row that says so.
    ``classification`` is the class that the caller or the key states, then the strictest of it and the marks in
    the text. ``reason`` is what a person wrote for a rule to give way (break-glass), with what the policy would
    redact masked once the request was inspected; ``gave_way`` are the rules that did. ``labels`` are its purpose and tool, for
    counting.
    """

    caller: Caller
    endpoint: Endpoint
    body: Message = field(repr=False)
    texts: Texts = field(repr=False)
    policy: PolicySet = field(repr=False)
    classification: str = ""
    reason: str | None = field(default=None, repr=False)
    vault: Vault | None = field(default=None, repr=False)
    places: tuple[Place, ...] = (Place(),)
    left_out: Mapping[Place, str] = field(default_factory=dict)
    gave_way: tuple[str, ...] = ()
    judged: list[Judged] = field(default_factory=list)
    deployment: Any = None
    usage: tuple[int, int] | None = None
    first_token_ms: float | None = None
    statutes: Statutes = field(default_factory=Statutes, repr=False)
    labels: tuple[str, str] | None = None
    id: str = field(default_factory=lambda: new_id())  # noqa: PLW0108, defined below
    opened_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _begun: float = field(default_factory=time.perf_counter)

    @property
    def model(self) -> str:
        """The model alias that the caller named."""
        return str(self.body.get("model", ""))

    @property
    def zone(self) -> Zone:
        """``external`` as soon as one of the places that may serve stands outside."""
        return worst_zone(self.places)

    @property
    def streamed(self) -> bool:
        """Whether the caller asked for a stream; only the record and the door look at it."""
        return bool(self.body.get("stream"))

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the exchange was opened."""
        return (time.perf_counter() - self._begun) * 1000

    @property
    def verdict(self) -> Action:
        """The strongest action so far."""
        return verdict(judged.decision for judged in self.judged)

    def counts(self) -> dict[str, dict[str, int]]:
        """Findings by kind and action, as they are recorded."""
        counted = Counter((j.decision.finding.kind, j.decision.action.word) for j in self.judged)
        counts: dict[str, dict[str, int]] = {}
        for (kind, action), number in sorted(counted.items()):
            counts.setdefault(kind, {})[action] = number
        return counts

    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that decided, sorted, each once."""
        return tuple(sorted({judged.decision.rule for judged in self.judged}))

    def judge(self, direction: Direction, where: str, decisions: Sequence[Decision]) -> None:
        """Note decisions about a text of the request."""
        self.judged.extend(Judged(direction, where, decision) for decision in decisions)


def new_id() -> str:
    """An id that sorts by time: 48 bits of milliseconds, 80 of chance (as in a ULID), in hex."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
