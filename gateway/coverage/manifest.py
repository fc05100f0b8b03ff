"""The coverage manifest: endpoint × place × (whole, streamed) → inspected, refused, or a decision of the policy.

Nothing here is claimed by hand. A request's cell is found out by the walk that reads requests, a
reply's by the parts that the reply loop rewrites. A place that neither reads nor refuses is ``missed``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gateway.coverage.native import NATIVE_REPLIES, native_reply
from gateway.coverage.samples import CHAT_REPLIES, REQUESTS, chat_reply, other_reply
from gateway.documents.attachments import attachments
from gateway.documents.limits import Limits
from gateway.documents.reading import read
from gateway.endpoints.base import texts
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.endpoints.door import Endpoint

Cell = Literal["inspected", "refused", "policy", "none", "missed"]
"""``policy``: no text, so the rules for ``content.*`` decide. ``none``: the API has no such place."""

MARK = "SEKIMORI MARK"


class UnlistedEndpointError(LookupError):
    """An endpoint has no rows in the samples."""


@dataclass(frozen=True, slots=True)
class Row:
    """One place of one endpoint."""

    endpoint: str
    paths: tuple[str, ...]
    place: str
    whole: Cell
    streamed: Cell


def manifest(endpoints: Iterable[Endpoint]) -> list[Row]:
    """Every row, in the order of the endpoints. Raises UnlistedEndpointError."""
    return [row for endpoint in endpoints for row in _rows(endpoint)]


def _rows(endpoint: Endpoint) -> Iterator[Row]:
    if endpoint.name not in REQUESTS:
        raise UnlistedEndpointError(f"{endpoint.name} has no rows in gateway/coverage/samples.py")
    for place in REQUESTS[endpoint.name]:
        whole, streamed = (request_cell(endpoint, place, stream=stream) for stream in (False, True))
        yield Row(endpoint.path, endpoint.routes, place, whole, streamed)
    for place in CHAT_REPLIES:
        whole, streamed = (reply_cell(endpoint, place, stream=stream) for stream in (False, True))
        if whole != "none":
            yield Row(endpoint.path, endpoint.routes, place, whole, streamed)
    for place in NATIVE_REPLIES if endpoint.native == "responses" else ():
        whole, streamed = (native_cell(endpoint, place, stream=stream) for stream in (False, True))
        yield Row(endpoint.path, endpoint.routes, place, whole, streamed)


def request_cell(endpoint: Endpoint, place: str, *, stream: bool) -> Cell:
    """What happens to a text, or to something that is none, at one place of a request."""
    try:
        body = received(endpoint, REQUESTS[endpoint.name][place](MARK), stream=stream)
        for document in attachments(body):
            document.replace(read(document.name, document.data, Limits()) or "")
        endpoint.check(body)
    except BadRequest:
        return "refused"
    found = texts(body, endpoint.numbers)
    if any(MARK in part.text for part in found.parts):
        return "inspected"
    return "policy" if found.opaque else "missed"


def received(endpoint: Endpoint, sample: dict[str, Any], *, stream: bool) -> dict[str, Any]:
    """A sample as the endpoint receives it, with its model and the way of answering."""
    verb = ":streamGenerateContent" if stream else ":generateContent"
    path = {"model": "m", "?model": "m", "?alt": "sse", "?stream": "true" if stream else "", "path": verb}
    return endpoint.receive({"model": "m", "stream": stream, **sample}, path)


def reply_cell(endpoint: Endpoint, place: str, *, stream: bool) -> Cell:
    """What happens to a text at one place of a reply."""
    if endpoint.serves == "chat/completions":
        if place == "reply, every choice" and not _many(endpoint):
            return "none"
        message = chat_reply(MARK, place, "delta" if stream else "message")
    elif (other := other_reply(MARK, place, endpoint.serves)) is not None:
        message = other
    else:
        return "none"
    if stream and refuses_streams(endpoint):
        return "refused"
    return "inspected" if any(MARK in part.text for part in endpoint.reply_parts(message)) else "missed"


def native_cell(endpoint: Endpoint, place: str, *, stream: bool) -> Cell:
    """What happens to a text of a reply that comes in the caller's own dialect: read once, and nowhere said unread."""
    hear, read = endpoint.ear(), False
    for message in native_reply(MARK, place, stream=stream):
        heard = hear(message)
        inspected = sum(MARK in part.text for part in endpoint.reply_parts(heard))
        if json.dumps(heard).count(MARK) != inspected:
            return "missed"
        read = read or inspected > 0
    return "inspected" if read else "missed"


def refuses_streams(endpoint: Endpoint) -> bool:
    """Whether a request that asks for a stream is refused."""
    try:
        endpoint.check(received(endpoint, REQUESTS[endpoint.name]["user"](MARK), stream=True))
    except BadRequest:
        return True
    return False


def _many(endpoint: Endpoint) -> bool:
    """Whether a request can ask for several replies."""
    body = received(endpoint, REQUESTS[endpoint.name]["user"](MARK), stream=False)
    return endpoint.groups({**body, "n": 2, "generationConfig": {"candidateCount": 2}}) > 1
