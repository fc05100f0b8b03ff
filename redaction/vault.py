"""The vault of one exchange: tokens for values, and the way back. Lives in memory, dies with the exchange.

A token is ``[KIND_n]`` or ``[KIND_nX]``: the number stands for one canonical value (NFKC, without
spaces, hyphens and case), a letter from B on for another spelling of it. Closed by its bracket, no token is the
beginning of another.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OPEN = "[［【〔"
CLOSE = "]］】〕"
LONGEST = 64
"""Characters of the longest written form of a token, brackets and added spaces included."""

_BODY = r"[A-Za-zＡ-Ｚａ-ｚ0-9０-９_＿\\ 　\u00a0\-－‐]"
_WRITTEN = re.compile(rf"[{re.escape(OPEN)}]({_BODY}{{1,{LONGEST - 2}}})[{re.escape(CLOSE)}]")
_DROPPED = re.compile(r"[\s_\\\-‐]")
_INSIGNIFICANT = re.compile(r"[\s\-‐‑‒–—―−ー_・.()（）]")


def canonical(written: str) -> str:
    """The inside of a token as it is looked up, whatever widths, spaces and cases a model gave it."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", written)).upper()


class Vault:
    """Tokens and their values. ``reserved`` are all texts of the request: nothing that stands there is a token.

    Numbering follows from the order of the ``token`` calls and the reserved texts alone.
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {canonical(match[1]) for text in reserved for match in _WRITTEN.finditer(text)}
        self._tokens: dict[tuple[str, str], str] = {}
        self._numbers: dict[tuple[str, str], tuple[int, int]] = {}  # canonical value → number, spellings so far
        self._last: dict[str, int] = {}
        self._values: dict[str, str] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Vault({len(self._values)} tokens)"

    def token(self, kind: str, value: str) -> str:
        """The token of a value; ``kind`` is a finding's kind (``pii.person``)."""
        name = kind.rpartition(".")[2].upper()
        with self._lock:
            known = self._tokens.get((name, value))
            if known is None:
                known = self._tokens[name, value] = self._new(name, value)
            return known

    def value(self, written: str) -> str | None:
        """The value of a token, given what stands between its brackets in any spelling; None if it is none."""
        return self._values.get(canonical(written))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where tokens of this vault stand in a text, in any spelling that is restored."""
        return (match.span() for match in _WRITTEN.finditer(text) if canonical(match[1]) in self._values)

    def tokens(self) -> tuple[str, ...]:
        """All tokens, in the order in which they were made."""
        return tuple(self._tokens.values())

    def keys(self) -> frozenset[str]:
        """The canonical insides of all tokens."""
        return frozenset(self._values)

    def _new(self, name: str, value: str) -> str:
        same = _INSIGNIFICANT.sub("", unicodedata.normalize("NFKC", value)).casefold() or value
        number, spellings = self._numbers.get((name, same), (0, 0))
        while True:
            if number == 0:
                self._last[name] = number = self._last.get(name, 0) + 1
                spellings = 0
            body = f"{name}_{number}{_letters(spellings)}"
            spellings += 1
            key = canonical(body)
            if key not in self._taken and key not in self._values:
                self._numbers[name, same] = number, spellings
                self._values[key] = value
                return f"[{body}]"
            if spellings == 1:  # the number itself is not ours to use
                number = 0


def _letters(spelling: int) -> str:
    """'' for the first spelling, then B, C, … Z, AA, AB, …."""
    letters = ""
    while spelling:
        spelling, rest = divmod(spelling, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
