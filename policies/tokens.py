"""The one door to Sudachi: words with their part of speech, read once for all detectors."""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sudachipy import Dictionary, SplitMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudachipy import Morpheme
    from sudachipy.tokenizer import Tokenizer

# Sudachi refuses more than 49,149 bytes of UTF-8 at once, and lets no other thread run before it has read what it got.
_LONGEST = 2_000
_BREAKS = re.compile(r"[。\n！？!?、,\s]")
_local = threading.local()


class Token(NamedTuple):
    """One word; ``start`` and ``end`` are offsets in the text that was given to ``segment``."""

    surface: str
    start: int
    end: int
    pos: tuple[str, ...]
    is_oov: bool


_token = partial(tuple.__new__, Token)
"""A Token of its five parts, at half the price of the constructor: a text has hundreds."""


class Boundaries:
    """Offsets at which a unit of any length begins or ends. Only words that are asked about are divided."""

    __slots__ = ("_entries", "_known", "_starts", "_whole")

    def __init__(self, starts: list[int], entries: Sequence[Morpheme], end: int) -> None:
        """Of words that begin at ``starts``, in order, in a text that ends at ``end``."""
        self._starts, self._entries = starts, entries
        self._whole = {0, *starts, end}
        self._known: dict[int, frozenset[int]] = {}

    def __contains__(self, offset: int) -> bool:
        """Whether a unit begins or ends there."""
        if offset in self._whole:
            return True
        n = bisect_right(self._starts, offset) - 1
        return n >= 0 and offset in self._within(n)

    def _within(self, n: int) -> frozenset[int]:
        """Where the shorter units of the n-th word begin and end."""
        known = self._known.get(n)
        if known is None:
            word = self._entries[n]
            shift = self._starts[n] - word.begin()
            parts = word.split(SplitMode.A, add_single=False)
            known = self._known[n] = frozenset(shift + part.begin() for part in parts)
        return known


class Words(NamedTuple):
    """A text in words.

    ``tokens`` are Sudachi's longest units (mode C); ``boundaries`` the offsets at which a unit of any length begins
    or ends (mode A, the shortest, divides each unit of mode C), 0 and the text's end included. ``entries`` are the
    dictionary's own objects, one for each token, for what only some detectors ask.
    """

    tokens: tuple[Token, ...]
    boundaries: Boundaries
    entries: tuple[Morpheme, ...] = ()

    def lemmas(self) -> tuple[str, ...]:
        """The dictionary form of each token, as 欠ける for 欠け."""
        return tuple(entry.dictionary_form() for entry in self.entries)

    def norms(self) -> tuple[str, ...]:
        """Sudachi's normalised form of each token: one for all spellings of a word, as 見積もる for 見積る."""
        return tuple(entry.normalized_form() for entry in self.entries)


def segment(text: str) -> Words:
    """Divide a text into words. Linear in its length; one analysis serves both modes."""
    tokens: list[Token] = []
    entries: list[Morpheme] = []
    starts: list[int] = []
    for offset, piece in _pieces(text):
        words = list(_tokenizer().tokenize(piece))
        begins = [offset + word.begin() for word in words]
        ends = [offset + word.end() for word in words]
        surfaces = [text[start:end] for start, end in zip(begins, ends, strict=True)]
        speech = [word.part_of_speech() for word in words]
        unknown = [word.is_oov() for word in words]
        tokens += map(_token, zip(surfaces, begins, ends, speech, unknown, strict=True))
        entries += words
        starts += begins
    return Words(tuple(tokens), Boundaries(starts, entries, len(text)), tuple(entries))


def norms_of(phrase: str) -> tuple[str, ...]:
    """Sudachi's normalised form of each word of a short, normalised text: all that a list of phrases needs."""
    return tuple(word.normalized_form() for word in _tokenizer().tokenize(phrase))


def speech_of(phrase: str) -> tuple[tuple[str, ...], ...]:
    """The part of speech of each word of a short, normalised text."""
    return tuple(word.part_of_speech() for word in _tokenizer().tokenize(phrase))


# What a word may be anywhere, by part of speech: the letters that stand for it.
_CLASSES = {
    "姓": "姓", "名": "名", "人名": "人", "地名": "地", "普通名詞": "普", "固有名詞": "固", "動詞": "動", "形容詞": "形",
    "接尾辞": "尾", "接頭辞": "頭", "副詞": "副", "助詞": "助", "助動詞": "助", "感動詞": "感", "形状詞": "状", "数詞": "数",
}  # fmt: skip


def word_classes(surface: str) -> str:
    """What the dictionary knows a word to be, in whatever text: a letter for each, in order; '' for an unknown word.

    姓 surname, 名 given name, 人 another name of a person, 地 place, 普 common noun and so on: 森 is 姓地普.
    """
    found = set()
    for entry in _dictionary().lookup(surface):
        pos = entry.part_of_speech()
        found.add(_CLASSES.get(pos[3]) or _CLASSES.get(pos[2]) or _CLASSES.get(pos[1]) or _CLASSES.get(pos[0], ""))
    return "".join(sorted(found))


def entries() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every word of the dictionary with its reading in katakana and its part of speech."""
    for entry in _dictionary().entries():
        yield entry.surface(), entry.reading_form(), entry.part_of_speech()


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
