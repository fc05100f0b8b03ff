"""Reports of members of staff that a rule was wrong (誤検知): for an editor to turn into an example."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from metrics.governance import reports

if TYPE_CHECKING:
    from metrics.store import Store

LONGEST_SENTENCE = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What was reported. ``sentence`` is kept only where the person agreed to it; None otherwise."""

    id: str
    at: datetime
    department: str
    rule: str
    kind: str
    revision: str
    sentence: str | None
    state: str


class Reports:
    """Keeps reports until an editor has dealt with them; then the sentence goes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, *, department: str, rule: str, kind: str, revision: str, sentence: str | None) -> str:
        """Keep a report; its id."""
        row = {
            "id": f"f-{secrets.token_hex(8)}",
            "at": datetime.now(UTC),
            "department": department,
            "rule": rule,
            "kind": kind,
            "revision": revision,
            "sentence": sentence[:LONGEST_SENTENCE] if sentence else None,
            "state": "open",
        }
        async with self._store.begin() as connection:
            await connection.execute(insert(reports), row)
        return str(row["id"])

    async def open(self) -> list[Report]:
        """Those that nobody has dealt with, oldest first."""
        query = select(reports).where(reports.c.state == "open").order_by(reports.c.at).limit(200)
        async with self._store.begin() as connection:
            return [Report(**row) for row in (await connection.execute(query)).mappings()]

    async def get(self, report: str) -> Report | None:
        """One report."""
        query = select(reports).where(reports.c.id == report)
        async with self._store.begin() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else Report(**row)

    async def close(self, report: str) -> bool:
        """An editor has dealt with it: the sentence is deleted. False where there is none that is open."""
        closing = update(reports).where(reports.c.id == report, reports.c.state == "open")
        async with self._store.begin() as connection:
            return bool((await connection.execute(closing.values(state="closed", sentence=None))).rowcount)
