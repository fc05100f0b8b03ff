"""What happens to a finding. Actions are ordered: the strongest wins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.finding import Finding


class Action(IntEnum):
    """What the policy does, from weakest to strongest.

    ``CONFINE``: only deployments inside the municipality's own premises may serve the exchange.
    """

    ALLOW = 0
    FLAG = 1
    REDACT = 2
    CONFINE = 3
    BLOCK = 4

    @property
    def word(self) -> str:
        """The word that stands in rule files, records and metrics."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Decision:
    """A finding, what happens to it, which rule decided, and on which legal basis."""

    finding: Finding
    action: Action
    rule: str
    basis: str | None = None


def verdict(decisions: Iterable[Decision]) -> Action:
    """Return the strongest action of an exchange; nothing found is ALLOW."""
    return max((d.action for d in decisions), default=Action.ALLOW)
