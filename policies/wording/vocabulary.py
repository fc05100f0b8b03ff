"""Words and phrases looked up in a reading: as they are spelt, and by the normalised forms of their words."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from policies.automata import Strings
from policies.normalize import normalize
from policies.tokens import norms_of, speech_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policies.reading import Reading

_FUNCTION_WORDS = frozenset({"助詞", "助動詞", "補助記号", "空白"})
BEYOND_ASCII = "\x80"
# Sudachi's normalised forms of the auxiliary and of the adjective ない, and what may stand in their place.
_NOT, _NONE = "ない", "無い"
_NOTS = frozenset({("ない",), ("ず",)})
_THERE_IS_NOT = ("有る", "ます", "ず")
# What may stand for が and を in the words of a pattern: 常識もない, 常識のない, 常識すらない. A term is one expression.
_STRESSED = frozenset({"は", "も", "の", "すら", "さえ"})
_BEFORE_NOT = frozenset({"て", "てる", "ます", "ず", "有る"})
# Hiragana, punctuation, and the few kanji that particles and auxiliaries are written with.
_FUNCTIONAL = re.compile(r"[\u3041-\u3096ー、。・!?迄位丈許也如等為無程哉乍宛毎]+")
_END = re.compile(r"[。!?\n]")
_REACH = 300
_ASCII_WORD = re.compile(r"[0-9a-z]")


@lru_cache(maxsize=1 << 15)
def fold(word: str) -> str:
    """A word of a list as the view shows it, in lower case."""
    return fold_case(normalize(word).text)


def fold_case(text: str) -> str:
    """Lower case, character by character: the offsets stay."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def folded(reading: Reading) -> str:
    """The view in lower case, for ``Reading.derived``."""
    return fold_case(reading.view.text)


class Sentences:
    """Where the sentences of a text begin and end, as far as they are looked at."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._marks = [-1, *(match.start() for match in _END.finditer(text)), self._length]

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The sentence around a place, at most ``_REACH`` characters on either side."""
        left = self._marks[bisect_left(self._marks, start) - 1] + 1
        right = self._marks[bisect_left(self._marks, end)]
        return max(left, start - _REACH), min(right, end + _REACH)

    def divide(self, end: int, start: int) -> bool:
        """Whether a sentence ends between the end of one word and the start of the next."""
        return self._marks[bisect_left(self._marks, end)] < start


def sentences(reading: Reading) -> Sentences:
    """Those of the view, for ``Reading.derived``."""
    return Sentences(reading.view.text)


def at_boundaries(text: str, start: int, end: int, reading: Reading) -> bool:
    """Whether a place begins and ends where words do."""
    if text[start] < BEYOND_ASCII and _ASCII_WORD.match(text[start]):
        before = start > 0 and _ASCII_WORD.match(text, start - 1)
        return not before and not (_ASCII_WORD.match(text[end - 1]) and _ASCII_WORD.match(text, end))
    boundaries = reading.boundaries
    return start in boundaries and end in boundaries


def only_function_words(phrase: str) -> bool:
    """Whether a folded phrase has no word of its own meaning: particles, auxiliaries, punctuation."""
    if not _FUNCTIONAL.fullmatch(phrase):  # most phrases are told without reading them
        return False
    return all(speech[0] in _FUNCTION_WORDS for speech in speech_of(phrase))


def inside(text: str, start: int, end: int, word: str) -> bool:
    """Whether the place stands inside this longer word."""
    return text.find(word, max(0, end - len(word)), start + len(word)) >= 0


class Found(NamedTuple):
    """What one look at a text found for all who ask: start, end and owners in order of their numbers."""

    spelt: list[tuple[int, int, tuple[int, ...]]]
    formed: list[tuple[int, int, tuple[int, ...]]]


class Spellings:
    """Folded words in one automaton, each with its owners."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        owners: dict[str, set[int]] = {}
        for word, owner in words:
            if (known := owners.get(word)) is not None:
                known.add(owner)
            elif word:
                owners[word] = {owner}
        self._strings = Strings({word: (len(word), tuple(sorted(of_word))) for word, of_word in owners.items()})

    def search(self, text: str) -> list[tuple[int, int, tuple[int, ...]]]:
        """Every place of every word, inner ones included."""
        return [(end - length, end, owners) for end, (length, owners) in self._strings.search(text)]


class _Node:
    """A step of a phrase: who ends here, and what may follow."""

    __slots__ = ("following", "owners")

    def __init__(self) -> None:
        self.owners: tuple[int, ...] = ()
        self.following: dict[str, _Node] = {}


class Forms:
    """Phrases by the normalised forms of their words: 弱い finds 弱く and よわかっ, 出来る finds できます."""

    def __init__(self, phrases: Iterable[tuple[str, int]]) -> None:
        self._root: _Node = _Node()
        for phrase, owner in phrases:
            folded_phrase = fold(phrase)
            if only_function_words(folded_phrase):
                continue  # the normalised form of なら is that of だ and で: such words count as they are spelt
            node = self._root
            for norm in norms_of(folded_phrase):
                node = node.following.setdefault(norm, _Node())
            if owner not in node.owners:
                node.owners = tuple(sorted((*node.owners, owner)))

    def search(self, reading: Reading) -> list[tuple[int, int, tuple[int, ...]]]:
        """Every place of every phrase, inner ones included."""
        tokens, norms = reading.tokens, reading.norms
        found: list[tuple[int, int, tuple[int, ...]]] = []
        for first, root in enumerate(map(self._root.following.get, norms)):
            if root is None:  # most words begin no phrase
                continue
            node: _Node | None = root
            n, start, stressed = first, tokens[first].start, False
            while node is not None:
                if node.owners and not (stressed and node.owners[-1] >= 0):
                    found.append((start, tokens[n].end, node.owners))
                n += 1
                if n == len(norms) or not node.following:
                    break
                follower = node.following.get(norms[n])
                if follower is None and norms[n] in _STRESSED:
                    follower, stressed = node.following.get("が") or node.following.get("を"), True
                elif follower is None and norms[n] in _BEFORE_NOT:
                    follower, n = _denied(node, norms, n)
                node = follower
        return found


def _denied(node: _Node, norms: Sequence[str], n: int) -> tuple[_Node | None, int]:
    """Where a phrase goes on with ない, and the text says as much: できていない, できません and できず for できない."""
    follower = node.following.get(_NOT)
    if follower is not None:
        if norms[n] == "て" and norms[n + 1 : n + 2] == ("居る",):
            n += 2
        elif norms[n] == "てる":
            n += 1
        if norms[n : n + 1] == ("ます",):
            n += 1
        return (follower, n) if norms[n : n + 1] in _NOTS else (None, n)
    follower = node.following.get(_NONE)
    return (follower, n + 2) if norms[n : n + 3] == _THERE_IS_NOT else (None, n)
