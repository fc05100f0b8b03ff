"""What an endpoint says about its bodies, and how its replies are told. Data for the one route function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from gateway import sse
from gateway.errors import ApiError, BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

    from gateway.endpoints.base import Key, Message, TextPart


class Voice(Protocol):
    """One reply as its caller hears it: the messages of the endpoint in, bytes of the dialect out.

    Whole: ``whole`` once. Streamed: ``feed`` for each message, then ``close``, or ``fail`` when it breaks off.
    """

    media_type: str

    def whole(self, message: Message) -> tuple[bytes, str]:
        """The body of a whole reply and its media type."""
        ...

    def feed(self, message: Message) -> bytes:
        """What one message adds to the stream; may be nothing."""
        ...

    def close(self) -> bytes:
        """What ends the stream."""
        ...

    def fail(self, error: ApiError) -> bytes:
        """What ends a stream that broke off."""
        ...


class Endpoint(Protocol):
    """One API: data about its bodies. A reply is one message, or a stream of them."""

    name: str
    path: str
    """Its name in rules, records and metrics: the path below ``/v1/`` for those of OpenAI's."""
    serves: str
    """What a deployment must list in ``endpoints`` to serve it; the path of the call upstream."""
    native: str | None
    """What a deployment may list instead, to be asked in the caller's own dialect; preferred where both are listed."""
    media_types: frozenset[str]
    """What ``Content-Type`` a request may have."""
    numbers: frozenset[Key]
    """Places of numbers that steer and may be long (``seed``); any other long number is inspected like a text."""

    @property
    def routes(self) -> tuple[str, ...]:
        """Paths at the door. ``{model}`` in a path names the model alias."""
        ...

    def parse(self, raw: bytes) -> Message:
        """The body from its bytes. Raises BadRequest."""
        ...

    def receive(self, body: Message, path: Mapping[str, str]) -> Message:
        """The body with what its path and its dialect say: ``model``, ``stream``, ``user`` as OpenAI names them.

        ``path`` has the names in the address, its query (``?alt``), and all of it as ``path``.
        """
        ...

    def voice(self, body: Message) -> Voice:
        """How the reply to this body is told to the caller."""
        ...

    def check(self, body: Message) -> None:
        """Refuse what has the wrong shape or asks for what cannot be inspected (BadRequest)."""
        ...

    def prepare(self, body: Message) -> Message:
        """The body as it goes upstream; called after inspection, on the inspected body."""
        ...

    def prepare_native(self, body: Message) -> Message:
        """The body as it goes to a deployment that lists ``native``."""
        ...

    def ear(self) -> Callable[[Message], Message]:
        """Through what the messages of one reply are heard, before they are read."""
        ...

    def groups(self, body: Message) -> int:
        """How many replies (choices) the request asks for."""
        ...

    def answers_in_json(self, body: Message) -> bool:
        """Whether the reply's text has to stay valid JSON."""
        ...

    def reply_parts(self, message: Message) -> Iterator[TextPart]:
        """The texts of one message, in the order in which a model writes them."""
        ...

    def closed_by(self, message: Message, open_keys: Sequence[Key]) -> Sequence[Key]:
        """Which of the texts still open end with this message."""
        ...

    def delta(self, message: Message, key: Key, text: str) -> Message:
        """A message like this one that carries only ``text`` for ``key``."""
        ...

    def text_key(self, group: Hashable) -> Key:
        """The key of a group's main text, where notices to the reader go."""
        ...

    def main(self, key: Key) -> bool:
        """Whether a text is the main one of its group, below which notices go."""
        ...

    def stop(self, message: Message, group: Hashable, text: str) -> list[Message]:
        """End a group here with ``text``; in place for a whole reply, else by further messages."""
        ...

    def mute(self, message: Message, groups: frozenset[Hashable]) -> bool:
        """Take ended groups out of a message; False when nothing is left to send."""
        ...

    def ends(self, message: Message) -> bool:
        """Whether this message ends a text: it may be the last one."""
        ...

    def usage(self, message: Message) -> tuple[int, int] | None:
        """Input and output tokens, where the message tells them."""
        ...

    def for_caller(self, message: Message, body: Message) -> Message | None:
        """The message as the caller expects it; None for one that only we had asked for."""
        ...


class OpenAIVoice:
    """Messages as they are: JSON, or data events and ``[DONE]``."""

    media_type = "text/event-stream"

    def whole(self, message: Message) -> tuple[bytes, str]:
        """The message itself."""
        return sse.json_bytes(message), "application/json"

    def feed(self, message: Message) -> bytes:
        """One event."""
        return sse.encode(message)

    def close(self) -> bytes:
        """``[DONE]``."""
        return sse.DONE

    def fail(self, error: ApiError) -> bytes:
        """The error as an event."""
        return sse.encode(error.body()) + sse.DONE


class Door:
    """What most endpoints have in common: a JSON body, one reply, told in OpenAI's way."""

    name = ""
    path = ""
    serves = ""
    native: str | None = None
    routes: tuple[str, ...] = ()
    media_types = frozenset({"application/json"})
    numbers: frozenset[Key] = frozenset()

    def parse(self, raw: bytes) -> Message:
        """A JSON object."""
        return parse(raw)

    def receive(self, body: Message, path: Mapping[str, str]) -> Message:
        """The model of an Azure path takes the place of the body's."""
        return {**body, "model": path["model"]} if "model" in path else body

    def voice(self, body: Message) -> Voice:
        """Messages as they are."""
        del body
        return OpenAIVoice()

    def prepare(self, body: Message) -> Message:
        """As it came."""
        return body

    def prepare_native(self, body: Message) -> Message:
        """As it came."""
        return body

    def ear(self) -> Callable[[Message], Message]:
        """As they come."""
        return _as_it_is

    def text_key(self, group: Hashable) -> Key:
        """Where notices go: subclasses say."""
        raise NotImplementedError

    def main(self, key: Key) -> bool:
        """The one text of the group where notices go."""
        return key == self.text_key(key[0])

    def groups(self, body: Message) -> int:
        """One reply."""
        del body
        return 1

    def answers_in_json(self, body: Message) -> bool:
        """No: what it answers is no text that has to stay JSON."""
        del body
        return False


def _as_it_is(message: Message) -> Message:
    return message


def openai_routes(path: str) -> tuple[str, ...]:
    """Where OpenAI's clients and those of Azure OpenAI, old and new, look for an endpoint."""
    return f"/v1/{path}", f"/openai/v1/{path}", f"/openai/deployments/{{model}}/{path}"


def parse(raw: bytes, *, unique: bool = False) -> Message:
    """A JSON object from bytes. Raises BadRequest for all that is not plain, finite JSON.

    Of a name that stands twice the last counts, and what is sent on is written anew. ``unique`` refuses it: where
    the bytes stay with the caller, who may read the first.
    """
    pairs = _unique if unique else None
    try:
        body = json.loads(
            raw.decode("utf-8"), parse_float=_finite, parse_constant=_no_constant, object_pairs_hook=pairs
        )
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


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        raise BadRequest("JSON に同じ名前が二つあります。", code="invalid_json")
    return body


def _finite(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise ValueError
    return number


def _no_constant(_: str) -> float:
    raise ValueError


def check_model(body: Message) -> None:
    """Refuse a body that names no model, or says oddly whether it wants a stream."""
    if not isinstance(body.get("model"), str) or not body["model"]:
        raise BadRequest("model を文字列で指定してください。", param="model")
    if type(body.get("stream", False)) is not bool and body["stream"] is not None:
        raise BadRequest("stream は true か false で指定してください。", param="stream")


def check_count(count: object, name: str = "n") -> None:
    """Refuse an impossible number of replies."""
    most = 128
    if count is not None and (type(count) is not int or not 1 <= count <= most):
        raise BadRequest(f"{name} は1から{most}までの整数で指定してください。", param=name)


def unsupported(what: str, why: str, param: str) -> BadRequest:
    """The refusal of something that could not be inspected or carried over."""
    return BadRequest(f"{what} には対応していません。{why}", param=param, code="unsupported_parameter")


def objects(value: object, param: str) -> list[dict[str, Any]]:
    """A list of JSON objects; nothing is an empty one. Raises BadRequest for anything else."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise BadRequest(f"{param} はオブジェクトの配列にしてください。", param=param)
    return value


def object_at(value: object, param: str) -> dict[str, Any]:
    """A JSON object; nothing is an empty one. Raises BadRequest for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRequest(f"{param} はオブジェクトにしてください。", param=param)
    return value


def string_at(value: object, param: str) -> str:
    """A string; nothing is an empty one. Raises BadRequest for anything else."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRequest(f"{param} は文字列にしてください。", param=param)
    return value


def strings_at(value: object, param: str) -> list[str]:
    """A list of strings; nothing is an empty one. Raises BadRequest for anything else."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadRequest(f"{param} は文字列の配列にしてください。", param=param)
    return value
