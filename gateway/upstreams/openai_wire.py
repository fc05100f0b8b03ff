"""Servers that speak the OpenAI format: OpenAI, Azure OpenAI, vLLM, Ollama, llama.cpp, LM Studio.

Bodies pass nearly as they came. The one door to aiohttp's client.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

import aiohttp
from yarl import URL

from gateway.sse import EventDecoder, EventTooLargeError, json_bytes
from gateway.upstreams.base import (
    MAX_REPLY,
    Call,
    Deployment,
    Message,
    Messages,
    SelectionError,
    UpstreamError,
    finishes,
)
from gateway.upstreams.clock import Clock
from gateway.upstreams.refusals import Failure, error_inside, failure, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pydantic import SecretStr

    from gateway.sse import Event

# Servers commonly drop an idle connection after five seconds. A POST cannot be repeated safely,
# so we let go first rather than meet a closed one.
_KEEP_ALIVE = 4.0
# After [DONE] only the end of the transfer is due. Having read it, the connection can serve again.
_LAST_BYTES = 0.05
_MAX_ERROR_BODY = 1 << 16
_FORMS = frozenset({"audio/transcriptions"})
"""What is sent as a form with a file, not as JSON."""


class OpenAIWire:
    """One deployment that speaks the OpenAI format. Connections are made in the loop that first sends."""

    def __init__(self, deployment: Deployment, key: SecretStr | None = None) -> None:
        """Prepare address and headers; connect to nothing yet. Raises ``SelectionError`` for a bad ``ca_file``."""
        self._deployment = deployment
        self._base = URL(deployment.base_url or "")
        self._headers = {
            "accept": "application/json, text/event-stream",
            "accept-encoding": "identity",
            "user-agent": "sekimori",
            "content-type": "application/json",
            **deployment.headers,
        }
        if key is not None:
            bare = deployment.api_key_header.lower() != "authorization"
            value = key.get_secret_value()
            self._headers[deployment.api_key_header] = value if bare else f"Bearer {value}"
        self._form_headers = {name: value for name, value in self._headers.items() if name != "content-type"}
        self._tls = _authorities(deployment)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, call: Call) -> Messages:
        """Send the call; yield the whole reply, or the chunks of its stream. Raises ``UpstreamError``."""
        clock = Clock(self._deployment.timeouts, call)
        response: aiohttp.ClientResponse | None = None
        try:
            async with clock.wait():
                response = await self._post(call)
            if response.status != 200:  # noqa: PLR2004
                raise await self._refusal(response, clock)
            if response.content_type == "text/event-stream":
                asked = bool(call.body.get("stream"))
                async with aclosing(self._stream(response, clock) if asked else self._only(response, clock)) as chunks:
                    async for message in chunks:
                        yield message
                        clock.restart()
            else:
                yield await self._whole(response, clock)
        except (aiohttp.ClientError, OSError) as error:
            raise failure(_what(error), self._deployment.name) from None
        finally:
            # Closing drops the connection unless the reply was read to its end: the provider stops.
            if response is not None:
                response.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, call: Call) -> aiohttp.ClientResponse:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE, ssl=self._tls),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, connect=self._deployment.timeouts.connect),
                trust_env=False,
            )
        return await self._session.post(
            self._base.joinpath(*call.path.split("/")).with_query(self._base.query),
            data=_content(call, self._deployment.provider_model),
            headers=self._headers if call.path not in _FORMS else self._form_headers,
            proxy=self._deployment.proxy,
            allow_redirects=False,
        )

    async def _refusal(self, response: aiohttp.ClientResponse, clock: Clock) -> UpstreamError:
        try:
            body = _object(await _read(response, clock, _MAX_ERROR_BODY))
        except (ValueError, RecursionError, aiohttp.ClientPayloadError):
            body = None
        return refusal(response.status, body, self._deployment.name, response.headers.get("retry-after"))

    async def _whole(self, response: aiohttp.ClientResponse, clock: Clock) -> Message:
        try:
            content = await _read(response, clock, MAX_REPLY)
        except EventTooLargeError:
            raise failure("upstream_reply_too_large", self._deployment.name) from None
        return self._message(content, "message")

    async def _stream(self, response: aiohttp.ClientResponse, clock: Clock) -> Messages:
        """Yield the chunks up to ``[DONE]``; a stream that just stops, or is empty, ended early."""
        begun = finished = False
        try:
            async with aclosing(_events(response, clock)) as events:
                async for event in events:
                    if event.data == "[DONE]":
                        finished = begun
                    elif event.data:
                        message = self._message(event.data, event.event)
                        begun, finished = True, finished or finishes(message)
                        yield message
        except EventTooLargeError:
            raise failure("upstream_reply_too_large", self._deployment.name) from None
        except aiohttp.ClientPayloadError:
            if not finished:
                raise
        if not finished:
            raise failure("upstream_ended_early", self._deployment.name)

    async def _only(self, response: aiohttp.ClientResponse, clock: Clock) -> Messages:
        """Take a whole reply out of a stream that nobody asked for; a chunk would be misread as one."""
        reply: Message | None = None
        async with aclosing(self._stream(response, clock)) as messages:
            async for message in messages:
                piece = str(message.get("object", "")).endswith(".chunk") or isinstance(message.get("type"), str)
                if reply is not None or piece:
                    raise failure("upstream_bad_answer", self._deployment.name)
                reply = message
        if reply is None:
            raise failure("upstream_bad_answer", self._deployment.name)
        yield reply

    def _message(self, content: bytes | str, event: str) -> Message:
        try:
            message = _object(content)
        except (ValueError, RecursionError):
            raise failure("upstream_bad_answer", self._deployment.name) from None
        if error := error_inside(message, event, self._deployment.name):
            raise error
        return message


def _content(call: Call, model: str) -> bytes | aiohttp.FormData:
    """The body for the wire: JSON, or a form whose file has a name of ours."""
    body = _own_fields(call) | {"model": model}
    if call.path not in _FORMS:
        return json_bytes(body)
    form = aiohttp.FormData(quote_fields=False)
    for name, value in body.items():
        if isinstance(value, dict):
            form.add_field(
                name, value["data"], filename=f"sound.{value['format']}", content_type="application/octet-stream"
            )
        elif not isinstance(value, bool):  # a stream is refused: nobody has to be told that there is none
            for each in value if isinstance(value, list) else [value]:
                form.add_field(name, str(each))
    return form


def _own_fields(call: Call) -> Message:
    """The body as OpenAI's format knows it: what only Claude or Gemini take is left out of a translated one."""
    if not call.translated:
        return call.body
    messages = [
        {name: value for name, value in message.items() if name != "thinking_blocks"}
        for message in call.body["messages"]
    ]
    rest = {name: value for name, value in call.body.items() if name not in {"thinking", "top_k"}}
    return {**rest, "messages": messages}


def _authorities(deployment: Deployment) -> ssl.SSLContext | bool:
    """Return whom to trust: the authorities of ``ca_file``, or True for the system's."""
    if deployment.ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=deployment.ca_file)
    except OSError as error:
        raise SelectionError(
            f"deployment {deployment.name}: ca_file {deployment.ca_file} cannot be used: {error.strerror or error}"
        ) from None


async def _events(response: aiohttp.ClientResponse, clock: Clock) -> AsyncGenerator[Event, None]:
    """Yield the events of a stream; ``[DONE]`` is the last."""
    decoder = EventDecoder()
    while True:
        async with clock.wait():
            chunk = await response.content.readany()
        if not chunk:
            decoder.close()
            return
        for event in decoder.feed(chunk):
            if event.data == "[DONE]":
                with suppress(TimeoutError, aiohttp.ClientError):
                    async with asyncio.timeout(_LAST_BYTES):
                        await response.content.readany()
                yield event
                return
            yield event


async def _read(response: aiohttp.ClientResponse, clock: Clock, most: int) -> bytes:
    """Read a body. Raises ``EventTooLargeError`` beyond ``most`` bytes."""
    content = bytearray()
    while True:
        async with clock.wait():
            chunk = await response.content.readany()
        if not chunk:
            return bytes(content)
        content += chunk
        if len(content) > most:
            raise EventTooLargeError(f"a body has more than {most} bytes")


def _what(error: aiohttp.ClientError | OSError) -> Failure:
    """Name what a broken exchange means; time-outs are a kind of ``OSError``."""
    if isinstance(error, TimeoutError):
        return "upstream_timeout"
    if isinstance(error, (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError)):
        return "upstream_ended_early"
    if isinstance(error, aiohttp.ClientResponseError) and not isinstance(error, aiohttp.ClientHttpProxyError):
        return "upstream_bad_answer"
    return "upstream_unreachable"


def _object(content: bytes | str) -> Message:
    """Read one JSON object; NaN and Infinity, which JSON does not have, become null."""
    value: Any = json.loads(content, parse_constant=lambda _: None)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  as for all else that is no message
    return value
