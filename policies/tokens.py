"""The one door to Sudachi: words with their part of speech, read once for all detectors."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, NamedTuple

from sudachipy import Dictionary, SplitMode

if TYPE_CHECKING:
    from sudachipy.tokenizer import Tokenizer

# Sudachi refuses more than 49,149 bytes of UTF-8 at once; a code point is at most four bytes.
_LONGEST = 12_000
_BREAKS = re.compile(r"[。\n！？!?、,\s]")
_local = threading.local()


class Token(NamedTuple):
    """One word; ``start`` and ``end`` are offsets in the text that was given to ``tokenize``."""

    surface: str
    start: int
    end: int
    pos: tuple[str, ...]
    is_oov: bool


def tokenize(text: str) -> tuple[Token, ...]:
    """Words of a text in Sudachi's mode C (longest units). Linear in the length of the text."""
    return tuple(token for start, piece in _pieces(text) for token in _tokens(piece, start))


def boundaries(text: str) -> frozenset[int]:
    """Offsets at which a word begins or ends in mode A (shortest units), 0 and the end included."""
    marks = {0, len(text)}
    for start, piece in _pieces(text):
        for morpheme in _tokenizer().tokenize(piece, SplitMode.A):
            marks.add(start + morpheme.begin())
            marks.add(start + morpheme.end())
    return frozenset(marks)


def _tokens(piece: str, start: int) -> list[Token]:
    return [
        Token(
            m.surface(),
            start + m.begin(),
            start + m.end(),
            m.part_of_speech(),
            m.is_oov(),
        )
        for m in _tokenizer().tokenize(piece, SplitMode.C)
    ]


def _tokenizer() -> Tokenizer:
    """A tokenizer for this thread: Sudachi's are not shared between threads."""
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = _dictionary().tokenizer(mode=SplitMode.C)
    tokenizer: Tokenizer = _local.tokenizer
    return tokenizer


class _Shared:
    """The dictionary, opened once in a process (its file is mapped, not read)."""

    dictionary: Dictionary | None = None
    lock = threading.Lock()


def _dictionary() -> Dictionary:
    with _Shared.lock:
        if _Shared.dictionary is None:
            _Shared.dictionary = Dictionary(dict="core")
        return _Shared.dictionary


def _pieces(text: str) -> list[tuple[int, str]]:
    """Cut a long text at a break near the limit, so that no word is cut where that can be helped."""
    pieces, start = [], 0
    while len(text) - start > _LONGEST:
        cut = start + _LONGEST
        window = text[cut - 500 : cut]
        if breaks := [m.end() for m in _BREAKS.finditer(window)]:
            cut = cut - 500 + breaks[-1]
        pieces.append((start, text[start:cut]))
        start = cut
    pieces.append((start, text[start:]))
    return [(offset, piece) for offset, piece in pieces if piece]
