"""``/v1/check``, ``/v1/check/batch``, ``/v1/moderations``: what the policy says of a text, without sending it anywhere.

Nothing leaves, so nothing is recorded as an exchange: a check is no use of a model.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from gateway import sse
from gateway.checking import inspect
from gateway.documents.attachments import MAX_NAME, decode
from gateway.documents.limits import REASONS, UnreadableError
from gateway.endpoints.door import object_at, parse, unsupported
from gateway.errors import ApiError, BadRequest, Unavailable
from gateway.routes.inference import EventStream, read_body
from policies.decision import Action
from policies.situation import Situation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from fastapi import FastAPI
    from starlette.requests import Request

    from gateway.app import House
    from gateway.directory import Caller
    from policies.ruleset import PolicySet

    Route = Callable[[Request], Awaitable[Response]]

_JSON = frozenset({"application/json"})
_LINES = frozenset({"application/jsonl", "application/x-ndjson", "application/json", "text/plain"})
_CHOICES = {"direction": ("request", "reply"), "zone": ("external", "on_premises")}
_FLAGGED = frozenset(action.word for action in Action if action > Action.ALLOW)
_OPENAI = (
    "harassment harassment/threatening hate hate/threatening illicit illicit/violent self-harm self-harm/instructions "
    "self-harm/intent sexual sexual/minors violence violence/graphic"
).split()
"""Categories that OpenAI's clients expect. Nobody here judges them: they are always false, and ``not_judged`` says so."""


def mount(app: FastAPI, house: House) -> None:
    """Add the routes to the application."""
    for path, answer in (("/v1/check", _check), ("/v1/check/batch", _batch), ("/v1/moderations", _moderate)):
        app.add_route(path, _let_in(house, answer), methods=["POST"])


def _let_in(house: House, answer: Callable[[House, Request, Caller], Awaitable[Response]]) -> Route:
    """A route for callers with a key, while there is room."""

    async def route(request: Request) -> Response:
        caller = await house.identity.identify(request.headers, request.client.host if request.client else None)
        if not house.admit():
            raise Unavailable("混み合っています。", code="overloaded", headers={"Retry-After": "1"})
        try:
            return await answer(house, request, caller)
        finally:
            house.leave()

    return route


async def _check(house: House, request: Request, caller: Caller) -> Response:
    """One text, or one document."""
    body = parse(await read_body(request, house.config.server, _JSON), unique=True)
    text = await _text(house, body)
    found = await _inspect(house, house.policy, _where(caller, body), (None, text))
    del found["id"]
    read = {"text": text} if "document" in body else {}
    return JSONResponse({**found, **read, "policy": house.policy.revision}, headers={"Cache-Control": "no-store"})


async def _batch(house: House, request: Request, caller: Caller) -> Response:
    """Lines of ``{"id", "text"}`` in, a line for each out as soon as it is read. A bad line is answered by its number.

    Windows writes a byte order mark before the first.
    """
    server = house.config.server
    raw = await read_body(request, server, _LINES, server.max_batch_bytes)
    return EventStream(
        _lines(house, raw, caller), media_type="application/x-ndjson", headers={"Cache-Control": "no-store"}
    )


async def _lines(house: House, raw: bytes, caller: Caller) -> AsyncIterator[bytes]:
    policy, limit = house.policy, house.config.server.max_body_bytes  # one policy for all lines
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        answer: dict[str, Any]
        try:
            if len(line) > limit:
                raise BadRequest(f"行が大きすぎます（{limit:,}バイトまで）。")
            row = parse(line, unique=True)
            text = await _text(house, row)
            answer = await _inspect(house, policy, _where(caller, row), (row.get("id"), text))
        except ApiError as error:
            answer = {"line": number, **error.body()}
        yield sse.json_bytes(answer) + b"\n"


async def _moderate(house: House, request: Request, caller: Caller) -> Response:
    """OpenAI's moderations, answered by our own detectors."""
    body = parse(await read_body(request, house.config.server, _JSON), unique=True)
    given = body.get("input")
    texts = [_moderated(item) for item in (given if isinstance(given, list) else [given])]
    if not texts:
        raise BadRequest("input を指定してください。", param="input")
    found = [await _inspect(house, house.policy, _where(caller, {}), (None, text)) for text in texts]
    answer = {"id": f"modr-{secrets.token_hex(12)}", "model": "sekimori", "results": [_result(each) for each in found]}
    return JSONResponse({**answer, "sekimori": {"policy": house.policy.revision, "not_judged": _OPENAI}})


def _moderated(item: Any) -> str:
    if isinstance(item, dict) and item.get("type") == "text":
        item = item.get("text")
    if isinstance(item, dict):
        raise unsupported("文字以外の input", "画像は読めません。", "input")
    if not isinstance(item, str):
        raise BadRequest("input は文字列か文字列の配列にしてください。", param="input")
    return item


def _result(found: dict[str, Any]) -> dict[str, Any]:
    kinds = {each["kind"].replace(".", "/"): each["score"] for each in found["findings"] if each["action"] in _FLAGGED}
    categories = {**dict.fromkeys(_OPENAI, False), **dict.fromkeys(kinds, True)}
    return {
        "flagged": bool(kinds),
        "categories": categories,
        "category_scores": {**dict.fromkeys(_OPENAI, 0.0), **kinds},
        "category_applied_input_types": {name: ["text"] for name in categories},
    }


async def _inspect(house: House, policy: PolicySet, where: Situation, named: tuple[Any, str]) -> dict[str, Any]:
    return await house.inspector.guard(partial(inspect, advice=True), policy, where, *named)


async def _text(house: House, body: dict[str, Any]) -> str:
    """The text to be judged, or that of the document. Raises BadRequest."""
    if "document" in body:
        return await _document(house, object_at(body["document"], "document"))
    text = body.get("text")
    if not isinstance(text, str):
        raise BadRequest("text を文字列で、または document を指定してください。", param="text")
    return text


async def _document(house: House, given: dict[str, Any]) -> str:
    name = given.get("name")
    name = name[:MAX_NAME] if isinstance(name, str) else "document"
    try:
        text = await house.reader.read(name, decode(given.get("data"), name))
    except UnreadableError as error:
        message = f"文書「{name}」を読めません。{REASONS[error.reason]}。"
        raise BadRequest(message, code="unreadable_document", param="document") from None
    if text is None:
        raise BadRequest(f"文書「{name}」には読める文字がありません。", code="unreadable_document", param="document")
    return text


def _where(caller: Caller, body: dict[str, Any]) -> Situation:
    """The situation to judge for: a chat request to an external model, unless the body says otherwise."""
    for name, choices in _CHOICES.items():
        if body.get(name) is not None and body[name] not in choices:
            raise BadRequest(f"{name} は {' か '.join(choices)} にしてください。", param=name)
    named = {name: body[name] for name in ("model", "endpoint") if isinstance(body.get(name), str)}
    return Situation(
        direction=body.get("direction") or "request",
        zone=body.get("zone") or "external",
        department=caller.department,
        ancestors=caller.ancestors,
        **{"endpoint": "chat/completions", **named},
    )
