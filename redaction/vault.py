"""The vault of one exchange: tokens for values, and the way back. Lives in memory, dies with the exchange.

A token is ``[KIND_n]`` or ``[KIND_nX]``: the number stands for one value whatever its spelling (``same_value``),
a letter from B on for another spelling of it. Closed by its bracket, no token is the
beginning of another.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from policies.normalize import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

OPEN = "[［【〔"
CLOSE = "]］】〕"
LONGEST = 64
"""Characters of the longest written form of a token, brackets and added spaces included."""

_BODY = r"[A-Za-zＡ-Ｚａ-ｚ0-9０-９_＿\\ 　\u00a0\-－‐]"
_WRITTEN = re.compile(rf"[{re.escape(OPEN)}]({_BODY}{{1,{LONGEST - 2}}})[{re.escape(CLOSE)}]")
_DROPPED = re.compile(r"[\s_\\\-‐]")
_GROUPING = re.compile(r"[\s().・-]")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s・-]+(?=\d)")
_SPACING = re.compile(r"[\s・]|(?<!\d)-|-(?!\d)")
_CASE_MATTERS = frozenset({"CREDENTIAL", "URL"})
FIXED_LENGTH = frozenset(
    "MY_NUMBER JUMINHYO_CODE DRIVER_LICENSE PASSPORT RESIDENCE_CARD PENSION_NUMBER EMPLOYMENT_INSURANCE CREDIT_CARD PHONE POSTAL_CODE".split()
)
"""Kinds whose numbers have one length, so that it does not matter how they are grouped."""


def canonical(written: str) -> str:
    """The inside of a token as it is looked up, whatever widths, spaces and cases a model gave it."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", written)).upper()


def same_value(name: str, value: str) -> str:
    """What all spellings of one value have in common: widths, case, blanks and hyphens do not matter.

    Where numbers may be of any length, what parts them does: 本町1-11 and 本町11-1 are two homes, while
    090-1234-5678 and 09012345678 are one telephone. ``name`` is the kind as tokens write it.
    """
    folded = normalize(value).text
    if name not in _CASE_MATTERS:
        folded = folded.casefold()
    if name in FIXED_LENGTH:
        return _GROUPING.sub("", folded) or value
    return _SPACING.sub("", _BETWEEN_DIGITS.sub("-", folded)) or value


class Vault:
    """Tokens and their values. ``reserved`` are all texts of the request: nothing that stands there is a token.

    ``people`` says which spellings of a person's name are another's, by that other (``same_person.same_people``).
    Numbering follows from the order of the ``token`` calls, the reserved texts and ``people`` alone.
    """

    def __init__(self, reserved: Iterable[str] = (), people: Mapping[str, str] | None = None) -> None:
        self._people = dict(people or {})
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

    def counts(self) -> dict[str, int]:
        """How many values of each kind were replaced: ``{"PERSON": 2}``. Holds no text."""
        return dict(Counter(name for name, _ in self._tokens))

    def keys(self) -> frozenset[str]:
        """The canonical insides of all tokens."""
        return frozenset(self._values)

    def _new(self, name: str, value: str) -> str:
        same = same_value(name, self._people.get(value, value) if name == "PERSON" else value)
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
