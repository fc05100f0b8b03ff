"""Keys and departments: who may call, and where they belong."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import hmac
import io
import re
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from gateway.audit import Audit, serialise
from metrics.tables import departments, keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metrics.store import Store

CallerKind = Literal["person", "robot", "application"]
PREFIX = "sk-sekimori-"
COMMAND_LINE = "command line"
"""Who acts in the audit chain when nobody is signed in: whoever may use the server's shell."""

_REMEMBER_SECONDS = 5.0
_REMEMBER_UNKNOWN_SECONDS = 1.0
_MOST_REMEMBERED = 10_000
_JAPAN = ZoneInfo("Asia/Tokyo")
_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})", re.ASCII)
_LONGEST_LABEL = 255
_COLUMNS = ("code", "name", "parent", "head_count", "valid_from")


class DirectoryError(ValueError):
    """What an administrator asked for is not possible; the message says why, in Japanese."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a department code and those above it, a person's pseudonym, a kind of key.

    ``classification`` is the class of the material that the key is for: all sent with it counts as at least that.
    """

    department: str
    ancestors: tuple[str, ...]
    person: str | None
    kind: CallerKind
    key_id: str
    classification: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """A unit from a day on. ``parent`` is a code or None, ``head_count`` the persons who could use the gateway."""

    code: str
    name: str
    parent: str | None
    head_count: int
    valid_from: date


class Directory:
    """Reads and writes keys and departments. Keys are kept as SHA-256 digests: they have 256 bits of chance."""

    def __init__(self, store: Store, secret: bytes) -> None:
        self._store, self._secret = store, secret
        self._audit = Audit(store, secret)
        self._remembered: OrderedDict[str, tuple[float, Caller | None]] = OrderedDict()

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
                departments.c.valid_from <= now.astimezone(_JAPAN).date()
            )
            units = (await connection.execute(in_force.order_by(departments.c.valid_from))).all()
        above = {unit.code: unit.parent for unit in units}
        return Caller(
            row["department"],
            _ancestors(row["department"], above),
            row["person"],
            row["kind"],
            row["id"],
            row["classification"],
        )

    async def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes of the units above a department today, nearest first."""
        now = datetime.now(UTC).astimezone(_JAPAN).date()
        rows = sorted(await self.departments(), key=lambda row: row.valid_from)
        return _ancestors(code, {row.code: row.parent for row in rows if row.valid_from <= now})

    async def create_key(  # noqa: PLR0913, a key is all of this
        self,
        *,
        department: str,
        kind: CallerKind,
        person: str | None = None,
        label: str = "",
        classification: str = "",
        expires_at: datetime | None = None,
        actor: str = COMMAND_LINE,
    ) -> str:
        """Make a key and return it: it is shown here and never again. Raises DirectoryError."""
        if (kind == "person") != bool(person and person.strip()):
            raise DirectoryError("個人の鍵には職員の識別子（--person）が必要です。")
        if len(label) > _LONGEST_LABEL:
            raise DirectoryError(f"メモ（--label）は{_LONGEST_LABEL}文字までにしてください。")
        codes = {d.code for d in await self.departments()}
        if codes and department not in codes:
            raise DirectoryError(f"部署コード {department} は名簿にありません。先に departments import してください。")
        key = PREFIX + secrets.token_urlsafe(32)
        row = {
            "id": f"k-{secrets.token_hex(6)}",
            "digest": _digest(key),
            "department": department,
            "kind": kind,
            "person": self.pseudonym(person) if person else None,
            "label": label,
            "classification": classification,
            "created_at": datetime.now(UTC),
            "expires_at": expires_at,
        }
        async with self._store.begin() as connection:
            await serialise(connection)
            await connection.execute(insert(keys), row)
            await self._audit.note(connection, actor, "key.create", str(row["id"]), department=department, kind=kind)
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
        rows = read_roster(await asyncio.to_thread(_bytes, path), path.name)
        if await self._holds_demonstration():
            raise DirectoryError(
                "このデータベースにはデモのデータが入っているため、実際の部署は登録できません。"
                "別のデータベース（config.yaml の database.url）を使うか、デモのデータベースを削除してください。"
            )
        replaced = {(row.code, row.valid_from): row for row in (*await self.departments(), *rows)}
        _check_tree(list(replaced.values()), path.name)
        await self.save_departments(rows)
        return len(rows)

    async def _holds_demonstration(self) -> bool:
        invented = select(departments.c.code).where(departments.c.demo.is_(True)).limit(1)
        async with self._store.begin() as connection:
            return (await connection.execute(invented)).first() is not None

    async def save_departments(self, rows: Sequence[Department], *, demo: bool = False) -> None:
        """Write rows of the roster in one transaction."""
        async with self._store.begin() as connection:
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


def read_roster(content: bytes, name: str) -> list[Department]:
    """Rows of a roster CSV (UTF-8 with or without BOM, or CP932 as Excel writes it). Raises DirectoryError."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise DirectoryError(f"{name}: 文字コードが読めません。UTF-8 で保存してください。")
    if "\0" in text:
        raise DirectoryError(f"{name}: CSV ではないようです（NUL 文字があります）。")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise DirectoryError(f"{name}:{reader.line_num}: CSV として読めません（引用符を確かめてください）。") from None
    if not lines or tuple(cell.strip() for cell in lines[0][1]) != _COLUMNS:
        raise DirectoryError(f"{name}:1: 1行目は見出し {','.join(_COLUMNS)} にしてください。")
    if len(lines) == 1:
        raise DirectoryError(f"{name}: 部署が1件もありません。")
    faults: list[str] = []
    rows = [row for line, cells in lines[1:] if (row := _row(cells, f"{name}:{line}", faults))]
    seen: set[tuple[str, date]] = set()
    for row in rows:
        if (row.code, row.valid_from) in seen:
            faults.append(f"{name}: 部署 {row.code} の {row.valid_from} の行が2つあります。")
        seen.add((row.code, row.valid_from))
    if faults:
        raise DirectoryError("\n".join(faults))
    return rows


def _row(cells: list[str], place: str, faults: list[str]) -> Department | None:
    if len(cells) != len(_COLUMNS):
        faults.append(f"{place}: {len(_COLUMNS)}列が必要ですが {len(cells)}列あります。")
        return None
    code, name, parent, count, day = (cell.strip() for cell in cells)
    before = len(faults)
    if not code or len(code) > 64:  # noqa: PLR2004, the column's width
        faults.append(f"{place}: code（部署コード）は1〜64文字にしてください。")
    if not name or len(name) > 255:  # noqa: PLR2004, the column's width
        faults.append(f"{place}: name（部署名）は1〜255文字にしてください。")
    if not (count.isascii() and count.isdigit() and int(count) < 1_000_000):  # noqa: PLR2004
        faults.append(f"{place}: head_count（対象職員数）は0以上の整数にしてください。")
    valid_from = _day(day)
    if valid_from is None:
        faults.append(f"{place}: valid_from（適用日）は 2026-04-01 の形にしてください。")
    if len(faults) > before or valid_from is None:
        return None
    return Department(code, name, parent or None, int(count), valid_from)


def _day(text: str) -> date | None:
    """``2026-04-01``, or ``2026/4/1`` as Excel makes of it."""
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _check_tree(rows: Sequence[Department], name: str) -> None:
    """Every parent is known, and on no day does a unit stand above itself."""
    codes = {row.code for row in rows}
    for row in rows:
        if row.parent is not None and row.parent not in codes:
            raise DirectoryError(f"{name}: 部署 {row.code} の上位部署 {row.parent} が名簿にありません。")
    parents: dict[str, str | None] = {}
    for _, of_day in groupby(sorted(rows, key=lambda row: row.valid_from), key=lambda row: row.valid_from):
        parents.update((row.code, row.parent) for row in of_day)
        for code in parents:
            if code in _ancestors(code, parents):
                raise DirectoryError(f"{name}: 部署 {code} の上位部署をたどると自分に戻ります。")


def _ancestors(code: str, parents: dict[str, str | None]) -> tuple[str, ...]:
    """Codes of the units above, nearest first; a circle ends where it closes."""
    above: list[str] = []
    unit = parents.get(code)
    while unit is not None and unit not in above:
        above.append(unit)
        unit = parents.get(unit)
    return tuple(above)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DirectoryError(f"{path}: 読めません（{error.strerror}）。") from None


def _digest(key: str) -> str:
    return hashlib.sha256(_encoded(key)).hexdigest()


def _encoded(text: str) -> bytes:
    """JSON may hold half a surrogate pair: strange, but no reason to fail."""
    return text.encode("utf-8", "surrogatepass")
