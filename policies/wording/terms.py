"""Expressions found as they stand: word boundaries, look-alikes, inflection, and the ways they are disguised."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from policies.expressions import compile_expression
from policies.reading import Reading
from policies.wording.vocabulary import Spellings, at_boundaries, fold, inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policies.wording.entries import WordEntry, Wording
    from policies.wording.vocabulary import Found

_KANA = re.compile(r"[\u3041-\u30ff]+")
_HIRAGANA = re.compile(r"[\u3041-\u3096ー]+")
_KATAKANA = re.compile(r"[\u30a1-\u30faー]")
_KATAKANA_WORD = re.compile(r"[\u30a1-\u30faー]+")
_SHORT_KANA = 3
"""Hiragana words up to this length stand inside so much ordinary Japanese that their word class is looked at."""
_CONTENT = frozenset({"名詞", "代名詞", "形状詞", "接頭辞", "動詞", "形容詞", "感動詞"})
_NAME = "固有名詞"
_NAMES = frozenset({"人名", "地名"})
_LONGEST_NAME = 8
_TITLE = re.compile(
    r"さん|氏|様|殿|君|先生|教授|[課係部局室会所町市村区議院社校園館]?長|議員|委員|主査|主任|主事|[町市駅村区]|\("
)
_OFFICE = re.compile(r"(?:長|議員|委員|主査|主任|主事|補佐|職員|担当|氏名|名前)[: ・]?$")
_OFFICE_LENGTH = 4
_IMPERATIVE = "命令形"
_ENDS_OF_ORDERS = frozenset("えけげせぜてでねべめれろよい")
_PARTICLES = frozenset("がをには")
_BETWEEN = r" \t・･./|_*+~○◯□×\-"
# Single characters with one to three separators between each two: バ・カ, キ チ ガ イ. Looked for from the first separator.
_SPREAD = re.compile(
    rf"[{_BETWEEN}](?<=[^\n{_BETWEEN}].)[{_BETWEEN}]{{0,2}}[^\n{_BETWEEN}](?:[{_BETWEEN}]{{1,3}}[^\n{_BETWEEN}])*"
)
_SEPARATOR = re.compile(f"[{_BETWEEN}]")
_MASK = re.compile(r"[○〇◯□■●×✕*]")
_HIDDEN = "\0"
_SHORTEST_MASKED = 3
_SHORTEST_MASKED_TWICE = 5
_TWINS = {"カ": "力", "ロ": "口", "エ": "工", "ニ": "二", "ハ": "八", "タ": "夕", "ト": "卜", "ヘ": "へ"}
_TO_HIRAGANA = {c: c - 0x60 for c in range(ord("ァ"), ord("ヶ") + 1)}
_TO_KATAKANA = {c: c + 0x60 for c in range(ord("ぁ"), ord("ゖ") + 1)}


class Place(NamedTuple):
    """Where an entry's words stand in the view."""

    start: int
    end: int
    entry: Wording


class Terms:
    """All expressions of a list, looked up together."""

    def __init__(self, entries: Sequence[WordEntry]) -> None:
        self._entries = entries
        every = [(word, n) for n, entry in enumerate(entries) for word in spellings(entry)]
        self._every = every
        self._spreadable = Spellings(every_one for every_one in every if entries[every_one[1]].separators)
        self._masked = Spellings((hidden, n) for word, n in every if entries[n].masked for hidden in _hidden(word))
        self._lookalikes = [tuple(fold(word) for word in entry.lookalikes) for entry in entries]
        self._expressions = [(compile_expression(e), n) for n, entry in enumerate(entries) for e in entry.expressions]
        # Most texts hold none of them: one look for all of them together says so.
        everyone = "|".join(f"(?:{e})" for entry in entries for e in entry.expressions)
        self._any_expression = compile_expression(everyone) if everyone else None
        self._classes: dict[str, tuple[str, str, str]] = {}  # by word, once it is met

    def spelt(self) -> Sequence[tuple[str, int]]:
        """Words to look up as they are spelt, each with the number of its entry."""
        return self._every

    def formed(self) -> Iterator[tuple[str, int]]:
        """Words to look up in all their forms."""
        return ((word, n) for n, e in enumerate(self._entries) if e.inflects for word in (e.term, *e.variants))

    def search(self, reading: Reading, text: str, found: Found) -> Iterator[Place]:
        """Every expression of the text; ``text`` is the view in lower case."""
        for start, end, n in self._found(reading, text, found):
            yield Place(start, end, self._entries[n])

    def _found(self, reading: Reading, text: str, found: Found) -> Iterator[tuple[int, int, int]]:
        """As they are spelt, in their forms, disguised, and by regular expression: start, end, entry."""
        for start, end, owners in found.spelt:
            if owners[-1] < 0:
                continue  # of the patterns
            yield from ((start, end, n) for n in owners if n >= 0 and self._stands(start, end, n, text, reading))
        for start, end, owners in found.formed:
            if owners[-1] >= 0:
                yield from ((start, end, n) for n in owners if n >= 0 and not self._excused(start, end, n, text))
        yield from self._disguised(reading, text)
        if self._any_expression is not None and self._any_expression.search(text):
            for expression, n in self._expressions:
                for match in expression.finditer(text):
                    start, end = match.span()
                    if start < end and not self._excused(start, end, n, text):
                        yield start, end, n

    def _excused(self, start: int, end: int, n: int, text: str) -> bool:
        return any(inside(text, start, end, word) for word in self._lookalikes[n])

    def _stands(self, start: int, end: int, n: int, text: str, reading: Reading) -> bool:
        if self._excused(start, end, n, text):
            return False
        if not self._entries[n].boundary:
            return True
        if not (at_boundaries(text, start, end, reading) or _before_particle(start, end, text, reading)):
            return False
        if _continued(text, start, end):
            return False
        return not _inflected(start, end, text, reading) and not self._ordinary(start, end, text, reading)

    def _ordinary(self, start: int, end: int, text: str, reading: Reading) -> bool:
        """Whether the words there are of another kind: a person's or a place's name, a particle."""
        word = reading.word_at(start)
        if word is None:
            return False
        alone = self._class(text[start:end])
        if word.pos[1] == _NAME and word.pos[2] in _NAMES and alone[1] != _NAME:
            longer = word.start < start or word.end > end
            if longer or _TITLE.match(text, end) or _OFFICE.search(text, max(0, start - _OFFICE_LENGTH), start):
                return True
        short = end - start <= _SHORT_KANA and _HIRAGANA.fullmatch(text, start, end)
        if short and word.pos[0] not in _CONTENT and word.pos[0] != alone[0]:
            return True
        return alone[2].startswith(_IMPERATIVE) and not _ordered(end, reading)

    def _class(self, word: str) -> tuple[str, str, str]:
        """What the word is by itself. There are no more of them than words in the list."""
        if len(word) > _LONGEST_NAME:
            return "", "", ""
        if (known := self._classes.get(word)) is None:
            known = self._classes[word] = _word_class(word)
        return known

    def _disguised(self, reading: Reading, text: str) -> Iterator[tuple[int, int, int]]:
        """Words whose every two characters have separators between them, and words with one character hidden."""
        for run in _SPREAD.finditer(text):
            at = [n for n in range(run.start() - 1, run.end()) if not _SEPARATOR.match(text[n])]
            for start, end, owners in self._spreadable.search("".join(text[n] for n in at)):
                if end - start > 1 and at[start] in reading.boundaries:
                    yield from ((at[start], at[end - 1] + 1, n) for n in owners)
        if _MASK.search(text):
            for start, end, owners in self._masked.search(_MASK.sub(_HIDDEN, text)):
                if (_MASK.match(text, start) or start in reading.boundaries) and not _blank(text, start, end):
                    yield from ((start, end, n) for n in owners)


def spellings(entry: WordEntry) -> dict[str, None]:
    """Every spelling that is looked for, folded: kana both ways and twins of kana where the entry says so."""
    words = dict.fromkeys(fold(word) for word in (entry.term, *entry.variants))
    if entry.kana:
        for word in list(words):
            words.update(dict.fromkeys((word.translate(_TO_HIRAGANA), word.translate(_TO_KATAKANA))))
    if entry.separators:
        for word in list(words):
            if _KATAKANA_WORD.fullmatch(word):
                for n, char in enumerate(word):
                    if char in _TWINS:
                        words[f"{word[:n]}{_TWINS[char]}{word[n + 1 :]}"] = None
    return words


def _hidden(word: str) -> Iterator[str]:
    """The word with one character hidden, and a long one with two.

    The two do not stand side by side and the first character is seen: ○○ is the blank of a form (○○町).
    """
    if len(word) < _SHORTEST_MASKED:
        return
    for k in range(len(word)):
        once = f"{word[:k]}{_HIDDEN}{word[k + 1 :]}"
        yield once
        if k and len(word) >= _SHORTEST_MASKED_TWICE:
            yield from (f"{once[:j]}{_HIDDEN}{once[j + 1 :]}" for j in range(k + 2, len(word)))


def _blank(text: str, start: int, end: int) -> bool:
    """Whether what looks hidden at an end goes on outside: 三国○○ has a blank."""
    return bool(
        (start and _MASK.match(text, start) and _MASK.match(text, start - 1))
        or (_MASK.match(text, end - 1) and _MASK.match(text, end))
    )


def _word_class(word: str) -> tuple[str, str, str]:
    """The part of speech of a word by itself, and the form of its end: what it is there too excuses nothing."""
    # With a particle behind it, since a word alone on a line may well be a name.
    tokens = [token for token in Reading(f"{word}の").tokens if token.end <= len(word)] or Reading(word).tokens
    if not tokens:
        return "", "", ""
    form = Reading(word).tokens[-1].pos[-1] if word[-1] in _ENDS_OF_ORDERS else ""
    return tokens[0].pos[0], tokens[0].pos[1] if len(tokens) == 1 else "", form


def _ordered(end: int, reading: Reading) -> bool:
    """Whether the word that ends here is an order: 帰れ and not 帰れません."""
    last = reading.word_at(end - 1)
    return last is None or last.end != end or last.pos[-1].startswith(_IMPERATIVE)


def _continued(text: str, start: int, end: int) -> bool:
    """Whether a katakana word goes on in katakana on either side: ブスバー, エセックス."""
    return bool(
        (_KATAKANA.match(text[start]) and start > 0 and _KATAKANA.match(text[start - 1]))
        or (_KATAKANA.match(text[end - 1]) and end < len(text) and _KATAKANA.match(text[end]))
    )


def _before_particle(start: int, end: int, text: str, reading: Reading) -> bool:
    """Whether a hiragana word begins where one does and a particle follows: Sudachi reads かたわが as かた・わが."""
    return (
        end - start >= _SHORT_KANA
        and start in reading.boundaries
        and text[end : end + 1] in _PARTICLES
        and bool(_HIRAGANA.fullmatch(text, start, end))
    )


def _inflected(start: int, end: int, text: str, reading: Reading) -> bool:
    """Whether kana are the stem of a verb with its auxiliary: めくらず is a form of めくる."""
    if not _KANA.fullmatch(text, start, end):
        return False
    word, behind = reading.word_at(start), reading.word_at(end)
    return bool(word and behind and word.end == end and word.pos[0] == "動詞" and behind.pos[0] == "助動詞")
