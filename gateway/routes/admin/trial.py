"""The try page: what would happen to a text of some department for some model, and why. Nothing is sent or kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gateway.language import mark
from gateway.policy.trial import try_text
from gateway.routes.admin.door import FormError
from gateway.routes.admin.shown import view
from policies.classification import CLASSES
from policies.situation import Situation

if TYPE_CHECKING:
    from starlette.responses import Response

    from gateway.app import House
    from gateway.routes.admin.door import Visit

LONGEST_TEXT = 100_000


async def form(visit: Visit) -> Response:
    """The empty page."""
    return await _page(visit)


async def tried(visit: Visit) -> Response:
    """The page with the outcome."""
    text, model = visit.value("text"), visit.value("model")
    if len(text) > LONGEST_TEXT:
        raise FormError(413, mark("試せるのは{most}文字までです。"), most=f"{LONGEST_TEXT:,}")
    classification, direction = visit.value("classification"), visit.value("direction", "request")
    if classification not in {"", *CLASSES} or direction not in {"request", "reply"}:
        raise FormError(400, mark("選択肢にない値が送られました。"))
    department = visit.value("department")
    where = Situation(
        direction="reply" if direction == "reply" else "request",
        department=department,
        ancestors=await visit.house.directory.ancestors(department) if department else (),
        endpoint="chat/completions",
        model=model,
        classification=classification,
        reason_given=visit.value("reason") == "yes",
    )
    return await _page(visit, outcome=await outcome(visit.house, text, where))


async def outcome(house: House, text: str, where: Situation) -> dict[str, Any]:
    """The view of a trial. Raises FormError for a model that nobody serves, 503 for a detector that fails."""
    places = house.source.places(where.model)
    if not places:
        raise FormError(404, mark("そのモデルはこのゲートウェイにありません。"))
    policy = house.policy
    trial = await house.inspector.guard(try_text, policy, text, where, places)
    return await asyncio.to_thread(view, trial, text, policy)


async def _page(visit: Visit, **more: Any) -> Response:
    names = {row.code: row.name for row in await visit.house.directory.departments()}
    return visit.page(
        "try.html",
        path="/admin/try",
        models=[alias for alias, _ in visit.house.upstreams.models()],
        departments=sorted(names.items()),
        classes=CLASSES,
        chosen={
            name: visit.value(name) for name in ("text", "model", "department", "classification", "direction", "reason")
        },
        **{"outcome": None, **more},
    )
