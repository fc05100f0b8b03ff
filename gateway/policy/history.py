"""The revisions of the municipality's own rule files: who changed what, when it comes into force, and the way back.

A revision holds all own files whole. It is never changed but for its state; going back makes a new one.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from gateway.audit import serialise
from gateway.language import Told, mark
from metrics.governance import revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from gateway.audit import Audit
    from metrics.store import Store

LONGEST_COMMENT = 1000


class HistoryError(Told, ValueError):
    """What was asked for cannot be done; the message says why, in Japanese."""


class State(StrEnum):
    """``PENDING`` waits for a second person; ``APPROVED`` holds from its effective date on."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Revision:
    """All own files at one time. ``revision`` is that of the PolicySet they make, as it stands in records."""

    id: int
    parent: int | None
    revision: str
    digest: str
    files: Mapping[str, str]
    author: str
    comment: str
    created_at: datetime
    state: State
    effective_at: datetime
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Draft:
    """What its author says of a revision; the history adds the rest. In force at once without an effective date."""

    parent: int | None
    revision: str
    files: dict[str, str]
    author: str
    comment: str
    effective_at: datetime | None = None


def digest(files: Mapping[str, str]) -> str:
    """Names the content of some files."""
    canonical = json.dumps(dict(files), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Unified diff of the files that differ, line by line."""
    lines: list[str] = []
    for name in sorted({*before, *after}):
        old, new = (files.get(name, "").splitlines() for files in (before, after))
        if before.get(name) != after.get(name):
            lines += difflib.unified_diff(old, new, f"{name}（前）", f"{name}（後）", lineterm="")
    return lines


class History:
    """Keeps revisions in the database that all gateways share; every change stands in the audit chain."""

    def __init__(
        self,
        store: Store,
        audit: Audit,
        *,
        two_persons: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._audit, self.two_persons, self._now = store, audit, two_persons, now

    async def current(self) -> Revision | None:
        """The revision in force; None where there never was one."""
        async with self._store.begin() as connection:
            return await self._current(connection)

    async def current_id(self) -> int | None:
        """Its id alone: asked every second by every gateway."""
        query = self._in_force(select(revisions.c.id))
        async with self._store.begin() as connection:
            found: int | None = (await connection.execute(query)).scalar()
            return found

    async def get(self, revision: int) -> Revision | None:
        """One revision."""
        async with self._store.begin() as connection:
            return await _one(connection, select(revisions).where(revisions.c.id == revision))

    async def knows(self, content: str) -> bool:
        """Whether some revision had files of this digest."""
        query = select(revisions.c.id).where(revisions.c.digest == content).limit(1)
        async with self._store.begin() as connection:
            return (await connection.execute(query)).first() is not None

    async def newest(self, limit: int = 50) -> list[Revision]:
        """The newest revisions first."""
        query = select(revisions).order_by(revisions.c.id.desc()).limit(limit)
        async with self._store.begin() as connection:
            return [_revision(row) for row in (await connection.execute(query)).mappings()]

    async def save(
        self,
        files: Mapping[str, str],
        revision: str,
        *,
        author: str,
        comment: str,
        based_on: int | None,
        effective_at: datetime | None = None,
    ) -> Revision:
        """Add a revision whose files were loaded without a fault; ``revision`` is their PolicySet's.

        It is in force at its effective date, or waits for a second person. Raises HistoryError when
        another change came into force since ``based_on`` was read.
        """
        if not comment.strip() or len(comment) > LONGEST_COMMENT:
            raise HistoryError(mark("変更の理由を1〜{most}文字で書いてください。"), most=LONGEST_COMMENT)
        async with self._store.begin() as connection:
            await serialise(connection)
            current = await self._current(connection)
            if (current.id if current else None) != based_on:
                raise HistoryError(
                    mark("編集しているあいだに、別の変更が施行されました。最新の内容を開いて、やり直してください。")
                )
            if digest(files) == (current.digest if current else digest({})):
                raise HistoryError(mark("いま施行されている内容と同じです。"))
            state = State.PENDING if self.two_persons else State.APPROVED
            draft = _Draft(based_on, revision, dict(files), author, comment.strip(), effective_at)
            return await self._add(connection, draft, state)

    async def of_policy(self, revision: str) -> Revision | None:
        """The newest revision whose files make the PolicySet of this revision; None where none does."""
        query = select(revisions).where(revisions.c.revision == revision).order_by(revisions.c.id.desc()).limit(1)
        async with self._store.begin() as connection:
            return await _one(connection, query)

    async def approve(self, revision: int, approver: str) -> Revision:
        """Let a pending revision come into force. Raises HistoryError for its author, or when it is stale."""
        return await self._decide(revision, approver, State.APPROVED)

    async def reject(self, revision: int, approver: str) -> Revision:
        """Refuse a pending revision."""
        return await self._decide(revision, approver, State.REJECTED)

    async def withdraw(self, revision: int, author: str) -> Revision:
        """Take back a pending revision of one's own. Raises HistoryError for anybody else's."""
        found = await self.get(revision)
        if found is None or found.author != author:
            raise HistoryError(mark("取り下げられるのは、自分の変更だけです。"))
        return await self._decide(revision, author, State.REJECTED)

    async def roll_back(self, author: str, *, based_on: int | None) -> Revision:
        """One step back: a new revision, in force at once, with the files from before the current one.

        It needs no second person: its content was approved before. Raises HistoryError when there is no
        way back, or when another change came into force meanwhile.
        """
        async with self._store.begin() as connection:
            await serialise(connection)
            current = await self._current(connection)
            if current is None or current.id != based_on:
                raise HistoryError(mark("別の変更が施行されたか、戻す先がありません。最新の履歴を確かめてください。"))
            target = None
            if current.parent is not None:
                target = await _one(connection, select(revisions).where(revisions.c.id == current.parent))
            files = target.files if target else {}
            comment = f"版{current.id}を取り消し、" + (f"版{target.id}の内容に戻す" if target else "配布時の内容に戻す")
            # The parent is the target's own: the next step back leads further back, not forth again.
            parent = target.parent if target else None
            known = target.revision if target else ""
            return await self._add(connection, _Draft(parent, known, dict(files), author, comment), State.APPROVED)

    async def _add(self, connection: AsyncConnection, draft: _Draft, state: State) -> Revision:
        now = self._now()
        row: dict[str, Any] = {
            **asdict(draft),
            "id": ((await connection.execute(select(func.max(revisions.c.id)))).scalar() or 0) + 1,
            "digest": digest(draft.files),
            "created_at": now,
            "state": state.value,
            "effective_at": max(draft.effective_at or now, now),
        }
        await connection.execute(insert(revisions), row)
        details = {"digest": row["digest"], "state": state.value, "comment": draft.comment}
        await self._audit.note(connection, draft.author, "policy.save", f"revision {row['id']}", **details)
        return Revision(**{**row, "state": state}, decided_by=None, decided_at=None)

    async def _decide(self, revision: int, approver: str, state: State) -> Revision:
        async with self._store.begin() as connection:
            await serialise(connection)
            found = await _one(connection, select(revisions).where(revisions.c.id == revision))
            if found is None or found.state is not State.PENDING:
                raise HistoryError(mark("版{number}は承認待ちではありません。"), number=revision)
            if state is State.APPROVED:
                if approver == found.author:
                    raise HistoryError(mark("自分の変更は承認できません。別の承認者が承認してください。"))
                current = await self._current(connection)
                if found.parent != (current.id if current else None):
                    raise HistoryError(
                        mark("この変更の後に、別の変更が施行されました。最新の内容から作り直してください。")
                    )
            now = self._now()
            values = {
                "state": state.value,
                "decided_by": approver,
                "decided_at": now,
                "effective_at": max(found.effective_at, now),
            }
            await connection.execute(update(revisions).where(revisions.c.id == revision).values(values))
            word = "approve" if state is State.APPROVED else "reject"
            await self._audit.note(connection, approver, f"policy.{word}", f"revision {revision}", digest=found.digest)
            decided = await _one(connection, select(revisions).where(revisions.c.id == revision))
            if decided is None:
                raise HistoryError(mark("版{number}がありません。"), number=revision)
            return decided

    async def _current(self, connection: AsyncConnection) -> Revision | None:
        return await _one(connection, self._in_force(select(revisions)))

    def _in_force(self, query: Select[Any]) -> Select[Any]:
        return (
            query.where(revisions.c.state == State.APPROVED.value, revisions.c.effective_at <= self._now())
            .order_by(revisions.c.effective_at.desc(), revisions.c.id.desc())
            .limit(1)
        )


async def _one(connection: AsyncConnection, query: Select[Any]) -> Revision | None:
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else _revision(row)


def _revision(row: Any) -> Revision:
    return Revision(**{**row, "state": State(row["state"])})
