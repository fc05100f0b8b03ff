"""``/check``: what would happen to a text, for every member of staff with a key; and the report of a false alarm."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gateway.accounts.accounts import same
from gateway.directory import Caller
from gateway.language import mark
from gateway.policy.trial import try_text
from gateway.reports import LONGEST_SENTENCE
from gateway.routes.admin.door import FormError, answering, page, read_form, signed_in
from gateway.routes.admin.shown import view
from gateway.routes.admin.trial import LONGEST_TEXT
from policies.classification import CLASSES
from policies.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from gateway.accounts.throttle import Throttle
    from gateway.app import House
    from gateway.pages import Pages
    from gateway.routes.admin.door import Route

_TICKET_SECONDS = 3600


def form(house: House, pages: Pages) -> Route:
    """The empty page."""

    async def handle(request: Request) -> Response:
        return _page(house, pages, request, {}, session=await signed_in(request, house))

    return answering(house, pages, handle)


def tried(house: House, pages: Pages) -> Route:
    """The page with the outcome."""

    async def handle(request: Request) -> Response:
        fields = await read_form(request, house)
        session = await signed_in(request, house)
        caller = await _caller(request, house, fields) if session is None else _NOBODY
        outcome = await _outcome(house, caller, fields)
        return _page(house, pages, request, fields, session=session, outcome=outcome)

    return answering(house, pages, handle)


def reported(house: House, pages: Pages, throttle: Throttle) -> Route:
    """Keep a report. Its ticket says that we showed this decision to this department a while ago."""

    async def handle(request: Request) -> Response:
        peer = request.client.host if request.client else ""
        fields = await read_form(request, house)
        parts = [fields.get(name, "") for name in ("department", "rule", "kind", "revision", "until")]
        if not same(fields.get("ticket", ""), _ticket(house, parts)) or int(parts[-1]) < time.time():
            raise FormError(403, mark("画面の有効期限が切れました。もう一度確かめてから報告してください。"))
        if throttle.wait(peer):
            raise FormError(429, mark("報告が続いています。しばらくしてからお試しください。"))
        throttle.failed(peer)
        agreed = fields.get("agree") == "yes"
        await house.reports.add(
            department=parts[0],
            rule=parts[1],
            kind=parts[2],
            revision=parts[3],
            sentence=fields.get("sentence", "")[:LONGEST_SENTENCE] if agreed else None,
        )
        return page(pages, house, request, "reported.html", path="/check", kept=agreed)

    return answering(house, pages, handle)


_NOBODY = Caller("", (), None, "application", "")
"""Who is signed in to the pages belongs to no department of the roster."""


async def _caller(request: Request, house: House, fields: Mapping[str, str]) -> Caller:
    headers = {"authorization": f"Bearer {fields.get('key', '').strip()}"}
    return await house.identity.identify(headers, request.client.host if request.client else None)


async def _outcome(house: House, caller: Caller, fields: Mapping[str, str]) -> dict[str, Any]:
    text, model = fields.get("text", ""), fields.get("model", "")
    classification = fields.get("classification", "")
    if len(text) > LONGEST_TEXT or classification not in {"", *CLASSES}:
        raise FormError(413, mark("確かめられるのは{most}文字までです。"), most=f"{LONGEST_TEXT:,}")
    if not (places := house.source.places(model)):
        raise FormError(404, mark("そのモデルはこのゲートウェイにありません。"))
    where = Situation(
        department=caller.department,
        ancestors=caller.ancestors,
        endpoint="chat/completions",
        model=model,
        classification=house.identity.classification(caller, {"x-sekimori-classification": classification}),
        key=caller.key_id,
        reason_given=fields.get("reason") == "yes",
    )
    policy = house.policy
    outcome = view(await house.inspector.guard(try_text, policy, text, where, places), text, policy)
    until = str(int(time.time()) + _TICKET_SECONDS)
    for decision in outcome["decisions"]:
        parts = [caller.department, decision["rule"], decision["kind"], policy.revision, until]
        decision["report"] = {
            **dict(zip(("department", "rule", "kind", "revision", "until"), parts, strict=True)),
            "ticket": _ticket(house, parts),
        }
    return outcome


def _ticket(house: House, parts: list[str]) -> str:
    """Signed with the gateway's secret: nobody reports what was never shown."""
    return house.directory.pseudonym("report\0" + "\0".join(parts))


def _page(house: House, pages: Pages, request: Request, fields: Mapping[str, str], **more: Any) -> Response:
    return page(
        pages,
        house,
        request,
        "check.html",
        path="/check",
        models=[alias for alias, _ in house.upstreams.models()],
        classes=CLASSES,
        chosen={name: fields.get(name, "") for name in ("text", "model", "classification", "reason")},
        **{"outcome": None, **more},
    )
