"""What reads like a name in prose and is none: a place, a thing or a firm, by the dictionary and by what it is a part of.

The tagger prefers a needless find to a leak, and in an encyclopaedia's prose much stands where a name could. What the
dictionary knows as nobody's name, and compounds of ordinary words, are taken back here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.tokens import word_classes
from redaction.names.tagged import is_name
from redaction.names.words import COURTESY, NOT_BEFORE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.tokens import Token
    from redaction.page import Page

_OF_PERSONS = frozenset("姓名人")
_KATAKANA = re.compile("[ァ-ヴー]")
_BEFORE = re.compile("[ァ-ヴー・=]*$")
_BEHIND = re.compile("[ァ-ヴー・=]*")
_DOTS = re.compile("[・=]+")
_LONGEST_COMPOUND = 60
_AND = frozenset({"アンド", "エンド"})
_SHORTEST_NOUN = 3
"""Characters of a loan word that says what a compound is: リーグ, カンパニー; ショー is a surname too."""


def is_thing(page: Page, start: int, end: int) -> bool:
    """Whether the find is nobody. Whoever is addressed (さん, 様) is somebody in any case."""
    text, words = page.words, page.reading.words(start, end)
    if not words or any(text.startswith(word, end) for word in COURTESY):
        return False
    if not any(is_name(word) for word in words) and (
        words[0].pos[1] == "数詞" or (len(words) == 1 and _noun(words[0]))
    ):
        return True
    return _compound(text, words, start, end) or _body(text, words, end)


def _noun(word: Token) -> bool:
    """A place or a common noun that is no name whatever the text: ベラルーシ and 繭, but not 中津."""
    if word.is_oov or not (word.pos[2] == "地名" or word.pos[1] == "普通名詞"):
        return False
    return not _OF_PERSONS & set(word_classes(word.surface))


def _compound(text: str, words: Sequence[Token], start: int, end: int) -> bool:
    """Whether it is (a part of) a compound in katakana that names a thing: プレミアム・コレクション, (ダンカン)・アンド・カンパニー."""
    left = _BEFORE.search(text, max(0, start - _LONGEST_COMPOUND), start)
    right = _BEHIND.match(text, end, end + _LONGEST_COMPOUND)
    if left is None or right is None or not _KATAKANA.match(text[end - 1 : end]):
        return False
    whole = left[0] + text[start:end] + right[0]
    parts = [part for part in _DOTS.split(whole) if part]
    if len(parts) < 2:  # noqa: PLR2004, one word is no compound
        return False
    if _AND & set(parts) or (right[0].strip("・=") and _loan(parts[-1])):
        return True
    if any(is_name(word) for word in words):
        return False
    return all(word_classes(part) for part in parts)


def _loan(part: str) -> bool:
    """An ordinary loan word, whatever else of that sound there is."""
    return len(part) >= _SHORTEST_NOUN and "普" in word_classes(part)


def _body(text: str, words: Sequence[Token], end: int) -> bool:
    """Whether a body's or a thing's ending follows a surname or a place: 安宅物産. Behind a given name it may begin anew."""
    ending = NOT_BEFORE.match(text, end)
    if ending is None or any(word.pos[3] == "名" for word in words):
        return False
    return not _KATAKANA.match(ending[0]) or _KATAKANA.match(text[end - 1 : end]) is not None
