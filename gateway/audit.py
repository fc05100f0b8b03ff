"""The audit chain: who changed what, each entry bound to the one before it by a keyed hash.

Policy changes, approvals, sign-ins, keys and uses of break-glass stand here. Who can write to the database but does not
hold the gateway's secret cannot make an entry that ``verify`` takes for genuine (HMAC-SHA256, RFC 2104).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, text

from metrics.governance import audit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from metrics.store import Store

_LOCK = 7_364_154
"""Of PostgreSQL's advisory locks: one entry after the other, also from several gateways."""

_FIRST = "0" * 64
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the chain. ``seq`` counts from 1 without gaps; ``hash`` covers all the rest and ``previous``."""

    seq: int
    at: datetime
    actor: str
    action: str
    target: str
    details: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What ``verify`` found: how many entries, the last hash, and each fault in words."""

    entries: int
    head: str
    faults: tuple[str, ...]


async def serialise(connection: AsyncConnection, lock: int = _LOCK) -> None:
    """Let nobody else in until this transaction ends. Must be its first statement."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
    else:
        await connection.exec_driver_sql("BEGIN IMMEDIATE")


class Audit:
    """Writes and reads the chain. ``secret`` is the gateway's, shared by all that share the database."""

    def __init__(self, store: Store, secret: bytes) -> None:
        self._store = store
        self._key = hmac.new(secret, b"sekimori audit chain", hashlib.sha256).digest()

    async def append(self, actor: str, action: str, target: str, **details: Any) -> None:
        """Write an entry; durable when it returns. Raises StoreError."""
        async with self._store.begin() as connection:
            await serialise(connection)
            await self.note(connection, actor, action, target, **details)

    async def note(self, connection: AsyncConnection, actor: str, action: str, target: str, **details: Any) -> None:
        """Write an entry in a transaction that was ``serialise``d: it stands exactly when the change stands."""
        last = (
            await connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1))
        ).first()
        seq, previous = (last.seq + 1, last.hash) if last else (1, _FIRST)
        row = {
            "seq": seq,
            "at": datetime.now(UTC),
            "actor": actor,
            "action": action,
            "target": target,
            "details": details,
            "previous": previous,
        }
        await connection.execute(insert(audit), {**row, "hash": self._hash(row)})

    async def entries(self, *, before: int | None = None, limit: int = 100) -> list[Entry]:
        """The newest entries first, those before ``before`` where it is given."""
        query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.seq < before)
        async with self._store.begin() as connection:
            return [Entry(**row) for row in (await connection.execute(query)).mappings()]

    async def verify(self, head: str | None = None) -> Verification:
        """Read the whole chain and name every entry that was changed, is missing or stands elsewhere.

        ``head`` is a hash that was noted at an earlier time: if no entry has it, the end was cut off.
        """
        faults: list[str] = []
        known = {_FIRST}
        expected, previous, count = 1, _FIRST, 0
        async with self._store.begin() as connection:
            total = (await connection.execute(select(func.count()).select_from(audit))).scalar_one()
            while rows := await _page(connection, expected):
                for row in rows:
                    faults += self._faults(row, expected, previous)
                    known.add(row["hash"])
                    expected, previous, count = row["seq"] + 1, row["hash"], count + 1
        if count != total:
            faults.append(f"{total - count} entries stand before the first")
        if head is not None and head not in known:
            faults.append(f"no entry has the hash {head}: the end of the chain was cut off, or it was written anew")
        return Verification(count, previous, tuple(faults))

    def _faults(self, row: Mapping[str, Any], expected: int, previous: str) -> list[str]:
        faults = []
        if row["seq"] != expected:
            gap = f"{expected}" if row["seq"] == expected + 1 else f"{expected} to {row['seq'] - 1}"
            faults.append(f"entry {gap} is missing")
        elif row["previous"] != previous:
            faults.append(f"entry {row['seq']} does not follow entry {expected - 1}: one of them was exchanged")
        if not hmac.compare_digest(row["hash"], self._hash(row)):
            faults.append(f"entry {row['seq']} was changed")
        return faults

    def _hash(self, row: Mapping[str, Any]) -> str:
        """HMAC over the entry in one canonical form."""
        parts = [
            row["seq"], row["at"].astimezone(UTC).isoformat(), row["actor"], row["action"], row["target"],
            row["details"], row["previous"],
        ]  # fmt: skip
        canonical = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hmac.new(self._key, canonical.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


async def _page(connection: AsyncConnection, start: int) -> Sequence[Mapping[str, Any]]:
    query = select(audit).where(audit.c.seq >= start).order_by(audit.c.seq).limit(_PAGE)
    return [dict(row) for row in (await connection.execute(query)).mappings()]
