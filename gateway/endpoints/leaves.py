"""Texts of a reply at places that no API is known to have: every string is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = frozenset({"id", "item_id", "call_id", "type", "status", "role", "object", "phase", "model", "service_tier"})
_PLAIN = re.compile(r"[A-Za-z0-9_.:/\-]{1,128}")
_SEALED_NAMES = frozenset({"encrypted_content", "signature", "thought_signature", "thoughtSignature"})
_SEALED = re.compile(r"[A-Za-z0-9+/_=.\-]*")


def leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Every other text: each string but plain names in structural fields and what a provider sealed for itself."""
    if not isinstance(node, (dict, list)):
        return
    for index, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, str):
            if value and not (index in _NAMES and plain(value)) and not sealed(index, value):
                yield (*path, index), node, index
        else:
            yield from leaves(value, (*path, index))


def sealed(name: Any, value: str) -> bool:
    """Whether a provider sealed this for itself to read again: no text, and worth nothing if it were changed."""
    return name in _SEALED_NAMES and _SEALED.fullmatch(value) is not None


def plain(value: str) -> bool:
    """Whether a string can be an identifier or a word of a protocol, and no text."""
    return _PLAIN.fullmatch(value) is not None
