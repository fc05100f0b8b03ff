"""Where phrases stand in one text, and whether the text says of them that they are not done or missing."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from policies.ordinance.phrases import AnyOf, Literal, Node, Row, Together
from policies.ordinance.stream import NEGATIVE, SILENT, Stream, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policies.ordinance.phrases import Lexicon, Span
    from policies.reading import Reading

_SENTENCE = re.compile(r"[^。!?\n]+")
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


class Hits:
    """Where phrases stand in one text: literals found in one pass, everything else worked out when asked."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self.reading = reading
        self.text = reading.view.text
        self._known: dict[int, list[Span]] = {}
        self._standing: dict[int, bool] = {}
        self._begins: dict[int, list[int]] = {}
        self._forbidden: dict[Span, bool] = {}
        self._lexicon = lexicon
        self._stream = reading.derived(Stream)
        plain, of_words = lexicon.automata
        # Where each literal ends; what that is in the text is worked out where it is asked for.
        self.found: dict[int, list[int]] = {}
        plain.gather(self.text, self.found)
        of_words.gather(self._stream.text, self.found)
        self._certain = set(self.found)
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

    def any(self, group: AnyOf) -> Iterator[Span]:
        """Places of any of the phrases, in no order."""
        nodes = self._lexicon.nodes
        for number in self._live & self._lexicon.members[group.number]:  # of most phrases no word stands in the text
            yield from self.spans(nodes[number])

    def stands(self, group: AnyOf) -> bool:
        """Whether any of the phrases stands somewhere."""
        if group.number not in self._live:
            return False
        known = self._standing.get(group.number)
        if known is None:
            known = not self._lexicon.sure[group.number].isdisjoint(self._certain)
            known = self._standing[group.number] = known or next(self.any(group), None) is not None
        return known

    def starts(self, node: Node) -> list[int]:
        """Where the places of a phrase begin, in the order of the text."""
        if (known := self._begins.get(node.number)) is None:
            known = self._begins[node.number] = [start for start, _ in self.spans(node)]
        return known

    def spans(self, node: Node) -> list[Span]:
        """All places of a phrase, in the order of the text."""
        known = self._known.get(node.number)
        if known is None:
            if node.number not in self._live:
                known = _NOWHERE
            elif isinstance(node, Literal):
                known = self._literal(node.number)
            elif isinstance(node, AnyOf):
                known = self._joined(node.number)
            else:
                known = sorted(self._in_order(node) if isinstance(node, Row) else self._together(node))
            self._known[node.number] = known
        return known

    def _joined(self, number: int) -> list[Span]:
        """The places of all phrases of a group. Plain pieces are most of them, so theirs are taken as they were found."""
        lexicon, found = self._lexicon, self.found
        lengths, nodes = lexicon.plain, lexicon.nodes
        spans: set[Span] = set()
        for member in self._live & lexicon.members[number]:
            if member in found and member in lengths:
                length = lengths[member]
                spans.update([(end - length, end) for end in found[member]])
            else:
                spans.update(self.spans(nodes[member]))
        return sorted(spans)

    def _literal(self, number: int) -> list[Span]:
        if number in self._lexicon.single:
            return [match.span() for match in re.finditer(re.escape(self._lexicon.single[number]), self.text)]
        ends = self.found.get(number, ())
        if (length := self._lexicon.plain.get(number)) is not None:
            return [(end - length, end) for end in ends]
        length, tokens, place = self._lexicon.of_words[number], self.reading.tokens, self._stream.token_at
        return [(tokens[place(end - length)].start, tokens[place(end - 1)].end) for end in ends]

    def _in_order(self, row: Row) -> Iterator[Span]:
        rows = []
        for piece in row.pieces:
            rows.append(self.spans(piece))
            if not rows[-1]:
                return
        ways = list(zip(row.gaps, rows[1:], strict=True))
        nexts, reach = self.starts(row.pieces[1]), row.gaps[0]
        for start, first_end in rows[0]:
            n = bisect_left(nexts, first_end)
            if n == len(nexts) or nexts[n] > first_end + reach:  # most ways end here
                continue
            limit = self.sentences[self.sentence(start)][1]
            ends = [first_end]  # where what was found so far may end
            for gap, spans in ways:
                ends = _next_ends(spans, ends, gap, limit)
                if not ends:
                    break
            else:
                yield start, min(ends)

    def _together(self, node: Together) -> Iterator[Span]:
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
        if (known := self._forbidden.get(span)) is None:
            known = self._forbidden[span] = self._denied(span, _FORBIDS, stepping=True)
        return known

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
            norm = NEGATIVE.get(norms[n], norms[n])
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


def _steps_over(pos: str, norm: str, surface: str, before: str) -> bool:
    """Whether a denial may still follow behind this word: 再委託 は 、 一切 行わ ない."""
    if pos in _FUNCTION_WORDS or norm in _STEPPING or norm in SILENT:
        return True
    return (surface == "、" and before in _TOPICS) or surface in {"」", "』", ")", "("}
