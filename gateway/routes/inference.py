"""One route function for every endpoint: identify, open, handle, answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse

from gateway import notices, sse
from gateway.endpoints.base import texts
from gateway.errors import ApiError, BadRequest, TooLarge, Unavailable, WrongMediaType
from gateway.exchange import Exchange

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Send

    from gateway.app import House
    from gateway.config import Server
    from gateway.endpoints.base import Endpoint, Message

Route = Callable[["Request"], Awaitable[Response]]


class RequestTimeoutError(ApiError):
    """408: the client did not send its body in time."""

    status, type, code = 408, "invalid_request_error", "request_timeout"


class EventStream(StreamingResponse):
    """A stream whose source is closed at once when the client goes away."""

    media_type = "text/event-stream"

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
            if exchange.streamed:
                return EventStream(_events(first, messages, house), headers=_headers(exchange))
            async for _ in messages:  # a whole reply is one message: this lets the exchange come to its end
                pass
        except BaseException:
            house.leave()
            raise
        house.leave()
        return Response(sse.json_bytes(first), media_type="application/json", headers=_headers(exchange))

    return route


async def _open(endpoint: Endpoint, house: House, request: Request) -> Exchange:
    """From a request to an Exchange. Raises ApiError: 400, 401, 408, 413, 415."""
    peer = request.client.host if request.client else None
    caller = await house.identity.identify(request.headers, peer)
    raw = await _body(request, house.config.server)
    body = parse(raw)
    endpoint.check(body)
    caller = house.identity.person(caller, request.headers, body)
    parts = texts(body)
    labels = house.config.adoption.label(caller, request.headers, parts)
    return Exchange(caller, endpoint, body, parts, house.policy, labels=labels)


async def _body(request: Request, server: Server) -> bytes:
    limit = server.max_body_bytes
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise WrongMediaType("Content-Type は application/json にしてください。")
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


def parse(raw: bytes) -> Message:
    """A JSON object from bytes. Raises BadRequest for all that is not plain, finite JSON."""
    try:
        body = json.loads(raw.decode("utf-8"), parse_float=_finite, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise BadRequest("本文は UTF-8 の JSON にしてください。", code="invalid_json") from None
    except json.JSONDecodeError as error:
        raise BadRequest(
            f"JSON として読めません（{error.lineno}行{error.colno}文字目）。", code="invalid_json"
        ) from None
    except RecursionError:
        raise BadRequest("入れ子が深すぎます。", code="invalid_json") from None
    except ValueError:
        raise BadRequest("JSON に扱えない数値があります。", code="invalid_json") from None
    if not isinstance(body, dict):
        raise BadRequest("本文は JSON のオブジェクトにしてください。", code="invalid_json")
    if b"\\ud" in raw.lower():
        try:
            json.dumps(body, ensure_ascii=False).encode("utf-8")
        except (UnicodeEncodeError, RecursionError):
            raise BadRequest("文字列に不正な文字（対にならないサロゲート）があります。", code="invalid_json") from None
    return body


def _finite(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise ValueError
    return number


def _no_constant(_: str) -> float:
    raise ValueError


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


async def _events(first: Message, messages: Any, house: House) -> AsyncIterator[bytes]:
    """Server-sent events; what goes wrong after the first message is an event too."""
    try:
        async with aclosing(messages):
            yield sse.encode(first)
            async for message in messages:
                yield sse.encode(message)
    except ApiError as error:
        yield sse.encode(error.body())
    finally:
        house.leave()
    yield sse.DONE


def _headers(exchange: Exchange) -> dict[str, str]:
    return {
        "X-Sekimori-Exchange": exchange.id,
        "X-Sekimori-Verdict": exchange.verdict.word,
        "X-Sekimori-Notices": str(len(notices.notices(exchange))),
        "Cache-Control": "no-store",
    }
