"""The history of the own files: differences, approval, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.language import mark
from gateway.policy.history import HistoryError, Revision, State, difference
from gateway.routes.admin.door import FormError, back
from gateway.routes.admin.records import moment

if TYPE_CHECKING:
    from starlette.responses import Response

    from gateway.routes.admin.door import Visit


_MOST = 2**31 - 1
"""The largest number that the column holds."""


async def listing(visit: Visit) -> Response:
    """The newest revisions."""
    live = visit.house.live
    return visit.page(
        "history.html",
        path="/admin/history",
        revisions=await live.history.newest(100),
        current=live.revision,
        moment=moment,
    )


async def one(visit: Visit) -> Response:
    """One revision and what it changes."""
    return await _one(visit)


async def decided(visit: Visit) -> Response:
    """Approve or reject."""
    live, number = visit.house.live, min(int(visit.request.path_params["revision"]), _MOST)
    try:
        if visit.value("action") == "approve":
            await live.history.approve(number, visit.actor)
        elif visit.value("action") == "reject":
            await live.history.reject(number, visit.actor)
        else:
            raise FormError(400, mark("承認か却下を選んでください。"))
    except HistoryError as error:
        return await _one(visit, problem=visit.language.tell(error), status=409)
    await live.refresh()
    return back(f"/admin/history/{number}")


async def withdrawn(visit: Visit) -> Response:
    """Take back a change of one's own that still waits."""
    number = min(int(visit.request.path_params["revision"]), _MOST)
    try:
        await visit.house.live.history.withdraw(number, visit.actor)
    except HistoryError as error:
        return await _one(visit, problem=visit.language.tell(error), status=409)
    return back(f"/admin/history/{number}")


async def rolled_back(visit: Visit) -> Response:
    """One step back."""
    live = visit.house.live
    based_on = visit.value("based_on")
    try:
        made = await live.history.roll_back(visit.actor, based_on=int(based_on) if based_on.isdigit() else None)
    except HistoryError as error:
        raise FormError(409, error.message, **error.values) from None
    await live.refresh()
    return back(f"/admin/history/{made.id}")


async def _one(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    history = visit.house.live.history
    number = int(visit.request.path_params["revision"])
    revision = await history.get(number) if number <= _MOST else None
    if revision is None:
        raise FormError(404, mark("その版はありません。"))
    before = await _before(visit, revision)
    lines = difference(before.files if before else {}, revision.files)
    return visit.page(
        "revision.html",
        path="/admin/history",
        status=status,
        revision=revision,
        before=before,
        lines=[(_kind(line), line) for line in lines],
        current=visit.house.live.revision,
        pending=revision.state is State.PENDING,
        moment=moment,
        problem=problem,
    )


async def _before(visit: Visit, revision: Revision) -> Revision | None:
    """What held before: the approved revision with the next lower number; for one that waits, what it was made from."""
    history = visit.house.live.history
    if revision.state is not State.APPROVED:
        return await history.get(revision.parent) if revision.parent else None
    older = [r for r in await history.newest(1000) if r.id < revision.id and r.state is State.APPROVED]
    return older[0] if older else None


def _kind(line: str) -> str:
    if line.startswith(("---", "+++")):
        return "file"
    return {"+": "added", "-": "removed", "@": "place"}.get(line[:1], "same")
