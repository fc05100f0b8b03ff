"""The statutes: what is loaded, a search, and files for those who keep them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gateway.language import mark
from gateway.notices import link
from gateway.routes.admin.door import FormError, back
from gateway.statute_uploads import Received
from policies.ordinance.index import StatuteIndexError

if TYPE_CHECKING:
    from starlette.responses import Response

    from gateway.routes.admin.door import Visit

_HITS = 30
_UNWRITABLE = mark("例規のフォルダーに書き込めません。管理者に連絡してください。")


async def listing(visit: Visit) -> Response:
    """All laws, the state of the load, and what a search has found."""
    return await _page(visit)


async def changed(visit: Visit) -> Response:
    """Take files in, or one out; then the index is made anew."""
    uploads, audit = visit.house.uploads, visit.house.audit
    if visit.value("action") == "remove":
        name = visit.value("name")
        if name not in uploads.files():
            raise FormError(404, mark("そのファイルはありません。"))
        await audit.append(visit.actor, "statutes.remove", name[:128])
        try:
            await uploads.remove(name)
        except OSError:
            raise FormError(503, _UNWRITABLE) from None
        uploads.start()
        return back("/admin/statutes")
    if visit.value("action") != "add" or not visit.files:
        raise FormError(422, mark("ファイルを選んでください。"))
    try:
        received = await uploads.receive(visit.files)
    except OSError:
        raise FormError(503, _UNWRITABLE) from None
    for one in received.accepted:
        await audit.append(visit.actor, "statutes.add", one.name[:128], title=one.title[:255])
    if received.accepted:
        uploads.start()
    return await _page(visit, received=received, status=200 if received.accepted else 422)


async def _page(visit: Visit, *, received: Received | None = None, status: int = 200) -> Response:
    query = visit.value("q").strip() if visit.request.method == "GET" else ""
    library = visit.house.library
    hits: list[dict[str, Any]] = []
    fault = ""
    if query:
        try:
            found = await asyncio.to_thread(library.index.search, query, _HITS)
            hits = [{"law": hit.law, "article": hit.article, "link": link(hit.law, hit.article.key)} for hit in found]
        except StatuteIndexError as error:
            fault = str(error)
    uploads = visit.house.uploads
    titles = await asyncio.to_thread(library.statutes.titles)
    return visit.page(
        "statutes.html",
        path="/admin/statutes",
        status=status,
        query=query,
        hits=hits,
        fault=fault or uploads.progress.fault,
        progress=uploads.progress,
        received=received or Received(),
        files=await asyncio.to_thread(uploads.files),
        titles=[(title, link(title, "").rstrip("/")) for title in titles],
    )
