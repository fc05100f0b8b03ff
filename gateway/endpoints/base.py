"""What an endpoint says about a body: where its texts are, and how a reply is put together.

One walk finds every text of a request: string leaves, long numbers, keys that are not plain
identifiers, and the strings inside a string that is itself JSON. Nothing is skipped by place;
only keywords in structural fields (``role: user``) are passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.errors import BadRequest

Message = dict[str, Any]
Key = tuple[Hashable, ...]

MAX_DEPTH = 64
"""Levels of nesting in a body, JSON inside JSON counted together."""

_STRUCTURAL = frozenset({"role", "type", "object", "detail", "format", "encoding_format", "tool_choice", "$ref"})
_KEYWORD = re.compile(r"[a-z]{1,24}(?:_[a-z]{1,24}){0,3}")
_PLAIN_KEY = re.compile(r"[A-Za-z_$][A-Za-z_$.\-]*[0-9]{0,3}[A-Za-z_$.\-]*")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\d.eE+\-])-?\d{7,}(?:\.\d+)?(?:[eE][+-]?\d+)?')
_LONG_NUMBER = 1_000_000
_NUMERIC = frozenset({"seed", "created", "created_at", "expires_at", "max_tokens", "max_completion_tokens"})
_PAYLOAD = frozenset({"data", "file_data", "b64_json"})
_OPAQUE_TYPES = {
    "image_url": "image",
    "input_image": "image",
    "image": "image",
    "input_audio": "audio",
    "audio": "audio",
    "video_url": "file",
    "file": "file",
    "input_file": "file",
    "document": "file",
}
_TEXT_TYPES = frozenset({"text", "input_text", "output_text", "refusal", "thinking", "summary_text"})


@dataclass(slots=True)
class TextPart:
    """A lens on one text inside a body: read it, write it back in place.

    ``key`` names the text across the messages of a reply; its first element is the group (the
    choice) that it belongs to. ``partial``: more of the same text may follow in later messages.
    ``json``: the text is JSON, whose strings are what matters.
    """

    key: Key
    holder: Any
    index: Any
    partial: bool = False
    json: bool = False

    @property
    def text(self) -> str:
        """The text as it stands in the body now; a number as its digits."""
        value = self.holder[self.index]
        return value if isinstance(value, str) else "" if value is None else str(value)

    @text.setter
    def text(self, value: str) -> None:
        if value != self.text:
            self.holder[self.index] = value

    @property
    def path(self) -> str:
        """Where the text stands, as ``messages[0].content``. Holds no text of the caller's."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.key).lstrip(".")


@dataclass(frozen=True, slots=True)
class OpaquePart:
    """A part that cannot be read as text. ``content`` is ``image``, ``audio`` or ``file``."""

    key: Key
    content: str


@dataclass(slots=True)
class Texts:
    """All texts of one request body. Edit the parts, then ``write_back`` once."""

    parts: list[TextPart] = field(default_factory=list)
    opaque: list[OpaquePart] = field(default_factory=list)
    _later: list[Callable[[], None]] = field(default_factory=list)

    def write_back(self) -> None:
        """Carry the edits inside JSON strings and of keys out into the body, innermost first."""
        for write in reversed(self._later):
            write()
        self._later.clear()

    def walk(self, node: Any, key: Key = (), depth: int = 0) -> None:
        """Collect every text below a node. Raises BadRequest where the nesting is too deep."""
        if depth > MAX_DEPTH:
            raise BadRequest(f"入れ子が深すぎます（{MAX_DEPTH}段まで）。")
        if isinstance(node, dict):
            self._keys(node, key)
            opaque = self._opaque(node, key)
            for name, value in node.items():
                step = name if _PLAIN_KEY.fullmatch(name) else "*"
                self._value(node, name, value, ((*key, step), depth, opaque))
        elif isinstance(node, list):
            for index, value in enumerate(node):
                self._value(node, index, value, ((*key, index), depth, False))

    def _value(self, holder: Any, index: Any, value: Any, place: tuple[Key, int, bool]) -> None:
        key, depth, opaque = place
        if isinstance(value, str):
            if opaque and (index in _PAYLOAD or value.startswith("data:")):
                return
            if index in _STRUCTURAL and _KEYWORD.fullmatch(value):
                return
            if (inner := JsonText.parse(value)) is not None:
                self._json(inner, holder, index, (key, depth))
            elif value:
                self.parts.append(TextPart(key, holder, index))
        elif isinstance(value, (dict, list)):
            if opaque and isinstance(value, dict):
                value_of = {k: v for k, v in value.items() if not _is_payload(k, v)}
                self._opaque_fields(value, value_of, (key, depth))
            else:
                self.walk(value, key, depth + 1)
        elif _long_number(value) and index not in _NUMERIC:
            self.parts.append(TextPart(key, holder, index))

    def _opaque_fields(self, node: dict[str, Any], fields: dict[str, Any], place: tuple[Key, int]) -> None:
        key, depth = place
        self._keys(node, key)
        for name, value in fields.items():
            self._value(node, name, value, ((*key, name), depth + 1, True))

    def _json(self, inner: JsonText, holder: Any, index: Any, place: tuple[Key, int]) -> None:
        key, depth = place
        if depth + inner.depth > MAX_DEPTH:
            raise BadRequest(f"入れ子が深すぎます（{MAX_DEPTH}段まで）。")

        def write() -> None:
            holder[index] = inner.text()

        self._later.append(write)
        for n, literal in enumerate(inner.literals):
            self._value(inner.literals, n, literal, ((*key, n), depth + 1, False))

    def _keys(self, node: dict[str, Any], key: Key) -> None:
        """Keys that are no plain identifier are texts of the caller's too."""
        names = [name for name in node if not _PLAIN_KEY.fullmatch(name)]
        if not names:
            return
        renamed = list(names)

        def write() -> None:
            new = dict(zip(names, renamed, strict=True))
            if new != {name: name for name in names}:
                items = [(new.get(name, name), value) for name, value in node.items()]
                node.clear()
                node.update(items)

        self._later.append(write)
        self.parts.extend(TextPart((*key, "*"), renamed, n) for n in range(len(names)))

    def _opaque(self, node: dict[str, Any], key: Key) -> bool:
        """Whether this is a content part that we cannot read; it is noted as one."""
        kind = node.get("type")
        if not isinstance(kind, str) or kind in _TEXT_TYPES:
            return False
        content = _OPAQUE_TYPES.get(kind)
        if content is None and any(isinstance(v, str) and v.startswith("data:") for v in node.values()):
            content = "file"
        # A JSON schema may say {"type": "file"}; only a part that carries something is opaque.
        if content is None or not any(isinstance(v, (dict, str)) for k, v in node.items() if k != "type"):
            return False
        self.opaque.append(OpaquePart(key, content))
        return True


def _is_payload(name: str, value: Any) -> bool:
    return isinstance(value, str) and (name in _PAYLOAD or value.startswith("data:"))


def _long_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _LONG_NUMBER


@dataclass(slots=True)
class JsonText:
    """A string that is JSON: its string literals decoded, everything else kept byte for byte.

    ``literals`` are the strings (keys included) and long numbers, in order; change them and
    ``text()`` gives the JSON with the changes, valid again whatever they contain.
    """

    literals: list[str]
    depth: int
    _between: list[str]
    _original: list[tuple[str, str]]

    @classmethod
    def parse(cls, text: str) -> JsonText | None:
        """Take a JSON object, array or string apart; None where the text is not JSON."""
        stripped = text.strip()
        if stripped[:1] not in {"{", "[", '"'} or stripped[-1:] not in {"}", "]", '"'}:
            return None
        try:
            json.loads(stripped)
        except (ValueError, RecursionError):
            return None
        between, literals, original, end = [], [], [], 0
        for match in _LITERAL.finditer(text):
            raw = match[0]
            decoded = str(json.loads(raw)) if raw.startswith('"') else raw
            if _lone_surrogate(decoded):
                return None
            between.append(text[end : match.start()])
            literals.append(decoded)
            original.append((raw, decoded))
            end = match.end()
        between.append(text[end:])
        return cls(literals, _depth(between), between, original)

    def text(self) -> str:
        """The JSON text with the literals as they are now."""
        pieces = [self._between[0]]
        for literal, (raw, decoded), between in zip(self.literals, self._original, self._between[1:], strict=True):
            pieces.append(raw if literal == decoded else json.dumps(literal, ensure_ascii=False))
            pieces.append(between)
        return "".join(pieces)


def escape_json(value: str) -> str:
    """A value as it has to stand inside a JSON string."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _depth(between: Sequence[str]) -> int:
    depth = deepest = 0
    for char in "".join(between):
        if char in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "}]":
            depth -= 1
    return deepest


def _lone_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def texts(body: Message) -> Texts:
    """Every text of a request body, and every part that is none."""
    found = Texts()
    found.walk(body)
    return found


class Endpoint(Protocol):
    """One API: data about its bodies. A reply is one message, or a stream of them."""

    name: str
    path: str

    def check(self, body: Message) -> None:
        """Refuse what has the wrong shape or asks for what cannot be inspected (BadRequest)."""
        ...

    def prepare(self, body: Message) -> Message:
        """The body as it goes upstream; called after inspection, on the inspected body."""
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
