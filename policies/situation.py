"""The only other thing, beside a finding, that a rule may look at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Direction = Literal["request", "reply"]
Zone = Literal["on_premises", "external"]

_JAPAN = timedelta(hours=9)
"""Ahead of UTC all year: Japan knows no summer time."""


class Place(NamedTuple):
    """What a rule may know of a deployment: where it stands, and whether its provider may train on what it receives."""

    zone: Zone = "external"
    region: str = ""
    trains_on_input: bool = False


def today() -> date:
    """The day in Japan, on which rules come into force (施行日) and end."""
    return (datetime.now(UTC) + _JAPAN).date()


@dataclass(frozen=True, slots=True)
class Situation:
    """Who asks what of which model, which way the text goes, and where it would be processed.

    ``department`` is a department code, ``ancestors`` the codes of the units above it, nearest first;
    ``key`` is the id of the caller's key. ``zone``, ``region`` and ``trains_on_input`` are those of one
    place where the text would be processed; several places are several situations (``at``).
    ``classification`` is one of ``policies.classification.CLASSES`` or "". ``reason_given``: a person
    gave a written reason for which a rule may give way (break-glass).
    """

    direction: Direction = "request"
    department: str = ""
    ancestors: tuple[str, ...] = ()
    endpoint: str = ""
    model: str = ""
    zone: Zone = "external"
    classification: str = ""
    region: str = ""
    trains_on_input: bool = False
    key: str = ""
    reason_given: bool = False
    day: date = field(default_factory=today)

    @property
    def place(self) -> Place:
        """Where the text would be processed."""
        return Place(self.zone, self.region, self.trains_on_input)

    def at(self, place: Place) -> Situation:
        """The same situation with the text processed somewhere else."""
        return replace(self, zone=place.zone, region=place.region, trains_on_input=place.trains_on_input)


def worst_zone(places: Iterable[Place]) -> Zone:
    """``external`` as soon as one of the places stands outside."""
    return "external" if any(place.zone == "external" for place in places) else "on_premises"
