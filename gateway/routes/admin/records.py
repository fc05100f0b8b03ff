"""For auditors: recent exchanges, which hold no text, and the audit chain."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from gateway.language import mark
from gateway.notices import matter
from gateway.routes.admin.door import FormError
from gateway.routes.admin.shown import WORDS
from metrics.record import Outcome
from policies.document import DocumentError
from policies.ordinance.checks import Check

if TYPE_CHECKING:
    from starlette.responses import Response

    from gateway.routes.admin.door import Visit
    from policies.ruleset import PolicySet

_JAPAN = timezone(timedelta(hours=9))
_PAGE = 100
_ACTIONS = {action.word: word for action, word in WORDS.items()}
_OUTCOMES = {
    Outcome.ANSWERED: mark("回答した"),
    Outcome.BLOCKED: mark("送らなかった"),
    Outcome.FAILED: mark("失敗した"),
    Outcome.CANCELLED: mark("利用者がやめた"),
    Outcome.INTERRUPTED: mark("途中で止まった"),
    None: mark("処理中"),
}


async def exchanges(visit: Visit) -> Response:
    """The newest exchanges with their decisions."""
    return visit.page(
        "exchanges.html",
        path="/admin/exchanges",
        rows=await visit.house.store.newest(_PAGE),
        actions=_ACTIONS,
        outcomes=_OUTCOMES,
        moment=moment,
    )


async def exchange(visit: Visit) -> Response:
    """One exchange: what was decided, by which rules, with their reasons and articles as its own policy had them."""
    record = await visit.house.store.record(str(visit.request.path_params["exchange"]))
    if record is None:
        raise FormError(404, mark("その利用の記録はありません。"))
    policy = await _policy(visit, record["policy_revision"])
    names = {row.code: row.name for row in await visit.house.directory.departments()}
    return visit.page(
        "exchange.html",
        path="/admin/exchanges",
        record=record,
        department=names.get(record["department"], ""),
        rules=[_rule(visit, policy, rule) for rule in record["rules"]],
        known=policy is not None,
        actions=_ACTIONS,
        outcomes=_OUTCOMES,
        moment=moment,
    )


async def _policy(visit: Visit, revision: str) -> PolicySet | None:
    """The policy of a revision: the one in force, or one of the history; None where neither is it any more."""
    house = visit.house
    if house.policy.revision == revision:
        return house.policy
    saved = await house.live.history.of_policy(revision)
    if saved is None:
        return None
    try:
        policy = await asyncio.to_thread(house.source.load, saved.files, run_examples=False)
    except DocumentError:  # the shipped rules have changed since, and these files do not fit them any more
        return None
    return policy if policy.revision == revision else None


def _rule(visit: Visit, policy: PolicySet | None, rule: str) -> dict[str, Any]:
    guidance = policy.guidance(rule) if policy else None
    row = next((row for row in policy.matrix.values() if row.id == rule), None) if policy else None
    about = guidance or row
    articles = matter(guidance, visit.house.library.statutes)["articles"] if isinstance(guidance, Check) else None
    return {
        "id": rule,
        "title": guidance.title if isinstance(guidance, Check) else "",
        "message": about.message if about else "",
        "better": guidance.better if guidance else None,
        "basis": about.basis if about else None,
        "consult": about.consult if about else None,
        "articles": articles or [],
    }


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
