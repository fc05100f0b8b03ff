"""Law texts that have lines and no more: plain text, Markdown, and what is left of a page when its markup goes.

An article begins at a line that begins with its number; a line in brackets before it is its caption; 第一章 and the
like are headings. Numbers rise within a part; where they begin anew, the supplementary provisions (附則) begin.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from policies.ordinance.law import ARTICLE, Article, Law, bare, key_from, order_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MARKS = re.compile(r"^(?:#{1,6}\s+|>\s?|[-*]\s+(?=第))|\*\*|__")
_CAPTION = re.compile(r"^[(（]([^()（）]{1,80})[)）]$")
_HEADING = re.compile(
    r"^第[0-9０-９〇一二三四五六七八九十百]+(?:編|章|節|款|目)(?:の[0-9０-９一二三四五六七八九十]+)?(?:[\s　].*)?$"
)
_SUPPLEMENT = re.compile(r"^附[\s　]*則(?:[\s　(（].*)?$")
_START = re.compile(
    rf"^{ARTICLE.pattern}(?:(?P<to>及び|、|から|乃至|ないし)第(?P<last>[^条]{{1,10}})条(?:まで)?)?(?:[\s　]+|$)"
)
_LAW_NUMBER = re.compile(
    r"(?:明治|大正|昭和|平成|令和).{1,8}年?.{0,12}(?:法律|政令|条例|規則|規程|訓令|告示|要綱|府令|省令).{0,3}第.{1,8}号"
)
_DAY = re.compile(r"^(?:明治|大正|昭和|平成|令和)[^。]{2,12}日$")
_LONGEST_RANGE = 400
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "dt", "dd", "table"})
_SILENT = frozenset({"script", "style", "nav", "template", "noscript"})


class LawError(ValueError):
    """A file that is no law text; ``line`` and ``column`` say where, 1 for the first."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        self.line, self.column = line, column
        super().__init__(message)


def from_text(text: str, *, title: str = "") -> Law:
    """A law from its lines. Raises LawError when no article stands there."""
    lines = [_MARKS.sub("", line).strip() for line in text.lstrip("\ufeff").splitlines()]
    reader = _Reader(_beginnings(lines))
    for number, line in enumerate(lines, 1):
        if line:
            reader.read(line, number)
    reader.close()
    if not reader.articles:
        raise LawError("no article (第…条) stands at the beginning of any line")
    return Law(
        title=bare(title or reader.title),
        articles=tuple(reader.articles),
        number=reader.law_number,
        preamble="\n".join(reader.preamble),
    )


def from_html(text: str) -> Law:
    """A law from a page as publishers export it: its blocks become lines. Raises LawError."""
    page = _Lines()
    page.feed(text)
    page.close()
    return from_text("\n".join(page.lines()), title=bare(page.title))


def _beginnings(lines: Sequence[str]) -> dict[int, bool]:
    """The numbers of the lines at which articles begin, each with whether a new part begins there.

    Not every line that begins with an article's number begins an article: tables of provisions that apply with other
    words do so as well. A number that jumps ahead is an article only if the one that should come now comes nowhere
    later, and a new 第一条 only where a new row of numbers follows.
    """
    numbers = [(n, key_from(m)) for n, line in enumerate(lines, 1) if (m := _START.match(line))]
    supplements = [n for n, line in enumerate(lines, 1) if _SUPPLEMENT.match(line)]
    keys = [key for _, key in numbers]
    places: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        places.setdefault(key, []).append(at)
    begun: dict[int, bool] = {}
    last: str | None = None
    for at, (line, key) in enumerate(numbers):
        if last is not None and any(numbers[at - 1][0] < n < line for n in supplements):
            last = None
        if last is None or key in _successors(last):
            begun[line] = False
        elif key == "1":
            if not _row_begins(keys, at) and _comes_later(last, places, at, places["1"]):
                continue
            begun[line] = True
        elif order_of(key) > order_of(last) and not _comes_later(last, places, at, places.get("1", [])):
            begun[line] = False
        else:
            continue
        last = _final(key, lines[line - 1], line)
    return begun


def _successors(last: str) -> list[str]:
    """What may come next: 167 → 168, 167-2; 167-2 → 167-3, 167-2-2, 168."""
    numbers = order_of(last)
    after = [(*numbers, 2)]
    after += [(*numbers[:depth], numbers[depth] + 1) for depth in range(len(numbers))]
    return ["-".join(map(str, key)) for key in after]


def _comes_later(last: str, places: dict[str, list[int]], at: int, ones: Sequence[int]) -> bool:
    """Whether an article that should come now comes later, before the numbers begin anew."""
    end = next((one for one in ones if one > at), 1 << 30)
    for key in _successors(last):
        found = places.get(key, ())
        n = bisect_right(found, at)
        if n < len(found) and found[n] < end:
            return True
    return False


def _row_begins(keys: Sequence[str], at: int) -> bool:
    return at + 1 < len(keys) and keys[at + 1] in {"2", "1-2", "1"}


def _final(key: str, line: str, number: int) -> str:
    start = _START.match(line)
    others = _others(start, key, number) if start else []
    return others[-1] if others else key


class _Reader:
    """Goes through the lines once."""

    def __init__(self, beginnings: dict[int, bool]) -> None:
        self._beginnings = beginnings
        self.title = ""
        self.law_number = ""
        self.articles: list[Article] = []
        self.preamble: list[str] = []
        self._keys: list[str] = []
        self._lines: list[str] = []
        self._caption = self._next_caption = self._heading = self._part = ""

    def read(self, line: str, number: int) -> None:
        """One line that is not empty."""
        start = _START.match(line) if number in self._beginnings else None
        if start:
            self._begin(start, line, number)
        elif _SUPPLEMENT.match(line):
            self._end()
            self._part, self._heading = "附則", ""
        elif _HEADING.match(line):
            self._end()
            self._heading = line
        elif caption := _CAPTION.match(line):
            self._flush_caption()
            self._next_caption = caption[1]
        else:
            self._flush_caption()
            self._take(line)

    def close(self) -> None:
        """The last article ends with the text."""
        self._flush_caption()
        self._end()

    def _take(self, line: str) -> None:
        if self._keys:
            self._lines.append(line)
        elif not self.title:
            self.title = line
        else:
            if not self.law_number and (found := _LAW_NUMBER.search(line)):
                self.law_number = found[0]
            self.preamble.append(line)

    def _flush_caption(self) -> None:
        """A line in brackets that no article follows is text of the article before, or the title's law number."""
        if self._next_caption:
            caption, self._next_caption = self._next_caption, ""
            self._take(f"({caption})")

    def _begin(self, start: re.Match[str], line: str, number: int) -> None:
        key = key_from(start)
        caption, self._next_caption = self._next_caption, ""
        self._end()
        if self._beginnings[number]:
            self._part, self._heading = "附則", ""
        self._caption, self._keys = caption, [key, *_others(start, key, number)]
        if rest := line[start.end() :].strip():
            self._lines.append(rest)

    def _end(self) -> None:
        text = "\n".join(self._lines)
        self.articles += [Article(key, text, self._caption, self._heading, self._part) for key in self._keys]
        self._keys, self._lines, self._caption = [], [], ""


def _others(start: re.Match[str], key: str, line: int) -> list[str]:
    """第百十条及び第百十一条, 第四条から第六条まで: the keys behind the first."""
    if start["last"] is None:
        return []
    last = ARTICLE.match(f"第{start['last']}条")
    if last is None or "-" in key:
        return []
    to = int(key_from(last))
    if start["to"] in {"及び", "、"}:
        return [str(to)]
    if not int(key) < to <= int(key) + _LONGEST_RANGE:
        raise LawError(f"the articles {key} to {to} are no range", line)
    return [str(n) for n in range(int(key) + 1, to + 1)]


class _Lines(HTMLParser):
    """A page's text, a line for each block; scripts, styles and navigation left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._pieces: list[str] = []
        self._muted = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a line."""
        del attrs
        self._muted += tag in _SILENT
        self._in_title = tag == "title"
        if tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """A block ends one."""
        self._muted = max(0, self._muted - (tag in _SILENT))
        self._in_title = False
        if tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Text, or the page's title."""
        if self._in_title:
            self.title += data
        elif not self._muted:
            self._pieces.append(data.replace("\r", "").replace("\n", " "))

    def lines(self) -> Iterator[str]:
        """The lines that are not empty."""
        return (line for raw in "".join(self._pieces).split("\n") if (line := raw.strip()))
