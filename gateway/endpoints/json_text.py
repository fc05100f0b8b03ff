"""A string that is JSON itself: taken apart into its texts, and put together again, valid whatever they became."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\d.eE+\-])-?\d{7,}(?:\.\d+)?(?:[eE][+-]?\d+)?')


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
