"""What a page is asked for: period, level of the organisation, people or robots, order, language. All of it in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from metrics.periods import Kind, PeriodError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Level(StrEnum):
    """How far down the organisation is shown."""

    WHOLE = "whole"
    DIVISION = "division"
    SECTION = "section"


class Who(StrEnum):
    """Whose use is shown."""

    PEOPLE = "people"
    ROBOTS = "robots"


class Order(StrEnum):
    """In which order the departments stand."""

    ORGANISATION = "organisation"
    RATE = "rate"


Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Scope:
    """What an audience may ask for; the first of each is what it gets unasked.

    The heat map and the lines show ``count`` periods of the kind ``grid``.
    """

    kinds: tuple[Kind, ...]
    levels: tuple[Level, ...]
    grid: Kind
    count: int
    public: bool = False

    @property
    def start(self) -> Query:
        """What is shown when nothing is asked for."""
        return Query(self.kinds[0], None, self.levels[0])


INSIDE = Scope(
    (Kind.MONTH, Kind.QUARTER, Kind.YEAR, Kind.WEEK, Kind.DAY), (Level.SECTION, Level.DIVISION), Kind.MONTH, 12
)
OUTSIDE = Scope((Kind.QUARTER, Kind.YEAR), (Level.DIVISION,), Kind.QUARTER, 8, public=True)


@dataclass(frozen=True, slots=True)
class Query:
    """One page. ``at`` names the period as ``Period.at`` does; None is the latest finished one."""

    kind: Kind
    at: str | None
    level: Level
    who: Who = Who.PEOPLE
    order: Order = Order.ORGANISATION
    language: str | None = None

    def but(self, **changes: Any) -> Query:
        """The same page with something else."""
        return replace(self, **changes)

    def address(self) -> str:
        """The query part of an address, ``?`` included."""
        pairs = {
            "period": self.kind,
            "at": self.at,
            "level": self.level,
            "who": self.who if self.who is not Who.PEOPLE else None,
            "order": self.order if self.order is not Order.ORGANISATION else None,
            "lang": self.language,
        }
        return "?" + urlencode({name: value for name, value in pairs.items() if value is not None})


def parse(parameters: Mapping[str, str], scope: Scope, languages: tuple[str, ...]) -> Query:
    """The query of an address. Raises PeriodError with a sentence for the page."""
    language = parameters.get("lang")
    return Query(
        _one_of("period", parameters, scope.kinds),
        parameters.get("at"),
        _one_of("level", parameters, scope.levels),
        _one_of("who", parameters, tuple(Who)),
        _one_of("order", parameters, tuple(Order)),
        language if language in languages else None,
    )


def _one_of(name: str, parameters: Mapping[str, str], choices: tuple[Choice, ...]) -> Choice:
    """The value of a parameter; without one, the first choice."""
    asked = parameters.get(name)
    if asked is None:
        return choices[0]
    for choice in choices:
        if choice.value == asked:
            return choice
    raise PeriodError(f"{name} は {'・'.join(choices)} のどれかにしてください。")
