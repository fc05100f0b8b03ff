"""Keys and departments: who may call, and where they belong."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, insert, select, update

from gateway.audit import Audit, serialise
from gateway.csv_file import JAPAN, CsvError, read_bytes
from gateway.language import mark
from gateway.roster import Department, DirectoryError, ancestors, check_tree, read_roster
from metrics.tables import departments, keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metrics.store import Store

__all__ = ["Caller", "CallerKind", "Department", "Directory", "DirectoryError", "NewKey", "read_roster"]

CallerKind = Literal["person", "robot", "application"]
PREFIX = "sk-sekimori-"
COMMAND_LINE = "command line"
"""Who acts in the audit chain when nobody is signed in: whoever may use the server's shell."""

_REMEMBER_SECONDS = 5.0
_REMEMBER_UNKNOWN_SECONDS = 1.0
_MOST_REMEMBERED = 10_000
_LONGEST_LABEL = 255


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a department code and those above it, a person's pseudonym, a kind of key.

    ``classification`` is the class of the material that the key is for: all sent with it counts as at least that.
    ``purpose`` and ``tool`` are what the key is for, where it says so.
    """

    department: str
    ancestors: tuple[str, ...]
    person: str | None
    kind: CallerKind
    key_id: str
    classification: str = ""
    purpose: str | None = None
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is to be. ``person`` is the identifier of its holder, which is kept as a pseudonym only.

    ``purpose`` and ``tool`` are what its uses are counted under, where the caller names none.
    """

    department: str
    kind: CallerKind
    person: str | None = field(default=None, repr=False)
    label: str = ""
    classification: str = ""
    expires_at: datetime | None = None
    purpose: str | None = None
    tool: str | None = None


class Directory:
    """Reads and writes keys and departments. Keys are kept as SHA-256 digests: they have 256 bits of chance."""

    def __init__(self, store: Store, secret: bytes) -> None:
        self._store, self._secret = store, secret
        self._audit = Audit(store, secret)
        self._remembered: OrderedDict[str, tuple[float, Caller | None]] = OrderedDict()

    @property
    def store(self) -> Store:
        """The database that it reads and writes."""
        return self._store

    @property
    def audit(self) -> Audit:
        """The chain in which it notes what it changes."""
        return self._audit

    def pseudonym(self, person: str) -> str:
        """What stands for a person in records: HMAC-SHA256, 128 bits in hex. Without the secret no way back."""
        return hmac.new(self._secret, _encoded(person.strip()), hashlib.sha256).hexdigest()[:32]

    async def find(self, key: str) -> Caller | None:
        """The caller of a key; None for one that is unknown, expired or revoked (noticed within seconds)."""
        digest = _digest(key)
        known = self._remembered.get(digest)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        caller = await self._find(digest)
        seconds = _REMEMBER_SECONDS if caller else _REMEMBER_UNKNOWN_SECONDS
        self._remembered[digest] = (time.monotonic() + seconds, caller)
        while len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return caller

    async def _find(self, digest: str) -> Caller | None:
        now = datetime.now(UTC)
        async with self._store.begin() as connection:
            row = (await connection.execute(select(keys).where(keys.c.digest == digest))).mappings().one_or_none()
            if row is None or row["revoked_at"] or (row["expires_at"] and row["expires_at"] <= now):
                return None
            in_force = select(departments.c.code, departments.c.parent).where(
                departments.c.valid_from <= now.astimezone(JAPAN).date()
            )
            units = (await connection.execute(in_force.order_by(departments.c.valid_from))).all()
        above = {unit.code: unit.parent for unit in units}
        return Caller(
            department=row["department"],
            ancestors=ancestors(row["department"], above),
            person=row["person"],
            kind=row["kind"],
            key_id=row["id"],
            purpose=row["purpose"],
            tool=row["tool"],
            classification=row["classification"],
        )

    async def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes of the units above a department today, nearest first."""
        now = datetime.now(UTC).astimezone(JAPAN).date()
        rows = sorted(await self.departments(), key=lambda row: row.valid_from)
        return ancestors(code, {row.code: row.parent for row in rows if row.valid_from <= now})

    async def create_key(self, new: NewKey, *, actor: str = COMMAND_LINE) -> str:
        """Make a key and return it: it is shown here and never again. Raises DirectoryError."""
        if (new.kind == "person") != bool(new.person and new.person.strip()):
            raise DirectoryError(mark("個人の鍵には職員の識別子（--person）が必要です。"))
        if len(new.label) > _LONGEST_LABEL:
            raise DirectoryError(mark("メモ（--label）は{most}文字までにしてください。"), most=_LONGEST_LABEL)
        codes = {d.code for d in await self.departments()}
        if codes and new.department not in codes:
            raise DirectoryError(
                mark("部署コード {code} は名簿にありません。先に名簿を取り込んでください。"), code=new.department
            )
        key = PREFIX + secrets.token_urlsafe(32)
        row = {
            "id": f"k-{secrets.token_hex(6)}",
            "digest": _digest(key),
            "department": new.department,
            "kind": new.kind,
            "person": self.pseudonym(new.person) if new.person else None,
            "label": new.label,
            "classification": new.classification,
            "created_at": datetime.now(UTC),
            "expires_at": new.expires_at,
            "purpose": new.purpose,
            "tool": new.tool,
        }
        async with self._store.begin() as connection:
            await serialise(connection)
            await connection.execute(insert(keys), row)
            details = {"department": new.department, "kind": new.kind}
            await self._audit.note(connection, actor, "key.create", str(row["id"]), **details)
        return key

    async def keys(self) -> list[dict[str, Any]]:
        """All keys without their digests, oldest first."""
        columns = [column for column in keys.c if column.name != "digest"]
        async with self._store.begin() as connection:
            rows = await connection.execute(select(*columns).order_by(keys.c.created_at, keys.c.id))
            return [dict(row) for row in rows.mappings()]

    async def revoke(self, key_id: str, actor: str = COMMAND_LINE) -> bool:
        """Revoke a key; False when there is none with this id that is still valid."""
        revoking = update(keys).where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
        async with self._store.begin() as connection:
            await serialise(connection)
            revoked = bool((await connection.execute(revoking.values(revoked_at=datetime.now(UTC)))).rowcount)
            if revoked:
                await self._audit.note(connection, actor, "key.revoke", key_id)
            return revoked

    async def departments(self) -> list[Department]:
        """Every row of the roster, in the order in which it was imported."""
        async with self._store.begin() as connection:
            rows = await connection.execute(
                select(departments).order_by(departments.c.position, departments.c.valid_from)
            )
            return [
                Department(r["code"], r["name"], r["parent"], r["head_count"], r["valid_from"]) for r in rows.mappings()
            ]

    async def import_roster(self, path: Path) -> int:
        """Add the rows of a CSV file, replacing those of the same code and day; all or none.

        Returns the number of rows. Raises DirectoryError with every fault, by line.
        """
        return len(await self.save_roster(await asyncio.to_thread(_bytes, path), path.name))

    async def plan_roster(self, content: bytes, name: str) -> list[Department]:
        """The rows that a CSV file would add or replace. Raises DirectoryError with every fault, by line."""
        rows = read_roster(content, name)
        if await self._holds_demonstration():
            raise DirectoryError(
                mark(
                    "このデータベースにはデモのデータが入っているため、実際の部署は登録できません。"
                    "別のデータベース（config.yaml の database.url）を使うか、デモのデータベースを削除してください。"
                )
            )
        replaced = {(row.code, row.valid_from): row for row in (*await self.departments(), *rows)}
        check_tree(list(replaced.values()), name)
        return rows

    async def save_roster(self, content: bytes, name: str, actor: str = COMMAND_LINE) -> list[Department]:
        """Add those rows, all or none, with an entry in the audit chain. Raises DirectoryError."""
        rows = await self.plan_roster(content, name)
        await self.save_departments(rows, actor=actor, name=name)
        return rows

    async def _holds_demonstration(self) -> bool:
        invented = select(departments.c.code).where(departments.c.demo.is_(True)).limit(1)
        async with self._store.begin() as connection:
            return (await connection.execute(invented)).first() is not None

    async def save_departments(
        self, rows: Sequence[Department], *, demo: bool = False, actor: str = COMMAND_LINE, name: str = ""
    ) -> None:
        """Write rows of the roster in one transaction; with the ``name`` of their file also in the audit chain."""
        async with self._store.begin() as connection:
            if name:
                await serialise(connection)
                await self._audit.note(connection, actor, "roster.import", name[:128], rows=len(rows))
            for position, row in enumerate(rows):
                same = (departments.c.code == row.code) & (departments.c.valid_from == row.valid_from)
                await connection.execute(delete(departments).where(same))
                values = {
                    "code": row.code,
                    "name": row.name,
                    "parent": row.parent,
                    "head_count": row.head_count,
                    "valid_from": row.valid_from,
                    "position": position,
                    "demo": demo,
                }
                await connection.execute(insert(departments), values)


def _bytes(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except CsvError as error:
        raise DirectoryError(str(error)) from None


def _digest(key: str) -> str:
    return hashlib.sha256(_encoded(key)).hexdigest()


def _encoded(text: str) -> bytes:
    """JSON may hold half a surrogate pair: strange, but no reason to fail."""
    return text.encode("utf-8", "surrogatepass")
