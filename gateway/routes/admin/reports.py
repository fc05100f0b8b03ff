"""For editors: reports of false alarms, each a step away from an example of its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.language import mark
from gateway.routes.admin.door import FormError, back
from gateway.routes.admin.records import moment

if TYPE_CHECKING:
    from starlette.responses import Response

    from gateway.routes.admin.door import Visit


async def listing(visit: Visit) -> Response:
    """Those that nobody has dealt with."""
    return visit.page("reports.html", path="/admin/reports", rows=await visit.house.reports.open(), moment=moment)


async def closed(visit: Visit) -> Response:
    """An editor has dealt with one: its sentence is deleted."""
    if not await visit.house.reports.close(visit.value("report")):
        raise FormError(404, mark("その報告はありません。"))
    return back("/admin/reports")
