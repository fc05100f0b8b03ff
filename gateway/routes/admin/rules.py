"""The rules in force, and the editor of the municipality's own files."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from gateway.language import mark
from gateway.policy.comparison import Difference, compare, examples
from gateway.policy.history import HistoryError, State
from gateway.routes.admin.door import back
from policies.document import DocumentError, Fault, dump, parse
from policies.loader import PolicyFile
from policies.ordinance.moved import MovedCheck
from policies.schema import MatrixRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from gateway.routes.admin.door import Visit
    from policies.ruleset import PolicySet

_JAPAN = timezone(timedelta(hours=9))
_MOST_SAMPLES, _MOST_SHOWN = 3000, 20
_NEW_FILE = "# この自治体の規則。書き方は docs/policies.ja.md にあります。\nversion: 1\n"


async def overview(visit: Visit) -> Response:
    """What is in force, what waits, what is wrong."""
    live = visit.house.live
    newest = await live.history.newest(20)
    return visit.page(
        "overview.html",
        path="/admin",
        policy=visit.house.policy,
        profile=visit.house.config.policies.profile,
        revision=live.revision,
        faults=live.faults,
        pending=[revision for revision in newest if revision.state is State.PENDING],
        announced=[r for r in newest if r.state is State.APPROVED and r.effective_at > datetime.now(UTC)],
    )


async def listing(visit: Visit) -> Response:
    """All rules, words, checks and matrix rows in force, with where each comes from."""
    policy = visit.house.policy
    owners = own_ids(visit.house.live.files)
    return visit.page(
        "rules.html",
        path="/admin/rules",
        rules=policy.rules,
        matrix=list(policy.matrix.values()),
        entries=list(policy.entries.values()),
        owners=owners,
        files=sorted(visit.house.live.files),
    )


async def editor(visit: Visit) -> Response:
    """An own file in the editor; with ``rule`` a shipped rule to be replaced, with ``report`` an example added."""
    live, policy = visit.house.live, visit.house.policy
    rule, name = visit.value("rule"), visit.value("file") or "own.yaml"
    owner = own_ids(live.files).get(rule)
    content = live.files.get(owner or name, _NEW_FILE)
    report = await visit.house.reports.get(visit.value("report")) if visit.value("report") else None
    if rule and owner is None:
        content = append(content, policy, rule, report.sentence if report else None)
    return _editor(visit, owner or name, content)


async def edited(visit: Visit) -> Response:
    """Check, save or delete what was written."""
    live, name, content = visit.house.live, visit.value("file").strip(), visit.value("content")
    action, comment = visit.value("action"), visit.value("comment")
    files = {other: text for other, text in live.files.items() if other != name}
    if action != "remove":
        files[name] = content
    try:
        effective_at = _midnight(visit.value("effective"))
        policy = await live.check(files)
        if action in {"save", "remove"}:
            saved = await live.save(
                files,
                author=visit.actor,
                comment=comment,
                based_on=int(visit.value("based_on")) if visit.value("based_on").isdigit() else None,
                effective_at=effective_at,
            )
            return back(f"/admin/history/{saved.id}")
    except DocumentError as error:
        return _editor(visit, name, content, faults=error.faults, comment=comment, status=422)
    except HistoryError as error:
        return _editor(visit, name, content, problem=visit.language.tell(error), comment=comment, status=409)
    changed = await effects(visit.house.policy, policy)
    return _editor(visit, name, content, effects=changed, comment=comment)


async def faults(visit: Visit) -> Response:
    """What is wrong with a file while it is being written: for the editor's margin."""
    name = visit.value("file").strip()
    try:
        await visit.house.live.check({**visit.house.live.files, name: visit.value("content")})
    except DocumentError as error:
        return JSONResponse({"faults": [_shown(fault, name) for fault in error.faults[:50]]})
    return JSONResponse({"faults": []})


async def effects(before: PolicySet, after: PolicySet) -> list[Difference]:
    """The examples on which a change decides differently."""

    def differences() -> list[Difference]:
        return list(islice(compare(before, after, islice(examples(before, after), _MOST_SAMPLES)), _MOST_SHOWN))

    return await asyncio.to_thread(differences)


def own_ids(files: Mapping[str, str]) -> dict[str, str]:
    """Which own file each id stands in. The files were loaded before, so they parse."""
    return {
        entry.id: name
        for name, text in files.items()
        for entries in parse(text, PolicyFile, name).model.lists().values()
        for entry in entries
    }


def append(content: str, policy: PolicySet, rule: str, sentence: str | None = None) -> str:
    """A file with the shipped rule of this id added, ready to be changed; and a sentence as its counter-example."""
    entry = policy.guidance(rule) or next((row for row in policy.matrix.values() if row.id == rule), None)
    if entry is None:
        return content
    kind = "matrix" if isinstance(entry, MatrixRow) else {
        "wording": "wording", "ordinance": "checks", "statutes": "checks"
    }.get(rule.split("/", maxsplit=1)[0], "rules")  # fmt: skip
    row_of_table = entry.row.with_examples if isinstance(entry, MovedCheck) else None
    kind = "moved" if row_of_table else kind
    data: dict[str, Any] = (row_of_table or entry).model_dump(mode="json", exclude_defaults=True)
    if sentence:
        data["examples"]["no_match"] = [*data["examples"]["no_match"], sentence]
    snippet = dump({kind: [data]})
    if head := re.search(rf"^{kind}:[ ]*\n(?=( *)- )", content, re.MULTILINE):
        # The list is there: the entry goes below its head, as deep as the others.
        body = "".join(f"{head[1]}{line}\n" for line in dump([data]).splitlines())
        return content[: head.end()] + body + content[head.end() :]
    return f"{content.rstrip()}\n{snippet}"


def _editor(visit: Visit, name: str, content: str, *, status: int = 200, **more: Any) -> Response:
    values = {"faults": (), "problem": "", "comment": "", "effects": None, **more}
    shown = [_shown(fault, name) for fault in values.pop("faults")]
    return visit.page(
        "editor.html",
        path="/admin/rules",
        status=status,
        name=name,
        content=content,
        known=name in visit.house.live.files,
        based_on=visit.value("based_on") or (visit.house.live.revision or ""),
        two_persons=visit.house.live.history.two_persons,
        faults=shown,
        **values,
    )


def _shown(fault: Fault, name: str) -> dict[str, Any]:
    return {"here": fault.path == name, "path": fault.path, "line": fault.line, "column": fault.column,
            "message": fault.message}  # fmt: skip


def _midnight(day: str) -> datetime | None:
    """The first moment of a day in Japan; None for no day. Raises HistoryError."""
    if not day.strip():
        return None
    try:
        return datetime.combine(date.fromisoformat(day.strip()), time(), _JAPAN)
    except ValueError:
        raise HistoryError(mark("施行日は 2027-04-01 の形で書いてください。")) from None
