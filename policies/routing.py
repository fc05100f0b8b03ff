"""Which places may serve: the matrix of classes, and what the rules say of each place. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.classification import UNSTATED
from policies.decision import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policies.finding import Finding
    from policies.ruleset import PolicySet
    from policies.situation import Place, Situation


@dataclass(frozen=True, slots=True)
class Route:
    """``places`` may serve, in the order given; each of ``left_out`` may not, by the rule or matrix row named.

    ``judged`` are the places that the decisions speak of: those that may serve, or, where none may,
    those that the matrix admits. ``gave_way`` is the matrix row that admitted some for a written reason.
    """

    places: tuple[Place, ...]
    left_out: Mapping[Place, str]
    judged: tuple[Place, ...]
    gave_way: tuple[str, ...] = ()

    @property
    def admitted(self) -> bool:
        """Whether the matrix lets any place serve material of this class."""
        return bool(self.judged)


def route(policy: PolicySet, findings: Iterable[Finding], where: Situation, places: Sequence[Place]) -> Route:
    """Leave out the places that must not see these findings.

    The matrix goes first (default deny). Then a place is left out where a rule blocks because of it,
    or where something is confined and the place stands outside.
    """
    found = tuple(findings)
    left_out: dict[Place, str] = {}
    admitted = []
    row, gave_way = policy.row(where.classification), False
    for place in dict.fromkeys(places):
        if policy.admits(where.classification, place):
            admitted.append(place)
        elif where.reason_given and row is not None and row.gives_way(place):
            admitted.append(place)
            gave_way = True
        else:
            left_out[place] = f"matrix/{where.classification or UNSTATED}"
    serving = []
    for place in admitted:
        barred = _barred(policy, found, where.at(place))
        if barred is None:
            serving.append(place)
        else:
            left_out[place] = barred
    return Route(tuple(serving), left_out, tuple(serving or admitted), (row.id,) if gave_way and row else ())


def _barred(policy: PolicySet, findings: Sequence[Finding], where: Situation) -> str | None:
    """The rule that keeps these findings away from the place of ``where``."""
    for decision in policy.decide(findings, where):
        if decision.action is Action.BLOCK or (decision.action is Action.CONFINE and where.zone == "external"):
            return decision.rule
    return None
