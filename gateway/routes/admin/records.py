"""For auditors: recent exchanges, which hold no text, and the audit chain."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import Response

    from gateway.routes.admin.door import Visit

_JAPAN = timezone(timedelta(hours=9))
_PAGE = 100


async def exchanges(visit: Visit) -> Response:
    """The newest exchanges with their decisions."""
    return visit.page(
        "exchanges.html", path="/admin/exchanges", rows=await visit.house.store.newest(_PAGE), moment=moment
    )


async def audit(visit: Visit) -> Response:
    """The newest entries of the chain, and whether all of it is whole."""
    before = visit.value("before")
    entries = await visit.house.audit.entries(before=int(before) if before.isdigit() else None, limit=_PAGE)
    verification = await visit.house.audit.verify() if visit.value("verify") else None
    return visit.page(
        "audit.html",
        path="/admin/audit",
        entries=[(e, json.dumps(e.details, ensure_ascii=False, sort_keys=True)) for e in entries],
        verification=verification,
        moment=moment,
    )


def moment(at: datetime | None) -> str:
    """A moment as people in Japan read it."""
    return "" if at is None else at.astimezone(_JAPAN).strftime("%Y-%m-%d %H:%M:%S")
