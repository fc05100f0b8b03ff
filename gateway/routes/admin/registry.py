"""For administrators: keys, departments, accounts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any, cast

from gateway.accounts.accounts import AccountError, PasswordError
from gateway.accounts.roles import Role
from gateway.directory import DirectoryError, NewKey
from gateway.routes.admin.door import FormError, back
from gateway.routes.admin.records import moment
from policies.classification import CLASSES

if TYPE_CHECKING:
    from starlette.responses import Response

    from gateway.directory import CallerKind
    from gateway.routes.admin.door import Visit

_JAPAN = timezone(timedelta(hours=9))
KINDS = {"person": "個人", "robot": "ロボット", "application": "アプリケーション"}


async def keys(visit: Visit) -> Response:
    """All keys, never the keys themselves."""
    return await _keys(visit)


async def keys_changed(visit: Visit) -> Response:
    """Make a key, which is shown once, or revoke one."""
    directory = visit.house.directory
    if visit.value("action") == "revoke":
        if not await directory.revoke(visit.value("key"), actor=visit.actor):
            raise FormError(404, "有効なキーではありません。")
        return back("/admin/keys")
    kind, holder, label = visit.value("kind"), visit.value("holder").strip(), visit.value("label").strip()
    classification = visit.value("classification")
    if kind not in KINDS or classification not in {"", *CLASSES}:
        raise FormError(400, "選択肢にない値が送られました。")
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
        return await _keys(visit, problem=str(error), status=422)
    return await _keys(visit, made=made)


async def departments(visit: Visit) -> Response:
    """The roster as it stands."""
    return visit.page("departments.html", path="/admin/departments", rows=await visit.house.directory.departments())


async def accounts(visit: Visit) -> Response:
    """All accounts."""
    return await _accounts(visit)


async def accounts_changed(visit: Visit) -> Response:
    """Make an account, change its role, disable or enable it."""
    house, name, action = visit.house, visit.value("name").strip(), visit.value("action")
    if name == visit.actor:
        return await _accounts(
            visit, problem="自分のアカウントは変更できません。ほかの管理者に頼んでください。", status=422
        )
    try:
        if action == "create":
            await house.accounts.create(name, _role(visit), visit.value("password"), actor=visit.actor)
        elif action == "role":
            await house.accounts.change(name, role=_role(visit), actor=visit.actor)
        elif action in {"disable", "enable"}:
            await house.accounts.change(name, disabled=action == "disable", actor=visit.actor)
        else:
            return await _accounts(visit, problem="選択肢にない値が送られました。", status=400)
    except (AccountError, PasswordError) as error:
        return await _accounts(visit, problem=str(error), status=422)
    return back("/admin/accounts")


def _role(visit: Visit) -> Role:
    if visit.value("role") not in set(Role):
        raise FormError(400, "選択肢にない値が送られました。")
    return Role(visit.value("role"))


async def _keys(visit: Visit, *, status: int = 200, **more: Any) -> Response:
    now = datetime.now(UTC)
    rows = [
        {
            **key,
            "state": "失効"
            if key["revoked_at"]
            else "期限切れ"
            if key["expires_at"] and key["expires_at"] <= now
            else "有効",
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


def _end_of(day: str) -> datetime | None:
    """The moment after the last one of a day in Japan; None for no day. Raises FormError."""
    if not day.strip():
        return None
    try:
        return datetime.combine(date.fromisoformat(day.strip()) + timedelta(days=1), time(), _JAPAN)
    except (ValueError, OverflowError):
        raise FormError(422, "有効期限は 2027-03-31 の形で書いてください。") from None
