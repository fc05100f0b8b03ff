"""Uses of tools that do not pass through the gateway: kept as lines of a day, each once, whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from metrics.tables import adoption_progress, departments, imported_uses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncConnection

_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """Uses of one day by one person (None: by nobody named; else a keyed pseudonym) of a department in one tool."""

    day: date
    department: str
    person: str | None
    tool: str
    model: str
    purpose: str
    uses: int
    tokens: tuple[int, int]

    @property
    def id(self) -> str:
        """The same for the same day, department, person, tool, model and purpose, whatever the numbers."""
        names = (self.day.isoformat(), self.department, self.person or "", self.tool, self.model, self.purpose)
        return hashlib.sha256("\x1f".join(names).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says about lines: the same numbers are there already, or other ones."""

    same: frozenset[str]
    different: frozenset[str]


async def department_days(connection: AsyncConnection) -> dict[str, date]:
    """Each department of the roster with its first day."""
    first: dict[str, date] = {}
    for code, day in await connection.execute(select(departments.c.code, departments.c.valid_from)):
        first[code] = min(day, first.get(code, day))
    return first


async def kept_since(connection: AsyncConnection) -> date | None:
    """The first day from which all records are kept; nothing may be added before. None: nothing was ever deleted."""
    found: date | None = (await connection.execute(select(adoption_progress.c.kept_since))).scalar()
    return found


async def compare(connection: AsyncConnection, lines: Sequence[Line]) -> Known:
    """Which lines are in the database already."""
    same, different = set[str](), set[str]()
    for chunk in _chunks(lines):
        wanted = {line.id: (line.uses, *line.tokens) for line in chunk}
        table = imported_uses
        query = select(table.c.id, table.c.uses, table.c.input_tokens, table.c.output_tokens)
        for name, *numbers in await connection.execute(query.where(table.c.id.in_(list(wanted)))):
            (same if tuple(numbers) == wanted[name] else different).add(name)
    return Known(frozenset(same), frozenset(different))


async def save(connection: AsyncConnection, lines: Sequence[Line], progress: Callable[[int], None]) -> datetime:
    """Write lines inside the connection's transaction; ``progress`` hears how many are written.

    The moment that all of them have, by which ``metrics.withdrawal`` knows the import.
    """
    moment, written = datetime.now(UTC), 0
    for chunk in _chunks(lines):
        await connection.execute(insert(imported_uses), [_values(line, moment) for line in chunk])
        written += len(chunk)
        progress(written)
    return moment


def _values(line: Line, moment: datetime) -> dict[str, Any]:
    return {
        "id": line.id,
        "day": line.day,
        "department": line.department,
        "person": line.person,
        "purpose": line.purpose,
        "tool": line.tool,
        "model": line.model,
        "uses": line.uses,
        "input_tokens": line.tokens[0],
        "output_tokens": line.tokens[1],
        "imported_at": moment,
        "counted": False,
    }


def _chunks(lines: Sequence[Line]) -> Iterable[Sequence[Line]]:
    return (lines[start : start + _CHUNK] for start in range(0, len(lines), _CHUNK))
