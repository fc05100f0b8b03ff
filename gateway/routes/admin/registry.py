"""For administrators: keys, departments, accounts."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any, cast

from gateway.accounts.accounts import AccountError, PasswordError
from gateway.accounts.roles import Role
from gateway.directory import DirectoryError, NewKey
from gateway.language import mark
from gateway.routes.admin.door import FormError, back
from gateway.routes.admin.records import moment
from policies.classification import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from gateway.directory import CallerKind
    from gateway.routes.admin.door import Visit

_JAPAN = timezone(timedelta(hours=9))
LARGEST_ROSTER = 2 << 20
"""Bytes of a roster file: ten thousand departments."""
_MOST_FAULTS = 50
_VALID = mark("有効")
_NO_CHOICE = mark("選択肢にない値が送られました。")
KINDS = {"person": mark("個人"), "robot": mark("ロボット"), "application": mark("アプリケーション")}


async def keys(visit: Visit) -> Response:
    """All keys, never the keys themselves."""
    return await _keys(visit)


async def keys_changed(visit: Visit) -> Response:
    """Make a key, which is shown once, or revoke one."""
    directory = visit.house.directory
    if visit.value("action") == "revoke":
        if not await directory.revoke(visit.value("key"), actor=visit.actor):
            raise FormError(404, mark("有効なキーではありません。"))
        return back("/admin/keys")
    kind, holder, label = visit.value("kind"), visit.value("holder").strip(), visit.value("label").strip()
    classification = visit.value("classification")
    if kind not in KINDS or classification not in {"", *CLASSES}:
        raise FormError(400, _NO_CHOICE)
    try:
        new = NewKey(
            department=visit.value("department"),
            kind=cast("CallerKind", kind),
            person=holder if kind == "person" else None,
            label=label if kind == "person" else "　".join(filter(None, (holder, label))),
            classification=classification,
            expires_at=_end_of(visit.value("expires")),
        )
        made = await directory.create_key(new, actor=visit.actor)
    except DirectoryError as error:
        return await _keys(visit, problem=visit.language.tell(error), status=422)
    return await _keys(visit, made=made)


async def departments(visit: Visit) -> Response:
    """The roster as it stands."""
    return await _departments(visit)


async def roster_changed(visit: Visit) -> Response:
    """Show what a roster file would change; save it when it comes back from that page."""
    directory, name = visit.house.directory, visit.value("name")
    try:
        if visit.value("action") == "save":
            await directory.save_roster(_carried(visit.value("content")), name, visit.actor)
            return back("/admin/departments")
        if not visit.files:
            raise FormError(422, mark("ファイルを選んでください。"))
        name, content = visit.files[0]
        rows = await directory.plan_roster(content, name)
    except DirectoryError as error:
        faults = visit.language.tell(error).splitlines()
        return await _departments(visit, faults=faults[:_MOST_FAULTS], more=len(faults) - _MOST_FAULTS, status=422)
    held = {(row.code, row.valid_from): row for row in await directory.departments()}
    changes = [(held.get((row.code, row.valid_from)), row) for row in rows]
    return await _departments(
        visit,
        changes=[(before, after) for before, after in changes if before != after],
        same=sum(before == after for before, after in changes),
        name=name,
        content=base64.b64encode(content).decode(),
    )


def _carried(content: str) -> bytes:
    """The file as our own page carried it."""
    try:
        return base64.b64decode(content, validate=True)
    except ValueError:
        raise FormError(400, mark("送られた内容を読めません。")) from None


async def _departments(visit: Visit, *, status: int = 200, **more: Any) -> Response:
    values = {"faults": [], "more": 0, "changes": [], "same": None, "name": "", "content": "", **more}
    return visit.page(
        "departments.html", status=status, path="/admin/departments", rows=await visit.house.directory.departments(),
        **values,
    )  # fmt: skip


async def accounts(visit: Visit) -> Response:
    """All accounts."""
    return await _accounts(visit)


async def accounts_changed(visit: Visit) -> Response:
    """Make an account, change its role, disable or enable it."""
    house, name, action = visit.house, visit.value("name").strip(), visit.value("action")
    if name == visit.actor:
        own = mark("自分のアカウントは変更できません。ほかの管理者に頼んでください。")
        return await _accounts(visit, problem=visit.language.text(own), status=422)
    try:
        if action == "create":
            await house.accounts.create(name, _role(visit), visit.value("password"), actor=visit.actor)
        elif action == "role":
            await house.accounts.change(name, role=_role(visit), actor=visit.actor)
        elif action in {"disable", "enable"}:
            await house.accounts.change(name, disabled=action == "disable", actor=visit.actor)
        else:
            return await _accounts(visit, problem=visit.language.text(_NO_CHOICE), status=400)
    except (AccountError, PasswordError) as error:
        return await _accounts(visit, problem=visit.language.tell(error), status=422)
    return back("/admin/accounts")


def _role(visit: Visit) -> Role:
    if visit.value("role") not in set(Role):
        raise FormError(400, _NO_CHOICE)
    return Role(visit.value("role"))


async def _keys(visit: Visit, *, status: int = 200, **more: Any) -> Response:
    now = datetime.now(UTC)
    rows = [
        {
            **key,
            "state": (state := _state(key, now)),
            "valid": state == _VALID,
        }
        for key in reversed(await visit.house.directory.keys())
    ]
    names = {row.code: row.name for row in await visit.house.directory.departments()}
    values = {"problem": "", "made": "", **more}
    return visit.page(
        "keys.html", status=status, path="/admin/keys", rows=rows, names=names, kinds=KINDS, classes=CLASSES,
        moment=moment, **values,
    )  # fmt: skip


async def _accounts(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    return visit.page(
        "accounts.html", status=status, path="/admin/accounts", rows=await visit.house.accounts.all(),
        roles=list(Role), problem=problem,
    )  # fmt: skip


def _state(key: Mapping[str, Any], now: datetime) -> str:
    if key["revoked_at"]:
        return mark("失効")
    return mark("期限切れ") if key["expires_at"] and key["expires_at"] <= now else _VALID


def _end_of(day: str) -> datetime | None:
    """The moment after the last one of a day in Japan; None for no day. Raises FormError."""
    if not day.strip():
        return None
    try:
        return datetime.combine(date.fromisoformat(day.strip()) + timedelta(days=1), time(), _JAPAN)
    except (ValueError, OverflowError):
        raise FormError(422, mark("有効期限は 2027-03-31 の形で書いてください。")) from None
