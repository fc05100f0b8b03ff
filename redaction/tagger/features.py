"""What the tagger looks at: each word, its neighbours, and what the rules already say about the place.

Everything is a number here. A word's attributes are the same wherever it stands in a text, so they are computed once
for each different word; what depends on the place (line, rules, the rest of the text) stands in columns beside it.
Training and reading use this one description, so that they cannot differ.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from policies.tokens import Token, word_classes
from redaction.names.words import COURTESY, KINSHIP, NOBODY, NOT_BEFORE, ORGANISATION, ROLES, TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from redaction.hit import Hit
    from redaction.page import Page

    Keys = NDArray[np.uint32]
    Places = NDArray[np.int64]

NEIGHBOURS = 11
"""Places whose words are looked at: three before to three behind, and the two nearest words on either side that are no mark."""
_NEAR = 3
"""Of them the first are the word itself, the one before and the one behind."""
_ATTRIBUTES, _FAR_ATTRIBUTES = 13, 5
WIDTHS = (_ATTRIBUTES,) * _NEAR + (_FAR_ATTRIBUTES,) * (NEIGHBOURS - _NEAR)
"""Keys of a word as each kind of neighbour."""
_EDGE = 0
_DIGIT = re.compile(r"\d")
_SCRIPTS = (
    ("漢", "一", "龥"), ("漢", "㐀", "䶵"), ("漢", "豈", "﫿"), ("漢", "々", "々"), ("漢", "〆", "〆"), ("漢", "ヶ", "ヶ"), ("ひ", "ぁ", "ん"),
    ("ひ", "ゝ", "ゞ"), ("カ", "ァ", "ヴ"), ("カ", "ー", "ー"), ("カ", "ヽ", "ヾ"), ("A", "A", "Z"), ("a", "a", "z"), ("a", "À", "ɏ"),
    ("0", "0", "9"),
)  # fmt: skip
_RUN = re.compile(r"(.)\1+")
_SCRIPT = {code: letter for letter, first, last in reversed(_SCRIPTS) for code in range(ord(first), ord(last) + 1)}
_OTHER = re.compile(r"[^\W漢ひカAa0外]+")
"""Letters of other scripts, once those above are replaced: Hangul, Thai, Cyrillic …"""
_WORDLIKE = re.compile("[一-龥々〆ヶ㐀-䶵豈-﫿𠀀-𪛖ぁ-んァ-ヴー]")
_MIXED = re.compile(r"(?=.*[()\[\]「」『』【】<>、。:;,/\n]).*[一-龥々ぁ-んァ-ヴーA-Za-z]", re.DOTALL)
_PIECES = re.compile(r"[一-龥々〆ヶ㐀-䶵豈-﫿𠀀-𪛖ぁ-んァ-ヴー]+|[A-Za-z]+|.", re.DOTALL)
_UNKNOWN = ("名詞", "普通名詞", "一般", "*", "*", "*")
_MARK = ("補助記号", "一般", "*", "*", "*", "*")
_LONGEST_SHAPE = 6
_LONGEST_HALF = 3
_OLD = str.maketrans("髙﨑邉邊濵濱德𠮷桒嶋嶌槗冨廣澤齋齊眞惠條藪瀨", "高崎辺辺浜浜徳吉桑島島橋富広沢斎斉真恵条薮瀬")
"""Old and variant forms of characters that names keep, for the dictionary, which knows most names in one form only."""
_SETS = (("H", COURTESY), ("T", TITLES), ("K", KINSHIP), ("R", ROLES), ("N", NOBODY))
_LETTERS_OF = {
    word: "".join(letter for letter, words in _SETS if word in words) for _, listed in _SETS for word in listed
}
_MARKS = frozenset({"補助記号", "空白", "記号"})
_COLUMNS = ("w", "p", "c", "d", "z")
"""Attributes of a word that every neighbour is asked for: itself, part of speech, script, dictionary, word lists."""

# Combinations of columns at places: (column, place) …. The last rows are about one place alone.
COMBINED: tuple[tuple[tuple[str, int], ...], ...] = (
    (("p", -1), ("p", 0)), (("p", 0), ("p", 1)), (("p", -1), ("p", 0), ("p", 1)), (("w", -1), ("p", 0)),
    (("p", 0), ("w", 1)), (("w", -1), ("w", 1)), (("c", -1), ("c", 0)), (("c", 0), ("c", 1)), (("d", -1), ("d", 0)),
    (("d", 0), ("d", 1)), (("d", -1), ("d", 0), ("d", 1)), (("w", -1), ("d", 0)), (("d", 0), ("w", 1)),
    (("w", -2), ("w", -1)), (("w", 1), ("w", 2)), (("c", 0), ("w", 1)), (("w", -1), ("c", 0)), (("d", 0), ("z", 1)),
    (("z", -1), ("d", 0)), (("c", -1), ("c", 0), ("c", 1)), (("w", -1), ("c", 0), ("w", 1)), (("d", 0), ("wL", 0)),
    (("d", 0), ("wR", 0)), (("c", 0), ("wL", 0)), (("r", 0), ("d", 0)), (("r", 0), ("c", 0)), (("r", 0), ("z", 1)),
    (("r", 0), ("p", 0)), (("h", 0), ("c", 0)), (("h", 0), ("d", 0)), (("x", 0), ("c", 0)), (("x", 0), ("d", 0)),
    (("y", 0), ("d", 0)), (("y", 0), ("c", 0)), (("g", 0), ("d", 0)), (("g", 0), ("c", 0)), (("a", 0), ("c", 0)),
    (("r", -1), ("r", 0)), (("r", 0), ("r", 1)), (("a", -1), ("a", 0)), (("a", 0), ("a", 1)),
    (("j", 0), ("c", 0)), (("j", 0), ("d", 0)), (("j", 1), ("d", 0)), (("j", 0),), (("j", 1),), (("j", -1),),
    (("h", 0),), (("r", -1),), (("r", 0),), (("r", 1),), (("a", -1),), (("a", 0),), (("a", 1),), (("f", 0),),
    (("f", -1),), (("f", 1),), (("x", 0),), (("y", 0),), (("y", -1),), (("y", 1),), (("g", 0),), (("o", 0),), (("o", 0), ("d", 0)),
)  # fmt: skip


class Sheet(NamedTuple):
    """A text as the tagger sees it, in keys of weights.

    ``words``: a row for each different word and a last one for what lies beyond the text, ``WIDTHS`` keys for each kind of neighbour: what
    the word says wherever it stands as a neighbour; ``which``: for each of the ``NEIGHBOURS`` and each word of the text
    the row of that neighbour; ``combined``: a key for each of ``COMBINED`` and each word; ``style``: what the whole
    text says about the kind of writing.
    """

    tokens: Sequence[Token]
    words: Keys
    which: Places
    combined: Keys
    style: Keys
    breaks: NDArray[np.bool_]
    """Where a word ends a line or a sentence."""


def describe(page: Page) -> Sheet:
    """The sheet of a page. Linear in its length."""
    tokens = units(page.reading.tokens)
    numbers: dict[tuple[str, tuple[str, ...]], int] = {}
    which = np.array([numbers.setdefault((t.surface, t.pos), len(numbers)) for t in tokens], np.int64)
    different: dict[int, Token] = {}
    for token, number in zip(tokens, which.tolist(), strict=True):
        different.setdefault(number, token)
    words = [_described(token) for token in different.values()]
    around = _around(words, which)
    columns = _columns(page, tokens, words, which, around)
    breaks = np.array([word.breaks for word in words], bool)[which] if words else np.zeros(0, bool)
    neighbours = np.where(around >= 0, which[around], len(words)) if words else around
    return Sheet(tokens, _slots(words), neighbours, _combined(columns, len(tokens)), _style(page.words, words), breaks)


def _slots(words: Sequence[_Word]) -> Keys:
    """The keys of each word as each kind of neighbour, and of the edge of the text."""
    attributes = np.zeros((len(words) + 1, _ATTRIBUTES), np.uint32)
    for row, word in enumerate(words):
        attributes[row, : len(word.keys)] = word.keys
    attributes[-1, 0] = _key("w", "edge")
    columns = [attributes[:, :width] for width in WIDTHS]
    places = np.concatenate([np.full(column.shape[1], place + 1, np.uint32) for place, column in enumerate(columns)])
    keys = np.concatenate(columns, axis=1)
    return np.where(keys > 0, _mixed(keys, places), 0).astype(np.uint32)


def _mixed(keys: Keys, places: Keys) -> Keys:
    mixed = (keys ^ (places * np.uint32(0x9E3779B1))) * np.uint32(0x85EBCA6B)
    return (mixed ^ (mixed >> np.uint32(15))) | np.uint32(1)


def _style(text: str, words: Sequence[_Word]) -> Keys:
    """Which ordinary words a text has, and a little about its form."""
    form = (
        ("lines", "\n" in text.strip()),
        ("courtesy", any(word.sets[:1] == "H" for word in words)),
        ("colon", ":" in text),
        ("ended", text.rstrip().endswith("。")),
        ("short", len(text) < 30),  # noqa: PLR2004, characters of a short note
        ("always", True),
    )
    keys = [word.columns[0] for word in words if not word.named]
    return np.array([*keys, *(_key("form", name) for name, holds in form if holds)], np.uint32)


def units(tokens: Sequence[Token]) -> Sequence[Token]:
    """The words, but those that Sudachi made of letters and marks (it takes (へき) for a face) in their pieces."""
    out: list[Token] = []
    for token in tokens:
        if len(token.surface) > 1 and not token.surface.isalnum() and _MIXED.search(token.surface):
            for piece in _PIECES.finditer(token.surface):
                start = token.start + piece.start()
                pos = _UNKNOWN if _WORDLIKE.match(piece[0]) else _MARK
                out.append(Token(piece[0], start, start + len(piece[0]), pos, is_oov=True))
        else:
            out.append(token)
    return out


class _Word:
    """One different word of a text, with its attributes as keys."""

    __slots__ = ("breaks", "colon", "columns", "kanji", "keys", "mark", "named", "newline", "sets")

    def __init__(self, token: Token) -> None:
        surface, pos = token.surface, token.pos
        self.mark = pos[0] in _MARKS
        self.newline = "\n" in surface
        self.breaks = self.newline or surface in {"。", "!", "?"}
        self.colon = surface in {":", "は", "\t"}
        shape = _shape(surface)
        classes = "" if self.mark else word_classes(surface) or word_classes(surface.translate(_OLD))
        self.sets = _sets(surface)
        self.kanji = len(surface) <= _LONGEST_HALF and shape[0] == "漢"
        self.named = any(letter in classes for letter in "姓名人") or token.is_oov
        texts = (
            _DIGIT.sub("0", surface),
            "/".join(pos[:4]),
            shape,
            classes if classes or not token.is_oov else "?",
            self.sets,
        )
        self.columns = [_key(name, text) for name, text in zip(_COLUMNS, texts, strict=True)]
        self.keys = list(self.columns)
        if not self.mark and not surface.isascii():
            self.keys += [_key("a", surface[0]), _key("e", surface[-1]), _key("E", surface[-2:])]
            self.keys += [_key("k", char) for char in surface[:4]]
            self.keys.append(_key("l", f"{shape[0]}{min(len(surface), 6)}"))


_BEGINS = {name: zlib.crc32(f"{name}=".encode()) for name in (*_COLUMNS, *"aeEklijhxyograf", "form")}


_TELLING = frozenset({"固有名詞", "数詞"})
_LONGEST_ORDINARY = 8


def _is_ordinary(token: Token) -> bool:
    """Whether the word is one that the dictionary has and that says nothing about anybody: no name, no number."""
    return not token.is_oov and token.pos[1] not in _TELLING and len(token.surface) <= _LONGEST_ORDINARY


@lru_cache(maxsize=16_384)
def _ordinary_word(surface: str, pos: tuple[str, ...]) -> _Word:
    return _Word(Token(surface, 0, len(surface), pos, is_oov=False))


def _described(token: Token) -> _Word:
    """Ordinary words, which stand in every text, are described once and remembered; all others are not kept."""
    return _ordinary_word(token.surface, token.pos) if _is_ordinary(token) else _Word(token)


def _key(name: str, text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "replace"), _BEGINS[name]) or 1


def _shape(surface: str) -> str:
    """Scripts in order, each run once, with the length of short words."""
    out = surface.translate(_SCRIPT)
    if len(out) > 1:
        out = _RUN.sub(r"\1", out)
    if not out.isascii():
        out = _OTHER.sub("外", out)
    return f"{out[:_LONGEST_SHAPE]}{len(surface) if len(surface) <= 4 else ''}"  # noqa: PLR2004, names are short


def _sets(surface: str) -> str:
    letters = _LETTERS_OF.get(surface, "")
    if NOT_BEFORE.match(surface):
        letters += "B"
    return letters + ("O" if ORGANISATION.search(surface) else "")


def _around(words: Sequence[_Word], which: Places) -> Places:
    """For each neighbour and each word, where that neighbour is; -1 beyond the text."""
    n = len(which)
    at = np.arange(n)
    rows = [np.where((at + step >= 0) & (at + step < n), at + step, -1) for step in (0, -1, 1, -2, 2, -3, 3)]
    if not n:
        return np.zeros((NEIGHBOURS, 0), np.int64)
    marks = np.array([word.mark for word in words], bool)[which]
    left = np.maximum.accumulate(np.where(marks, -1, at))
    right = np.minimum.accumulate(np.where(marks, n, at)[::-1])[::-1]
    left = np.concatenate(([-1], left[:-1]))
    right = np.concatenate((right[1:], [n]))
    right[right == n] = -1
    rows += [left, np.where(left >= 0, left[left], -1), right, np.where(right >= 0, right[right], -1)]
    return np.stack(rows)


def _columns(
    page: Page, tokens: Sequence[Token], words: Sequence[_Word], which: Places, around: Places
) -> dict[str, Keys]:
    if not tokens:
        return {}
    table = np.array([word.columns for word in words], np.uint32)[which].T
    columns = dict(zip(_COLUMNS, table, strict=True))
    columns["wL"], columns["wR"] = (np.where(row >= 0, columns["w"][row], _EDGE) for row in (around[7], around[9]))
    starts = np.array([token.start for token in tokens])
    columns["r"] = _spans(starts, "r", page.ruled_people)
    columns["a"] = _spans(starts, "a", page.ruled_homes)
    columns["f"] = _spans(starts, "f", page.fields)
    columns["j"] = _joined(tokens, words, which)
    columns |= _lines(words, which, columns["w"], around)
    columns |= _elsewhere(words, which, columns)
    return columns


def _spans(starts: Places, name: str, hits: Iterable[Hit]) -> Keys:
    """What a rule says about each word: begins or lies within a hit of some kind and score."""
    column = np.zeros(len(starts), np.uint32)
    for hit in hits:
        first, last = np.searchsorted(starts, (hit.start, hit.end))
        about = f"{hit.kind}{hit.score:.1f}"
        column[first:last] = _key(name, f"I{about}")
        column[first : first + (last > first)] = _key(name, f"B{about}")
    return column


def _joined(tokens: Sequence[Token], words: Sequence[_Word], which: Places) -> Keys:
    """What the dictionary knows a word together with its neighbour to be: 有賀|野, 板野|原."""
    out = np.zeros(len(tokens), np.uint32)
    kanji = [word.kanji for word in words]
    known: dict[str, str] = {}
    numbers = which.tolist()
    for n in range(len(tokens) - 1):
        if kanji[numbers[n]] and kanji[numbers[n + 1]]:
            pair = tokens[n].surface + tokens[n + 1].surface
            classes = known.get(pair)
            if classes is None:
                classes = known[pair] = word_classes(pair)
            if classes:
                out[n] = _key("j", classes)
                out[n + 1] = _key("i", classes)
    return out


def _lines(words: Sequence[_Word], which: Places, keys: Keys, around: Places) -> dict[str, Keys]:
    """Place within the line, and the word before the line's last colon."""
    at = np.arange(len(which))
    newline = np.array([word.newline for word in words], bool)[which]
    colon = np.array([word.colon for word in words], bool)[which]
    began = np.concatenate(([-1], np.maximum.accumulate(np.where(newline, at, -1))[:-1]))
    labelled = np.concatenate(([-1], np.maximum.accumulate(np.where(colon, at, -1))[:-1]))
    label = np.where(labelled > began, around[7][labelled], -1)
    ends = np.concatenate((newline[1:], [True]))
    place = np.minimum(at - began - 1, 3) + 4 * ends
    return {"h": np.where(label >= 0, keys[label], _EDGE).astype(np.uint32), "x": (place + 1).astype(np.uint32)}


def _elsewhere(words: Sequence[_Word], which: Places, columns: dict[str, Keys]) -> dict[str, Keys]:
    """What the text says elsewhere about a word: honoured, a place, found by a rule, how often; how many rules found."""
    n, different = len(which), len(words)
    named = np.array([word.named and not word.mark for word in words], bool)
    honoured = np.array([word.sets[:1] in {"H", "T"} for word in words], bool)[which]
    place = np.array(["B" in word.sets for word in words], bool)[which]
    ruled = columns["r"] > 0
    flags = np.zeros(different, np.int64)
    before_honorific, before_place = (np.concatenate((column[1:], [False])) for column in (honoured, place))
    for bit, marked in ((1, before_honorific), (2, before_place), (4, ruled)):
        counts = np.bincount(which[marked], minlength=different)
        flags |= bit * (counts > 0)
    counts = np.bincount(which, minlength=different)
    again = np.where(named & (counts > 1), flags + 8, 0)
    often = np.where(named, np.minimum(counts, 4), 0)
    density = min(4, 40 * int(np.count_nonzero(ruled)) // max(n, 1))
    return {
        "y": again[which].astype(np.uint32),
        "o": often[which].astype(np.uint32),
        "g": np.full(n, density + 1, np.uint32),
    }


def _combined(columns: dict[str, Keys], n: int) -> Keys:
    """One key for each combination and word."""
    if not n:
        return np.zeros((len(COMBINED), 0), np.uint32)
    table = np.zeros((len(_PARTS_OF) + 1, n + 2 * _REACH), np.uint64)
    for row, name in enumerate(_PARTS_OF):
        table[row, _REACH : _REACH + n] = columns[name]
    at = np.arange(n)
    keys = np.broadcast_to(np.arange(1, len(COMBINED) + 1, dtype=np.uint64)[:, None], (len(COMBINED), n))
    for rows, steps in _PARTS_AT:
        keys = (keys ^ table[rows, at + steps]) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return (keys >> np.uint64(32)).astype(np.uint32) | np.uint32(1)


_REACH = 2
_PARTS_OF = tuple(dict.fromkeys(name for parts in COMBINED for name, _ in parts))


def _parts_at(n: int) -> tuple[Places, Places]:
    """The n-th part of each combination: its column's row, the empty one where it has none; and its place."""
    parts = [combination[n] if n < len(combination) else (None, 0) for combination in COMBINED]
    rows = [len(_PARTS_OF) if name is None else _PARTS_OF.index(name) for name, _ in parts]
    return np.array(rows)[:, None], np.array([_REACH + step for _, step in parts])[:, None]


_PARTS_AT = tuple(_parts_at(n) for n in range(max(map(len, COMBINED))))
