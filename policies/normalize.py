r"""The normalised view of a text, with a way back to the original offsets.

Width, compatibility forms, half-width kana, invisible characters, the invisible letters of Unicode's tags, hyphen variants
between digits, pasted ``\\uXXXX`` escapes and HTML's ``&#NNNN;`` are folded, cluster by cluster, so that a detector reads one
spelling and its findings still point into the text as it was sent (UAX #15, NFKC).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from dataclasses import dataclass
from itertools import chain

from policies.finding import Span

_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls but those that part words or lines
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0001\U000e007f\U000e0100-\U000e01ef"
)
_MARKS = "\u0300-\u036f\u3099\u309a\uff9e\uff9f"
_HYPHENS = "\u2010-\u2015\u2212\u2500\u2501\u30fc\ufe58\ufe63\uff0d\uff70"
_DIGIT = "0-9０-９"
_TAGS = "\U000e0020-\U000e007e"
"""ASCII once more, which no screen shows and every model reads."""
_SURROGATES = "\ud800-\udfff"
_ESCAPE = len(r"\u0000")
_UNKNOWN = "\ufffd"
_LAST_OF_ONE_UNIT = "\uffff"
_DROPPED = re.compile(f"[{_INVISIBLE}]")
_SURROGATE = re.compile(f"[{_SURROGATES}]")
# Everything that may change: invisible characters, hyphens, compatibility blocks, combining
# marks with their base, lone surrogates (JSON can carry them, Sudachi cannot read them) and
# escapes. What this does not match is copied as it stands.
_COMPATIBLE = (
    "\u00a0-\u00bf\u1100-\u11ff\u2000-\u200a\u202f-\u205f\u2070-\u209f\u2100-\u214f\u2150-\u218f\u2460-\u24ff"
    "\u2e80-\u2fdf\u3000\u3131-\u318f\u3200-\u33ff\uf900-\ufaff\ufb00-\ufb4f\ufe10-\ufe6f\uff01-\uffee"
    f"\U0001d400-\U0001d7ff\U0001f100-\U0001f2ff\U0002f800-\U0002fa1f{_TAGS}"
)
_BETWEEN_DIGITS = rf"[{_HYPHENS}](?<=[{_DIGIT}].)(?=[{_DIGIT}])"
_ENTITY = re.compile(r"&#(?:([0-9]{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_CHANGING = re.compile(
    rf"[{_INVISIBLE}]+"
    rf"|{_BETWEEN_DIGITS}"
    r"|(?:\\u[0-9a-fA-F]{4})+"
    r"|(?:&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});)+"
    rf"|[^\n{_INVISIBLE}{_MARKS}][{_MARKS}]+"
    rf"|[{_SURROGATES}]"
    rf"|[{_COMPATIBLE}]"
)


def _characters(ranges: str) -> str:
    """All characters of a class of ranges."""
    return "".join(map(chr, chain.from_iterable(range(ord(a), ord(b or a) + 1) for a, b in _RANGE.findall(ranges))))


_RANGE = re.compile("(.)(?:-(.))?", re.DOTALL)
_LETTERS = {ord(char): chr(ord(char) - 0xE0000) for char in _characters(_TAGS)}
_FOLDED = {char: unicodedata.normalize("NFKC", char.translate(_LETTERS)) for char in _characters(_COMPATIBLE)}
_ALIKE = str.maketrans({char: folded for char, folded in _FOLDED.items() if len(folded) == 1})
"""Characters that become one other: most texts have no others to fold, and then the offsets stay."""
_HYPHEN_BETWEEN_DIGITS = re.compile(_BETWEEN_DIGITS)
_RESIZING = re.compile(
    rf"[{_INVISIBLE}{_MARKS}{_SURROGATES}{''.join(char for char, folded in _FOLDED.items() if len(folded) != 1)}\\]|&#"
)
"""What may change the length of a text; a backslash or ``&#`` may begin an escape."""


@dataclass(frozen=True, slots=True)
class View:
    """A folded text; ``starts[i]`` and ``ends[i]`` bound the original cluster of character ``i``."""

    text: str
    starts: array[int] | range
    ends: array[int] | range

    def span(self, start: int, end: int) -> Span:
        """Return the original span of the view's ``start..end`` (half open, not empty)."""
        return Span(self.starts[start], self.ends[end - 1])


def normalize(text: str) -> View:
    """Fold a text. Linear in its length; a text with nothing to fold is not copied."""
    if not (match := _CHANGING.search(text)):
        return View(text, range(len(text)), range(1, len(text) + 1))
    if not _RESIZING.search(text):
        folded = _HYPHEN_BETWEEN_DIGITS.sub("-", text).translate(_ALIKE)
        return View(folded, range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts, ends = array("l"), array("l")
    done = 0
    while match:
        begin, end = match.span()
        pieces.append(text[done:begin])
        starts.extend(range(done, begin))
        ends.extend(range(done + 1, begin + 1))
        for folded, first, last in _fold(match[0], begin, hyphen=_HYPHEN_BETWEEN_DIGITS.match(text, begin) is not None):
            pieces.append(folded)
            starts.extend([first] * len(folded))
            ends.extend([last] * len(folded))
        done = end
        match = _CHANGING.search(text, done)
    pieces.append(text[done:])
    starts.extend(range(done, len(text)))
    ends.extend(range(done + 1, len(text) + 1))
    return View("".join(pieces), starts, ends)


def _fold(cluster: str, begin: int, *, hyphen: bool) -> list[tuple[str, int, int]]:
    """Return (folded text, original start, original end) for the parts of one matched cluster."""
    if cluster.startswith("\\u"):
        return _unescape(cluster, begin)
    if cluster.startswith("&#"):
        return _unentity(cluster, begin)
    if _DROPPED.match(cluster):
        return []
    if hyphen:  # between digits even a long-vowel mark is one
        return [("-", begin, begin + 1)]
    if _SURROGATE.match(cluster):
        return [(_UNKNOWN, begin, begin + 1)]
    return [(unicodedata.normalize("NFKC", cluster.translate(_LETTERS)), begin, begin + len(cluster))]


def _unentity(cluster: str, begin: int) -> list[tuple[str, int, int]]:
    """Decode HTML's numbered characters; a number that names none is unknown."""
    parts = []
    for match in _ENTITY.finditer(cluster):
        number = int(match[1]) if match[1] else int(match[2], 16)
        char = chr(number) if number <= sys.maxunicode else _UNKNOWN
        if not _DROPPED.match(char):
            folded = _UNKNOWN if _SURROGATE.match(char) else unicodedata.normalize("NFKC", char.translate(_LETTERS))
            parts.append((folded, begin + match.start(), begin + match.end()))
    return parts


def _unescape(cluster: str, begin: int) -> list[tuple[str, int, int]]:
    """Decode pasted JSON escapes, six characters each; a pair of surrogates is one character."""
    units = [cluster[i + 2 : i + _ESCAPE] for i in range(0, len(cluster), _ESCAPE)]
    decoded = b"".join(bytes.fromhex(unit) for unit in units).decode("utf-16-be", "replace")
    parts, at = [], begin
    for char in decoded:
        length = 2 * _ESCAPE if char > _LAST_OF_ONE_UNIT else _ESCAPE
        if not _DROPPED.match(char):
            parts.append((unicodedata.normalize("NFKC", char), at, at + length))
        at += length
    return parts
