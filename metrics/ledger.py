"""What was counted in one fiscal year: persons as sets of bits, amounts as sums. Pure, and never shown as it is.

A person is a bit of a whole number; a set of persons is such a number, so that unions and counts cost next to nothing.
Months are indices from 0 (April) to 11 (March).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from metrics.board import RETAINED_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metrics.periods import Period
    from metrics.purposes import Dimension

MONTHS = range(12)


class Amounts(NamedTuple):
    """Sums over exchanges. ``uses`` and tokens are those of people; ``robot_uses`` and ``cost_yen`` as they say."""

    uses: int = 0
    robot_uses: int = 0
    tokens: int = 0
    cost_yen: float = 0.0
    findings: int = 0
    blocks: int = 0
    answered_or_blocked: int = 0

    def plus(self, other: Amounts) -> Amounts:
        """Both together."""
        return Amounts(
            self.uses + other.uses,
            self.robot_uses + other.robot_uses,
            self.tokens + other.tokens,
            self.cost_yen + other.cost_yen,
            self.findings + other.findings,
            self.blocks + other.blocks,
            self.answered_or_blocked + other.answered_or_blocked,
        )


class Labelled(NamedTuple):
    """Uses by people under one label in one month, and how many persons they are of."""

    uses: int
    persons: int


class PersonYear(NamedTuple):
    """The days on which one person was answered in one department: one mask of days (bit 0: the 1st) for each month."""

    department: str
    person: str
    days: Sequence[int]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The counts of one fiscal year, by department code as the records have it, for each of the twelve months.

    ``shared`` are the persons of a month who used more than one department, with their days in each.
    """

    year: Period
    active: Mapping[str, Sequence[int]]
    retained: Mapping[str, Sequence[int]]
    shared: Sequence[Sequence[tuple[int, Mapping[str, int]]]]
    amounts: Mapping[str, Sequence[Amounts]]
    labels: Mapping[Dimension, Mapping[str, Sequence[Labelled]]] = field(default_factory=dict)

    def persons(self, codes: Iterable[str], months: range) -> int:
        """The set of persons with a use in one of the departments in one of the months."""
        found = 0
        for code in codes:
            if (sets := self.active.get(code)) is not None:
                for month in months:
                    found |= sets[month]
        return found

    def stayed(self, codes: Iterable[str], month: int) -> int:
        """The set of persons with uses on enough different days of a month, in the departments taken together."""
        codes = frozenset(codes)
        found = 0
        for code in codes:
            if (sets := self.retained.get(code)) is not None:
                found |= sets[month]
        for bit, days in self.shared[month]:
            together = 0
            for code, mask in days.items():
                together |= mask if code in codes else 0
            if together.bit_count() >= RETAINED_DAYS:
                found |= 1 << bit
        return found

    def amount(self, codes: Iterable[str], months: range) -> Amounts:
        """The sums over departments and months."""
        total = Amounts()
        for code in codes:
            if (sums := self.amounts.get(code)) is not None:
                for month in months:
                    total = total.plus(sums[month])
        return total


def ledger(
    year: Period,
    people: Iterable[PersonYear],
    amounts: Mapping[str, Sequence[Amounts]],
    labels: Mapping[Dimension, Mapping[str, Sequence[Labelled]]] | None = None,
) -> Ledger:
    """Put persons into bits. ``people`` has at most one row for each department and person."""
    bits: dict[str, int] = {}
    active: dict[str, list[list[int]]] = {}
    retained: dict[str, list[list[int]]] = {}
    several: dict[int, list[PersonYear]] = defaultdict(list)
    first: dict[int, PersonYear] = {}
    for row in people:
        bit = bits.setdefault(row.person, len(bits))
        if bit in first:
            several[bit] = several[bit] or [first[bit]]
            several[bit].append(row)
        else:
            first[bit] = row
        sets = active.setdefault(row.department, [[] for _ in MONTHS])
        stayed = retained.setdefault(row.department, [[] for _ in MONTHS])
        for month, days in enumerate(row.days):
            if days:
                sets[month].append(bit)
                if days.bit_count() >= RETAINED_DAYS:
                    stayed[month].append(bit)
    size = len(bits) // 8 + 1
    return Ledger(
        year,
        {code: [_set(found, size) for found in months] for code, months in active.items()},
        {code: [_set(found, size) for found in months] for code, months in retained.items()},
        [_shared(several, month) for month in MONTHS],
        amounts,
        labels or {},
    )


def _set(bits: Iterable[int], size: int) -> int:
    octets = bytearray(size)
    for bit in bits:
        octets[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(octets, "little")


def _shared(several: Mapping[int, Sequence[PersonYear]], month: int) -> list[tuple[int, Mapping[str, int]]]:
    found: list[tuple[int, Mapping[str, int]]] = []
    for bit, rows in several.items():
        days = {row.department: row.days[month] for row in rows if row.days[month]}
        if len(days) > 1:
            found.append((bit, days))
    return found
