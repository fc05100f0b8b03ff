"""What is public: the list on its page, checked while it is written, saved with a reason."""

from __future__ import annotations

import asyncio
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from gateway.accounts.roles import Permission
from gateway.language import mark
from gateway.policy.comparison import Sample, compare, examples
from gateway.public_list import PublicList, PublicListError
from gateway.routes.admin.door import FormError, back
from policies.document import DocumentError, parse
from redaction.allowlist import AllowFile

if TYPE_CHECKING:
    from starlette.responses import Response

    from gateway.policy.comparison import Difference
    from gateway.routes.admin.door import Visit
    from policies.ruleset import PolicySet

_MOST_SAMPLES, _MOST_SHOWN = 1500, 20


async def editor(visit: Visit) -> Response:
    """The list as it lies on disk."""
    return _page(visit)


async def edited(visit: Visit) -> Response:
    """Check or save what was written."""
    public, content, comment = PublicList(visit.house), visit.value("content"), visit.value("comment")
    try:
        if visit.value("action") == "save":
            await public.save(content, actor=visit.actor, comment=comment)
            return back("/admin/allowlist")
        policy = await public.check(content)
    except DocumentError as error:
        return _page(visit, content=content, comment=comment, faults=error.faults, status=422)
    except PublicListError as error:
        return _page(visit, content=content, comment=comment, problem=visit.language.tell(error), status=409)
    except OSError:
        raise FormError(503, mark("ファイルに書き込めません。管理者に連絡してください。")) from None
    changed = await asyncio.to_thread(_effects, visit.house.policy, policy, content)
    return _page(visit, content=content, comment=comment, effects=changed)


async def faults(visit: Visit) -> Response:
    """What is wrong with the list while it is being written: for the editor's margin."""
    public = PublicList(visit.house)
    try:
        await public.check(visit.value("content"))
    except DocumentError as error:
        return JSONResponse({"faults": [_shown(fault, public.name) for fault in error.faults[:50]]})
    return JSONResponse({"faults": []})


def _effects(before: PolicySet, after: PolicySet, content: str) -> list[Difference]:
    """The examples, the list's own first, that would leave otherwise."""
    own = parse(content, AllowFile, "allowlist").model.examples
    samples = chain((Sample("", text) for text in (*own.public, *own.hidden)), examples(before))
    return list(islice(compare(before, after, islice(samples, _MOST_SAMPLES)), _MOST_SHOWN))


def _page(visit: Visit, *, status: int = 200, **more: Any) -> Response:
    public = PublicList(visit.house)
    values = {"faults": (), "problem": "", "comment": "", "effects": None, **more}
    shown = [_shown(fault, public.name) for fault in values.pop("faults")]
    if "content" not in values:
        try:
            values["content"] = public.content()
        except (OSError, UnicodeDecodeError):
            raise FormError(503, mark("公開情報のファイルを読めません。管理者に連絡してください。")) from None
    return visit.page(
        "allowlist.html",
        path="/admin/allowlist",
        status=status,
        name=public.name,
        edit=visit.session.account.may(Permission.EDIT),
        two_persons=visit.house.live.history.two_persons,
        faults=shown,
        **values,
    )


def _shown(fault: Any, name: str) -> dict[str, Any]:
    return {"here": fault.path == name, "path": fault.path, "line": fault.line, "column": fault.column,
            "message": fault.message}  # fmt: skip
