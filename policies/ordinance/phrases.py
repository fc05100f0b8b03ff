"""Phrases and concepts: what a check looks for, written once, found in every inflection.

A phrase is written as it would stand in a text. ``…`` is a gap of up to twenty characters and ``……`` one of up to
eighty, both inside one sentence; ``&`` joins parts that stand in one sentence in any order; ``<名前>`` is a concept, a
list of phrases of its own. A piece that ends in a verb, an adjective or ない in its dictionary form (検査を省く,
届け出ない) stands for all its forms and spellings: 検査を省いて, 届出していません. All other pieces are literal.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property, lru_cache
from itertools import accumulate, compress, repeat
from operator import add, itemgetter
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

from pydantic import AfterValidator, Field

from policies.automata import Strings
from policies.normalize import normalize
from policies.reading import Reading
from policies.schema import Strict, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Span: TypeAlias = tuple[int, int]

NEAR, FAR = 20, 80
_BETWEEN = "\x1f"  # stands behind every word of the stream of words
_GAP = re.compile(r"(……|…)")
_PIECE = re.compile(r"……|…|<[^<>&…]+>|[^<>…]+")
_WAYS = {"…": NEAR, "……": FAR}
_REFERENCE = re.compile(r"<([^<>&…]+)>")
_SENTENCE = re.compile(r"[^。!?\n]+")
# Words that leave a statement what it is: 渡している, 渡します, 渡していただく are all 渡す.
_SILENT = frozenset({"て", "ます", "居る", "た", "です", "頂く", "下さる", "呉れる", "で御座る"})
_NEGATIVE = dict.fromkeys(("ない", "ず", "ぬ", "無い", "まい"), "ない")
_WORDS: dict[str, str | None] = {**dict.fromkeys(_SILENT), **_NEGATIVE}
_FINAL = frozenset("うくぐすつぬぶむるい")  # what a dictionary form ends in
_VOICES = frozenset({"ない", "せる", "させる", "れる", "られる"})
_INFLECTED = frozenset({"動詞", "形容詞", "助動詞"})
# Negative words that deny nothing.
_NO_DENIAL = re.compile(
    r"(?:なけれ|ね)ば(?:なら|いけ)な?|なくては(?:なら|いけ)な?|ないと(?:いけ|なら)な?|ざるを得な|ずにはいられな"
    r"|わけに(?:は|も)いかな|かもしれな|に(?:過ぎ|すぎ)な|に違いな|(?:だけ|のみ)で(?:は)?なく|のみならず|少なくな"
    r"|問題(?:は|も)?な|差し?支え(?:は|も)?な|やむを得な|(?:では|じゃ)ない(?:か|でしょ|だろ)|ないでしょうか|ないか(?:[。?]|と)"
)
_FUNCTION_WORDS = frozenset({"助詞", "助動詞", "接尾辞"})
_STEPPING = frozenset(
    {"為る", "出来る", "行う", "認める", "許す", "こと", "様", "もの", "為", "得る", "有る", "一切", "全て", "絶対", "決して"}
    | {"扱い", "取り扱い", "成る", "行く", "関する", "行為", "旨", "全部", "一部", "予定", "必要", "ため", "予め"}
)  # fmt: skip
_FORBIDS = frozenset(
    {"ない", "禁止", "禁ずる", "禁じる", "不可", "控える", "避ける", "慎む", "断る", "厳禁", "防ぐ", "防止"}
)
_LACKING = _FORBIDS | {
    "無し",
    "なし",
    "不要",
    "省く",
    "省略",
    "未定",
    "空欄",
    "割愛",
    "削る",
    "怠る",
    "後回し",
    "外す",
    "未",
    "未記入",
    "未実施",
    "未作成",
    "未済",
    "抜き",
}
_TOPICS = frozenset({"は", "も", "を", "が"})
_TURNS = frozenset({"因る", "依る", "拠る", "よる", "因り", "為", "ため", "ので", "から", "場合", "とき", "時", "ば"})
_LEADING = frozenset({"つい", "関し", "対し", "おい", "とっ"})  # についての, に対して
_GOING_ON = frozenset({"居る", "頂く", "貰う", "置く", "有る", "ない", "無い"})
_NOWHERE: list[Span] = []
_LOOKAHEAD, _LONG_LOOKAHEAD = 12, 16


def _well_formed(phrase: str) -> str:
    """A phrase has words in each of its places."""
    for part in phrase.split("&"):
        if any(not normalize(piece).text.strip() for piece in _GAP.split(part)[::2]):
            raise ValueError("a phrase must have words, and on both sides of … and &")
        if part.count("<") != part.count(">") or "".join(_PIECE.findall(part)) != part:
            raise ValueError("a concept is named as <名前>")
    return phrase


Phrase = Annotated[Text, AfterValidator(_well_formed)]


class Concept(Strict):
    """A matter and the ways in which people write it, kept once and used by many checks as ``<id>``."""

    id: Annotated[str, Field(pattern=r"^[^<>&…\s]{1,40}$")] = Field(
        description="Name, such as `随意契約`; used in phrases as `<随意契約>`."
    )
    phrases: tuple[Phrase, ...] = Field(min_length=1, description="The ways to write it.")


class UnknownConceptError(ValueError):
    """A phrase names a concept that no file defines, or one that leads back to itself."""


def references(phrase: str) -> list[str]:
    """The concepts that a phrase names."""
    return _REFERENCE.findall(phrase)


class _Literal(NamedTuple):
    number: int


class _Row(NamedTuple):
    """Pieces in their order; ``gaps[i]`` is the longest way from piece i to the next one."""

    number: int
    pieces: tuple[Node, ...]
    gaps: tuple[int, ...]


class _Together(NamedTuple):
    """Parts of one sentence, in any order."""

    number: int
    parts: tuple[Node, ...]


class _Any(NamedTuple):
    """Any of the phrases of a concept."""

    number: int
    phrases: tuple[Node, ...]


Node: TypeAlias = "_Literal | _Row | _Together | _Any"


class Lexicon:
    """All phrases of all checks, compiled: what is asked of a text in one pass."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._concepts = {concept.id: concept for concept in concepts}
        self._compiled: dict[str, Node | None] = {}
        self._literals: dict[tuple[str, bool], _Literal] = {}
        self._size = 0
        # Single characters stand in most texts and decide little: they are looked for only when they are asked for.
        self.single: dict[int, str] = {}
        self.plain: dict[int, int] = {}
        self.of_words: dict[int, int] = {}
        """Lengths of the literals, by number: of those looked for in the text, and of those in its stream of words."""
        self._nodes: list[Node] = []

    def phrase(self, text: str) -> Node:
        """A compiled phrase. Raises UnknownConceptError."""
        key = f"\0{text}"
        if (known := self._compiled.get(key)) is None:
            parts = [self._row(part) for part in text.split("&")]
            known = parts[0] if len(parts) == 1 else self._noted(_Together(self._next(), tuple(parts)))
            self._compiled[key] = known
        return known

    def concept(self, name: str) -> Node:
        """A compiled concept."""
        if name not in self._concepts:
            raise UnknownConceptError(f"no file defines the concept {name}")
        if name not in self._compiled:
            self._compiled[name] = None
            phrases = tuple(self.phrase(phrase) for phrase in self._concepts[name].phrases)
            self._compiled[name] = self._noted(_Any(self._next(), phrases))
        if (known := self._compiled[name]) is None:
            raise UnknownConceptError(f"the concept {name} leads back to itself")
        return known

    def triggers(self, node: Node) -> frozenset[int]:
        """Literals of which one stands in every text that the phrase stands in; of single characters only if it must be."""
        if isinstance(node, _Literal):
            return frozenset({node.number})
        if isinstance(node, _Any):
            return frozenset().union(*(self.triggers(phrase) for phrase in node.phrases))
        pieces = node.pieces if isinstance(node, _Row) else node.parts
        sets = [self.triggers(piece) for piece in pieces]
        return min(sets, key=lambda numbers: (not numbers.isdisjoint(self.single), len(numbers)))

    @cached_property
    def automata(self) -> tuple[Strings[int], Strings[int]]:
        """One for the text as it stands, one for its stream of words. Compile all phrases first."""
        plain, of_words = (
            Strings(
                {
                    word: literal.number
                    for (word, inflected), literal in self._literals.items()
                    if inflected is of_words and literal.number not in self.single
                }
            )
            for of_words in (False, True)
        )
        return plain, of_words

    @cached_property
    def reach(self) -> tuple[frozenset[int], dict[int, frozenset[int]]]:
        """What may stand in any text, and for each literal, what may stand where it stands. Compile all phrases first."""
        anywhere: set[int] = set()
        reach: dict[int, set[int]] = {}
        for node in self._nodes:
            literals = self.triggers(node)
            if not literals.isdisjoint(self.single):
                anywhere.add(node.number)
            for literal in literals:
                reach.setdefault(literal, set()).add(node.number)
        return frozenset(anywhere), {literal: frozenset(nodes) for literal, nodes in reach.items()}

    def _noted(self, node: Node) -> Node:
        self._nodes.append(node)
        return node

    def _next(self) -> int:
        self._size += 1
        return self._size

    def _row(self, part: str) -> Node:
        nodes: list[Node] = []
        gaps: list[int] = []
        for piece in _PIECE.findall(part.strip()):
            if piece in _WAYS:
                gaps[-1] = _WAYS[piece]
            else:
                nodes.append(self._piece(piece))
                gaps.append(0)
        return nodes[0] if len(nodes) == 1 else self._noted(_Row(self._next(), tuple(nodes), tuple(gaps[:-1])))

    def _piece(self, piece: str) -> Node:
        if named := _REFERENCE.fullmatch(piece.strip()):
            return self.concept(named[1])
        key = _stream_of(piece)
        if key not in self._literals:
            literal = _Literal(self._next())
            self._literals[key] = literal
            (self.of_words if key[1] else self.plain)[literal.number] = len(key[0])
            self._noted(literal)
            if len(key[0]) == 1 and not key[1]:
                self.single[literal.number] = key[0]
        return self._literals[key]


@lru_cache(maxsize=16_384)
def _stream_of(piece: str) -> tuple[str, bool]:
    """What to look for: words in their normal forms (True) where the piece can be inflected, or the text itself."""
    reading = Reading(normalize(piece).text)
    if not reading.tokens:
        return reading.text, False
    last = reading.tokens[-1]
    if last.surface[-1] in _FINAL and _can_be_inflected(last.pos, reading.norms[-1]):
        stream = Stream(reading)
        return stream.text, True
    return reading.text, False


def _can_be_inflected(pos: tuple[str, ...], norm: str) -> bool:
    """Whether a piece ends in a dictionary form; ました and たい are written because just they are meant."""
    if pos[0] == "助動詞" and _NEGATIVE.get(norm, norm) not in _VOICES:
        return False
    return pos[0] in _INFLECTED and pos[5].startswith(("終止形", "連体形"))


class Stream:
    """A text as its words in their normal forms, without those that change nothing; leads back to the text."""

    def __init__(self, reading: Reading) -> None:
        self.harmless = [match.span() for match in _NO_DENIAL.finditer(reading.view.text)]
        words = list(map(_WORDS.get, reading.norms, reading.norms))
        if self.harmless and "ない" in words:
            for n, word in enumerate(words):
                if word == "ない" and within(self.harmless, reading.tokens[n].start):
                    words[n] = None
        self.tokens = list(compress(range(len(words)), words))  # numbers among the tokens
        kept = [word for word in words if word]
        # Where each word begins in the stream.
        self.begins = list(accumulate(map(add, map(len, kept), repeat(1)), initial=0))
        self.text = _BETWEEN.join([*kept, ""])

    def token_at(self, offset: int) -> int:
        """The number of the token whose word covers an offset of the stream."""
        return self.tokens[bisect_right(self.begins, offset) - 1]


class Hits:
    """Where phrases stand in one text: literals found in one pass, everything else worked out when asked."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self.reading = reading
        self.text = reading.view.text
        self._known: dict[int, list[Span]] = {}
        self._lexicon = lexicon
        self._stream = reading.derived(Stream)
        plain, of_words = lexicon.automata
        # Where each literal ends; what that is in the text is worked out where it is asked for.
        self.found: dict[int, list[int]] = {}
        plain.gather(self.text, self.found)
        of_words.gather(self._stream.text, self.found)
        anywhere, reach = lexicon.reach
        self._live = set(anywhere).union(*(reach[number] for number in self.found if number in reach))

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """All sentences and lines."""
        return tuple(match.span() for match in _SENTENCE.finditer(self.text))

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    def sentence(self, offset: int) -> int:
        """The number of the sentence that an offset lies in."""
        return bisect_right(self._starts, offset) - 1

    def any(self, nodes: Iterable[Node]) -> Iterator[Span]:
        """Places of any of the phrases."""
        live = self._live
        for node in nodes:
            if node.number in live:  # of most phrases no word stands in the text
                yield from self.spans(node)

    def stands(self, nodes: Iterable[Node]) -> bool:
        """Whether any of the phrases stands somewhere."""
        live = self._live
        return any(node.number in live and self.spans(node) for node in nodes)

    def spans(self, node: Node) -> list[Span]:
        """All places of a phrase, in the order of the text."""
        known = self._known.get(node.number)
        if known is None:
            known = _NOWHERE
            if node.number in self._live:
                known = self._literal(node.number) if isinstance(node, _Literal) else sorted(self._work_out(node))
            self._known[node.number] = known
        return known

    def _literal(self, number: int) -> list[Span]:
        if number in self._lexicon.single:
            return [match.span() for match in re.finditer(re.escape(self._lexicon.single[number]), self.text)]
        ends = self.found.get(number, ())
        if (length := self._lexicon.plain.get(number)) is not None:
            return [(end - length, end) for end in ends]
        length, tokens, place = self._lexicon.of_words[number], self.reading.tokens, self._stream.token_at
        return [(tokens[place(end - length)].start, tokens[place(end - 1)].end) for end in ends]

    def _work_out(self, node: _Row | _Together | _Any) -> Iterable[Span]:
        if isinstance(node, _Any):
            return set(self.any(node.phrases))
        if isinstance(node, _Row):
            return self._in_order(node)
        return self._together(node)

    def _in_order(self, row: _Row) -> Iterator[Span]:
        rows = []
        for piece in row.pieces:
            rows.append(self.spans(piece))
            if not rows[-1]:
                return
        ways = list(zip(row.gaps, rows[1:], strict=True))
        for start, first_end in rows[0]:
            limit = self.sentences[self.sentence(start)][1]
            ends = [first_end]  # where what was found so far may end
            for gap, spans in ways:
                ends = _next_ends(spans, ends, gap, limit)
                if not ends:
                    break
            else:
                yield start, min(ends)

    def _together(self, node: _Together) -> Iterator[Span]:
        by_sentence: list[dict[int, Span]] = []
        for part in node.parts:
            first: dict[int, Span] = {}
            for span in self.spans(part):
                first.setdefault(self.sentence(span[0]), span)
            if not first:
                return
            by_sentence.append(first)
        for sentence in set(by_sentence[0]).intersection(*by_sentence[1:]):
            spans = [first[sentence] for first in by_sentence]
            yield min(start for start, _ in spans), max(end for _, end in spans)

    @cached_property
    def _token_starts(self) -> list[int]:
        return [token.start for token in self.reading.tokens]

    def forbidden(self, span: Span) -> bool:
        """Whether the text says of what stands there that it is not, or must not be, done: 再委託してはならない."""
        return self._denied(span, _FORBIDS, stepping=True)

    def lacking(self, span: Span) -> bool:
        """Whether the text says of what stands there that it is missing or left out: 議会の議決は経ない."""
        return self._denied(span, _LACKING, stepping=False)

    def _denied(self, span: Span, words: frozenset[str], *, stepping: bool) -> bool:
        tokens, norms = self.reading.tokens, self.reading.norms
        first = bisect_left(self._token_starts, span[1])
        limit = self.sentences[n][1] if (n := self.sentence(span[0])) >= 0 else len(self.text)
        adverbial = first > 0 and tokens[first - 1].pos[0] in _FUNCTION_WORDS  # 規定にかかわらず | 禁止する
        ahead = _LOOKAHEAD if stepping else _LONG_LOOKAHEAD
        for n in range(first, min(first + ahead, len(tokens))):
            token = tokens[n]
            if token.start >= limit:
                return False
            norm = _NEGATIVE.get(norms[n], norms[n])
            if norm in words:
                if n == first and adverbial:
                    return False
                return not within(self._stream.harmless, token.start)
            before, behind = tokens[n - 1].surface, norms[n + 1] if n + 1 < len(norms) else ""
            if stepping and not _steps_over(token.pos[0], norm, token.surface, before):
                return False
            if not stepping and _turns(norm, before, behind):
                return False
        return False


def _next_ends(spans: Sequence[Span], ends: Sequence[int], gap: int, limit: int) -> list[int]:
    """Where those spans end that begin behind one of the ends, at most ``gap`` further and before the limit."""
    found: dict[int, None] = {}
    for end in ends:
        last = min(end + gap + 1, limit)
        for n in range(bisect_left(spans, (end, 0)), len(spans)):
            start, stop = spans[n]
            if start >= last:
                break
            found[stop] = None
    return list(found)


def _turns(norm: str, before: str, behind: str) -> bool:
    """Whether what follows speaks of something else: 軽微な変更 のため、 意見公募は省略する."""
    if norm == "、":
        return before not in _TOPICS
    return norm in _TURNS or (norm == "て" and behind not in _GOING_ON and before not in _LEADING)


def within(spans: Sequence[Span], offset: int) -> bool:
    """Whether an offset lies in one of the spans."""
    n = bisect_right(spans, offset, key=itemgetter(0)) - 1
    return n >= 0 and offset <= spans[n][1]


def _steps_over(pos: str, norm: str, surface: str, before: str) -> bool:
    """Whether a denial may still follow behind this word: 再委託 は 、 一切 行わ ない."""
    if pos in _FUNCTION_WORDS or norm in _STEPPING or norm in _SILENT:
        return True
    return (surface == "、" and before in _TOPICS) or surface in {"」", "』", ")", "("}


def undefined(phrases: Iterable[str], concepts: Mapping[str, Any]) -> Iterator[str]:
    """The names in the phrases that are no concept."""
    for phrase in phrases:
        yield from (name for name in references(phrase) if name not in concepts)


def circular(name: str, concepts: Mapping[str, Concept]) -> bool:
    """Whether a concept leads back to itself."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        concept = concepts.get(waiting.pop())
        for phrase in concept.phrases if concept else ():
            for other in references(phrase):
                if other == name:
                    return True
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return False
