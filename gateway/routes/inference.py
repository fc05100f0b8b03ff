"""One route function for every endpoint: identify, open, handle, answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse

from gateway import notices
from gateway.documents.attachments import unfold
from gateway.endpoints.base import texts
from gateway.errors import ApiError, BadRequest, TooLarge, Unavailable, WrongMediaType
from gateway.exchange import Exchange
from redaction.pseudonyms import Pseudonyms

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Send

    from gateway.app import House
    from gateway.config import Server
    from gateway.endpoints.base import Message
    from gateway.endpoints.door import Endpoint, Voice

Route = Callable[["Request"], Awaitable[Response]]


class RequestTimeoutError(ApiError):
    """408: the client did not send its body in time."""

    status, type, code = 408, "invalid_request_error", "request_timeout"


class EventStream(StreamingResponse):
    """A stream whose source is closed at once when the client goes away."""

    async def stream_response(self, send: Send) -> None:
        """Send the events; close their source however it ends."""
        source = cast("AsyncGenerator[bytes, None]", self.body_iterator)
        async with aclosing(source):
            await super().stream_response(send)


class ClientGone(ApiError):
    """499: the client went away before the reply began; nobody reads this answer."""

    status, code = 499, "client_closed_request"


def serve(endpoint: Endpoint, house: House) -> Route:
    """The route function of an endpoint."""

    async def route(request: Request) -> Response:
        if not house.admit():
            raise Unavailable(
                "混み合っています。少し待ってからもう一度お試しください。",
                code="overloaded",
                headers={"Retry-After": "1"},
            )
        try:
            exchange = await _open(endpoint, house, request)
            messages = house.gateway.handle(exchange)
            first = await _first(messages, request)
            voice = endpoint.voice(exchange.body)
            if exchange.streamed:
                events = _events(first, messages, voice, house)
                return EventStream(events, headers=_headers(exchange), media_type=voice.media_type)
            async for _ in messages:  # a whole reply is one message: this lets the exchange come to its end
                pass
        except BaseException:
            house.leave()
            raise
        house.leave()
        content, media_type = voice.whole(first)
        return Response(content, media_type=media_type, headers=_headers(exchange))

    return route


async def _open(endpoint: Endpoint, house: House, request: Request) -> Exchange:
    """From a request to an Exchange. Raises ApiError: 400, 401, 408, 413, 415."""
    peer = request.client.host if request.client else None
    caller = await house.identity.identify(request.headers, peer)
    raw = await read_body(request, house.config.server, endpoint.media_types)
    body = endpoint.receive(endpoint.parse(raw), _path(request, house))
    await unfold(body, house.reader)
    endpoint.check(body)
    caller = house.identity.person(caller, request.headers, body)
    classification = house.identity.classification(caller, request.headers)
    reason = house.identity.reason(request.headers)
    found = texts(body, endpoint.numbers)
    exchange = Exchange(caller, endpoint, body, found, house.policy, classification, reason)
    exchange.labels = house.config.adoption.label(caller, request.headers, found)
    exchange.statutes = house.library.statutes
    if endpoint.serves == "embeddings":
        exchange.vault = Pseudonyms(house.directory.pseudonym)
    return exchange


def _path(request: Request, house: House) -> dict[str, str]:
    """What the address says: its path, the names in it, and its query (``?alt``); ``?model`` is never missing."""
    aliases = [alias for alias, _ in house.upstreams.models()]
    asked = {f"?{name}": value for name, value in request.query_params.items() if value}
    return {"?model": aliases[0], **asked, **request.path_params, "path": request.url.path}


async def read_body(request: Request, server: Server, media_types: frozenset[str], limit: int | None = None) -> bytes:
    """The bytes of a body, at most ``limit`` (``max_body_bytes``). Raises 408, 413, 415."""
    limit = limit or server.max_body_bytes
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in media_types:
        wanted = "、".join(sorted(media_types - {""}))
        raise WrongMediaType(f"Content-Type は {wanted} にしてください。")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise WrongMediaType("圧縮した本文（Content-Encoding）には対応していません。")
    too_large = TooLarge(f"本文が大きすぎます（{limit:,}バイトまで）。")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(server.body_timeout_seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise too_large
                chunks.append(chunk)
    except TimeoutError:
        raise RequestTimeoutError("本文が時間内に届きませんでした。") from None
    except ClientDisconnect:
        raise BadRequest("本文が途中で途切れました。") from None
    return b"".join(chunks)


async def _first(messages: AsyncIterator[Message], request: Request) -> Message:
    """The first message; the exchange is cancelled when the client goes away before it."""
    waiting = asyncio.ensure_future(anext(messages))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({waiting, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            raise ClientGone("利用者が接続を切りました。")
        return waiting.result()
    finally:
        gone.cancel()
        waiting.cancel()
        await asyncio.wait({waiting, gone})  # the exchange is closed before the door is


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _events(first: Message, messages: Any, voice: Voice, house: House) -> AsyncIterator[bytes]:
    """The stream in the caller's dialect; what goes wrong after the first message is told in it too."""
    failed: ApiError | None = None
    try:
        async with aclosing(messages):
            if told := voice.feed(first):
                yield told
            async for message in messages:
                if told := voice.feed(message):
                    yield told
    except ApiError as error:
        failed = error
    finally:
        house.leave()
    yield voice.close() if failed is None else voice.fail(failed)


def _headers(exchange: Exchange) -> dict[str, str]:
    return {
        "X-Sekimori-Exchange": exchange.id,
        "X-Sekimori-Verdict": exchange.verdict.word,
        "X-Sekimori-Notices": str(len(notices.notices(exchange))),
        "Cache-Control": "no-store",
    }
