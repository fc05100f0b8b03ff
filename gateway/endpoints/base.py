"""Where the texts of a body are, whatever API it belongs to.

One walk finds every text of a request: string leaves, long numbers, keys that are not plain
identifiers, and the strings inside a string that is itself JSON. Nothing is skipped by place;
only keywords in structural fields (``role: user``) are passed over. What is no text (images,
audio, files, long base64 anywhere) is noted as an opaque part, for the policy to decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from gateway.endpoints.json_text import JsonText
from gateway.errors import BadRequest

Message = dict[str, Any]
Key = tuple[Hashable, ...]

MAX_DEPTH = 64
"""Levels of nesting in a body, JSON inside JSON counted together."""

_STRUCTURAL = frozenset({"role", "type", "object", "detail", "format", "encoding_format", "tool_choice", "$ref"})
_KEYWORD = re.compile(r"[a-z]{1,24}(?:_[a-z]{1,24}){0,3}")
_PLAIN_KEY = re.compile(r"[A-Za-z_$][A-Za-z_$.\-]*[0-9]{0,3}[A-Za-z_$.\-]*")
_LONG_NUMBER = 1_000_000
_PAYLOAD = frozenset({"data", "file_data", "b64_json"})
_INLINE = ("inlineData", "inline_data", "fileData", "file_data")
_BLOB = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=\D*\d)[A-Za-z0-9+/_-]{256,}={0,2}")
_BLOB_LENGTH = 256
# The same within a text: in one piece, or in lines as mail and certificates have it.
_RUN = re.compile(r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{256,}|(?:[A-Za-z0-9+/]{60,76}\r?\n[ \t]*){3,})")
_STEERING = 2**32 - 1
"""The largest seed or bound that is let through unread: an individual number is larger."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_=\s-]*")
# What a provider sealed for itself to read again (reasoning); no model reads it as content.
_SEALED = frozenset({"signature", "encrypted_content"})
_SEALED_ANYWHERE = frozenset({"thought_signature", "thoughtSignature"})
_THOUGHTS = ("thinking", "redacted_thinking", "reasoning")
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
    """All texts of one request body. Edit the parts, then ``write_back`` once. ``numbers``: places of numbers that steer."""

    numbers: frozenset[Key] = frozenset()
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
            if not (opaque and _is_payload(index, value)):
                self._string(holder, index, value, (key, depth))
        elif isinstance(value, (dict, list)):
            if index == "images" and isinstance(value, list):
                self._images(value, (key, depth))
            elif opaque and isinstance(value, dict):
                value_of = {k: v for k, v in value.items() if not _is_payload(k, v)}
                self._opaque_fields(value, value_of, (key, depth))
            else:
                self.walk(value, key, depth + 1)
        elif _long_number(value) and (key not in self.numbers or abs(value) > _STEERING):
            self.parts.append(TextPart(key, holder, index))

    def _string(self, holder: Any, index: Any, value: str, place: tuple[Key, int]) -> None:
        if index in _STRUCTURAL and _KEYWORD.fullmatch(value):
            return
        if len(value) >= _BLOB_LENGTH and _BLOB.fullmatch(value):
            self._blob(holder, index, place[0])
        elif (inner := JsonText.parse(value)) is not None:
            self._json(inner, holder, index, place)
        elif value:
            if len(value) >= _BLOB_LENGTH and any(_BLOB.match("".join(run[0].split())) for run in _RUN.finditer(value)):
                self.opaque.append(OpaquePart(place[0], "file"))
            self.parts.append(TextPart(place[0], holder, index))

    def _blob(self, holder: Any, index: Any, key: Key) -> None:
        """Long base64 is a file, wherever it stands, unless a provider sealed it: in a thought, and nowhere else."""
        kind = holder.get("type") if isinstance(holder, dict) else None
        sealed = index in _SEALED and kind in _THOUGHTS
        if not sealed and kind != "redacted_thinking" and index not in _SEALED_ANYWHERE:
            self.opaque.append(OpaquePart(key, "file"))

    def _images(self, images: list[Any], place: tuple[Key, int]) -> None:
        """Ollama's ``images``: a list of base64 strings without any type."""
        key, depth = place
        for n, image in enumerate(images):
            if isinstance(image, str) and _BASE64.fullmatch(image):
                self.opaque.append(OpaquePart((*key, n), "image"))
            else:
                self._value(images, n, image, ((*key, n), depth + 1, False))

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
        inline = [node[name] for name in _INLINE if isinstance(node.get(name), dict)]
        if inline:  # Gemini's parts have no type of their own
            self.opaque += [OpaquePart(key, _content_of(part)) for part in inline]
            return True
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


def _content_of(part: dict[str, Any]) -> str:
    """``image``, ``audio`` or ``file``, by the media type that Gemini writes beside the data."""
    first = str(part.get("mimeType") or part.get("mime_type") or "").partition("/")[0].lower()
    return first if first in {"image", "audio"} else "file"


def _is_payload(name: str, value: Any) -> bool:
    return isinstance(value, str) and (name in _PAYLOAD or value.startswith("data:"))


def _long_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _LONG_NUMBER


def texts(body: Message, numbers: frozenset[Key] = frozenset()) -> Texts:
    """Every text of a request body, and every part that is none.

    A long number is a text too, but at the places ``numbers``, where the API documents one that steers (``seed``).
    """
    found = Texts(numbers)
    found.walk(body)
    # The alias is looked up among those of the configuration and never sent: Claude is no person here.
    found.parts = [part for part in found.parts if part.key != ("model",)]
    return found
