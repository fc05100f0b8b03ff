"""The only other thing, beside a finding, that a rule may look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["request", "reply"]
Zone = Literal["on_premises", "external"]


@dataclass(frozen=True, slots=True)
class Situation:
    """Who asks what of which model, which way the text goes, and where it would be processed.

    ``department`` is a department code, ``ancestors`` the codes of the units above it, nearest
    first. ``zone`` is where the deployments that may serve stand: ``external`` as soon as one
    of them stands outside, so that one decision covers every fallback.
    """

    direction: Direction = "request"
    department: str = ""
    ancestors: tuple[str, ...] = ()
    endpoint: str = ""
    model: str = ""
    zone: Zone = "external"
    classification: str = ""
