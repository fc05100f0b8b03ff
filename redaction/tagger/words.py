"""One word of a text as the tagger sees it: what it says by itself, wherever it stands.

Everything is a number: a key is a hash of 32 bits of an attribute, from which no text can be read.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

from policies.tokens import Token, word_classes
from redaction.names.words import COURTESY, KINSHIP, NOBODY, NOT_BEFORE, ORGANISATION, ROLES, TITLES

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("w", "p", "c", "d", "z")
"""Attributes of a word that every neighbour is asked for: itself, part of speech, script, dictionary, word lists."""
ATTRIBUTES = 13
"""Keys of a word, at most: the columns, then its characters and its length."""
MARK, NEWLINE, BREAKS, COLON, KANJI, NAMED, HONORIFIC, PLACE = (1 << bit for bit in range(8))
"""What is true of a word: a mark; ends a line; ends a line or a sentence; a colon of some kind; few kanji; perhaps a name;
stands behind a person's name; stands behind a place."""
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
_BEGINS = {name: zlib.crc32(f"{name}=".encode()) for name in (*COLUMNS, *"aeEklijhxyograf", "form")}
_TELLING = frozenset({"固有名詞", "数詞"})
_LONGEST_ORDINARY = 8
_COLUMNS_PACKED = struct.Struct(f"={len(COLUMNS) + 1}I")
_KEYS_PACKED = struct.Struct(f"={ATTRIBUTES}I")


class Word:
    """One different word of a text: ``columns`` and ``keys`` are packed as numbers of 32 bits, ready to be an array.

    ``columns`` holds the five keys of ``COLUMNS`` and the flags; ``keys`` all ``ATTRIBUTES`` keys, 0 where there is none.
    """

    __slots__ = ("columns", "flags", "key", "keys", "sets", "votes")

    def __init__(self, token: Token) -> None:
        """Read the word: the dictionary is asked for what else it may be."""
        surface, pos = token.surface, token.pos
        mark = pos[0] in _MARKS
        shape = _shape(surface)
        classes = "" if mark else word_classes(surface) or word_classes(surface.translate(_OLD))
        self.sets = _sets(surface)
        named = any(letter in classes for letter in "姓名人") or token.is_oov
        self.flags = (mark and MARK) | _flags(surface, self.sets) | (named and NAMED)
        if len(surface) <= _LONGEST_HALF and shape[0] == "漢":
            self.flags |= KANJI
        texts = (
            _DIGIT.sub("0", surface),
            "/".join(pos[:4]),
            shape,
            classes if classes or not token.is_oov else "?",
            self.sets,
        )
        columns = [key(name, text) for name, text in zip(COLUMNS, texts, strict=True)]
        self.key = columns[0]
        self.columns = _COLUMNS_PACKED.pack(*columns, self.flags)
        if not mark and not surface.isascii():
            columns += [key("a", surface[0]), key("e", surface[-1]), key("E", surface[-2:])]
            columns += [key("k", char) for char in surface[:4]]
            columns.append(key("l", f"{shape[0]}{min(len(surface), 6)}"))
        self.keys = _KEYS_PACKED.pack(*columns, *(0,) * (ATTRIBUTES - len(columns)))
        self.votes: dict[int, bytes] = {}
        """What the model's tables say of the word as each kind of neighbour, once they have been asked."""


def is_ordinary(token: Token) -> bool:
    """Whether the word is one that the dictionary has and that says nothing about anybody: no name, no number but a digit."""
    telling = token.pos[1] in _TELLING and not _is_digit(token)
    return not token.is_oov and not telling and len(token.surface) <= _LONGEST_ORDINARY


def _is_digit(token: Token) -> bool:
    return len(token.surface) == 1 and token.pos[1] == "数詞"


def key(name: str, text: str) -> int:
    """The key of an attribute: never 0."""
    return zlib.crc32(text.encode("utf-8", "replace"), _BEGINS[name]) or 1


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


def _flags(surface: str, sets: str) -> int:
    flags = 0
    if "\n" in surface:
        flags |= NEWLINE | BREAKS
    elif surface in {"。", "!", "?"}:
        flags |= BREAKS
    if surface in {":", "は", "\t"}:
        flags |= COLON
    if sets[:1] in {"H", "T"}:
        flags |= HONORIFIC
    return flags | PLACE if "B" in sets else flags


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
