"""Which units of one period may be shown by themselves, and what has to stand together. See ``metrics.disclosure``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from metrics.roster import Tree

    Place: TypeAlias = str | None

SMALLEST_UNIT = 10
"""Below this head count no unit is shown by itself: too few to be a crowd."""

FEW = range(1, 3)
"""So few persons, active or inactive, could be recognised or recognise each other."""


class Count(NamedTuple):
    """Persons who belong to some units together, and those of them who did something."""

    heads: int
    persons: int


@dataclass(frozen=True, slots=True)
class Part:
    """One unit below another, with all that is below it; or, ``direct``, those who belong to the unit above itself."""

    code: str
    departments: frozenset[str]
    direct: bool
    count: Count


@dataclass(frozen=True, slots=True)
class Pattern:
    """``shown`` units stand for themselves (None: the whole); ``rests`` has the codes of the parts in the rest below each.

    The code of a unit in its own rest stands for those who belong to it directly.
    """

    shown: frozenset[Place] = frozenset()
    rests: Mapping[Place, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Families:
    """The units of a period with their counts.

    ``hidden`` may not be shown by themselves whatever their counts. ``bounds`` are the least and the most that a reader of
    other tables knows about the persons of some parts of a unit together; ``groups`` are the parts of a unit that stand
    together in other tables.
    """

    tree: Tree
    count: Callable[[frozenset[str]], Count]
    hidden: frozenset[Place]
    bounds: Callable[[Place, frozenset[str]], tuple[int, int]]
    groups: Callable[[Place], Iterable[frozenset[str]]] = lambda _: ()
    smallest: int = SMALLEST_UNIT

    def pattern(self) -> Pattern:
        """The decision. Each round that fails takes a unit away that cannot be shown, so it ends."""
        blocked: set[Place] = set(self.hidden)
        while True:
            found, failed = self._attempt(blocked)
            if not failed:
                return found
            blocked |= failed

    def _attempt(self, blocked: set[Place]) -> tuple[Pattern, set[Place]]:
        if None in blocked or not self._allowed(self.count(self.tree.below.get(None, frozenset()))):
            return Pattern(), set()
        shown: set[Place] = {None}
        rests: dict[Place, frozenset[str]] = {}
        waiting: list[Place] = [None]
        while waiting:
            place = waiting.pop()
            parts = self._parts(place)
            rest = self._rest(place, parts, blocked)
            if rest is None:
                return Pattern(), {place}
            if rest:
                rests[place] = rest
            alone = [part.code for part in parts if part.code not in rest and not part.direct]
            shown.update(alone)
            waiting += alone
        return Pattern(frozenset(shown), rests), set()

    def _parts(self, place: Place) -> list[Part]:
        """The parts of a unit that has units below it; those with nobody in them are none."""
        children = self.tree.children.get(place, ())
        if not children:
            return []
        found = [(code, self.tree.below[code], False) for code in children]
        if place is not None:
            found.append((place, frozenset({place}), True))
        parts = [Part(code, below, direct, self.count(below)) for code, below, direct in found]
        return [part for part in parts if part.count != (0, 0)]

    def _rest(self, place: Place, parts: Sequence[Part], blocked: set[Place]) -> frozenset[str] | None:
        """What stands together below a unit; None where even all of it together is not enough."""
        rest = [part for part in parts if part.direct or part.code in blocked or not self._allowed(part.count)]
        outside = sorted((part for part in parts if part not in rest), key=lambda part: (part.count.heads, part.code))
        whole = self.count(self.tree.below.get(place, frozenset()))
        while rest and not self._enough(place, rest, whole):
            if not outside:
                return None
            rest.append(outside.pop(0))
        return frozenset(part.code for part in rest)

    def _allowed(self, count: Count) -> bool:
        return count.heads >= self.smallest and count.persons not in FEW and count.heads - count.persons not in FEW

    def _enough(self, place: Place, rest: Sequence[Part], whole: Count) -> bool:
        """Whether a rest may be shown, and leaves each of its parts open."""
        if len(rest) == 1:
            return rest[0].direct and self._allowed(rest[0].count)
        together = self.count(frozenset[str]().union(*(part.departments for part in rest)))
        if not self._allowed(together):
            return False
        if whole.persons == 0 or whole.persons >= whole.heads:
            return True
        codes = frozenset(part.code for part in rest)
        return all(
            is_open([self.bounds(place, piece) for piece in pieces], together.persons)
            for pieces in pieces_of(codes, self.groups(place))
        )


def pieces_of(rest: frozenset[str], groups: Iterable[frozenset[str]]) -> Iterator[list[frozenset[str]]]:
    """The ways to look at a rest: part by part, and with each smaller rest whose sum is known elsewhere as one piece."""
    for group in {frozenset[str](), *groups}:
        if not group or (len(group) > 1 and group < rest):
            yield [*([group] if group else []), *(frozenset({code}) for code in sorted(rest - group))]


def is_open(bounds: Sequence[tuple[int, int]], total: int) -> bool:
    """Whether no number follows from its bounds, those of the others, and their sum (interval arithmetic).

    A number that its own bounds tell (the least is the most) is not hidden.
    """
    least, most = (sum(bound[end] for bound in bounds) for end in (0, 1))
    return all(low == high or max(low, total - most + high) < min(high, total - least + low) for low, high in bounds)
