"""Citations of law: those in a text, and whether the statutes that were loaded have what they name.

Only laws that are loaded are judged: of others nothing is known. 同法, 同条 and the like are left alone. A municipality's
own ordinances are cited by the end of their title (契約規則 for 青葉野市契約規則).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from policies.automata import Strings
from policies.ordinance.dates import number as int_of
from policies.ordinance.law import ARTICLE, Article, Law, bare, key_from, order_of
from policies.ordinance.past import spoken_of_as_past

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

EXAMPLE = Law(
    "関守例示条例",
    (
        Article("1", "この条例は、引用の確かめ方の例を示すことを目的とする。", "目的"),
        Article("2", "削除"),
        Article("3", "この条例の条は、第1条から第3条までとする。", "条"),
        Article("1", "関守見本条例(令和元年条例第1号)は、廃止する。", part="附則"),
    ),
)
"""A law that is always loaded, so that rules about citations have something to be tried on."""

SHORT_NAMES: Mapping[str, str] = {
    "自治法": "地方自治法",
    "自治令": "地方自治法施行令",
    "自治法施行令": "地方自治法施行令",
    "個人情報保護法": "個人情報の保護に関する法律",
    "個情法": "個人情報の保護に関する法律",
    "番号法": "行政手続における特定の個人を識別するための番号の利用等に関する法律",
    "マイナンバー法": "行政手続における特定の個人を識別するための番号の利用等に関する法律",
    "行審法": "行政不服審査法",
    "行訴法": "行政事件訴訟法",
    "行手法": "行政手続法",
    "地公法": "地方公務員法",
    "地財法": "地方財政法",
    "公選法": "公職選挙法",
    "公文書管理法": "公文書等の管理に関する法律",
    "入契法": "公共工事の入札及び契約の適正化の促進に関する法律",
    "支払遅延防止法": "政府契約の支払遅延防止等に関する法律",
    "遅延防止法": "政府契約の支払遅延防止等に関する法律",
    "障害者差別解消法": "障害を理由とする差別の解消の推進に関する法律",
    "部落差別解消推進法": "部落差別の解消の推進に関する法律",
    "憲法": "日本国憲法",
    "住基法": "住民基本台帳法",
    "補助金適正化法": "補助金等に係る予算の執行の適正化に関する法律",
    "AI法": "人工知能関連技術の研究開発及び活用の推進に関する法律",
}
_OWN = ("条例", "規則", "規程", "要綱", "要領", "訓令")
_PLACE = r"第?[0-9〇一二三四五六七八九十]{1,3}[項号]"
_BESIDE = re.compile(
    rf"[」』\s]?(?:\([^()]{{0,40}}\))?\s?{ARTICLE.pattern}(?:{_PLACE})*(?:(?:[・、]|及び|又は)(?:{_PLACE})+)*"
)
_NEXT = re.compile(r"[・、,]|及び|並びに|又は|から(?=第)")
_PLAIN_END = re.compile(rf"(?:{'|'.join(_OWN)})$")
_LEADING = re.compile(r"^(?:[\d一二三四五六七八九十]{1,3}|\([\d一二三四五六七八九十]{1,3}\))?(?:及び|並びに|又は)?")
_KANJI = re.compile(r"[一-龠々ァ-ヶー]")


_NUMBER = re.compile(
    r"(明治|大正|昭和|平成|令和)(\d{1,2}|元|[〇一二三四五六七八九十]{1,3})年([一-龠]{1,8}?)第?(\d{1,4}|[〇一二三四五六七八九十百千]{1,8})号"
)
_NUMBER_BESIDE = re.compile(r"[」』\s]?\(([^()]{0,40})\)")
_REPEALING = re.compile(r"は、(?:\([^()]{1,40}\))?廃止する")
_REPEALED = re.compile(r"([^\s、。()「」]{2,60})\(([^()]{4,40})\)")
_OF_LIST = re.compile(r"次に掲げる(?:条例|規則|規程|要綱|要領|訓令|告示|法律|政令|例規)$")

NumberKey: TypeAlias = tuple[str, int, str, int]
"""A law's number in one notation: era, year, kind, number."""


class Citation(NamedTuple):
    """A law's title and an article's key, and where both stand in a text; ``key`` is empty for the law alone."""

    start: int
    end: int
    law: str
    key: str


class Cited(NamedTuple):
    """An article's key, and where it is cited."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the statutes say of an article: enough to quote it."""

    law: str
    article: Article


class Statutes:
    """The laws that are loaded, as citations ask for them. Immutable; ``revision`` names the set."""

    def __init__(self, laws: Iterable[Law] = (), revision: str = "") -> None:
        self.revision = revision
        self._articles: dict[str, dict[str, Article]] = {}
        self._names: dict[str, str] = {}
        laws = tuple(laws)
        for law in (EXAMPLE, *laws):  # the newest comes last and stays
            title = bare(law.title)
            self._articles[title] = {}
            for article in law.articles:
                if not article.part:
                    self._articles[title].setdefault(article.key, article)
            self._names[title] = title
            if law.abbreviation:
                self._names.setdefault(bare(law.abbreviation), title)
        self._names_besides()
        self._machine = Strings({name: len(name) for name in self._names})
        self._repealed: dict[str, set[NumberKey]] = {}
        for name, number in (repealed for law in (EXAMPLE, *laws) for repealed in _repeals(law)):
            for short in (name, *_own_names(name)):
                self._repealed.setdefault(short, set()).add(number)
        self._repealed_machine = Strings({name: len(name) for name in self._repealed})

    def _names_besides(self) -> None:
        """Short names of laws, and the ends of the titles of a municipality's own ordinances."""
        for short, title in SHORT_NAMES.items():
            if title in self._articles:
                self._names.setdefault(short, title)
        for title in self._articles:
            for end in _own_names(title):
                self._names.setdefault(end, title)

    @property
    def empty(self) -> bool:
        """Whether nothing but the example is loaded."""
        return len(self._articles) == 1

    def title(self, name: str) -> str | None:
        """The title of a law by its title, short name, or the end of an own ordinance's title."""
        return self._names.get(bare(name))

    def article(self, law: str, key: str) -> Article | None:
        """An article of a law that is loaded."""
        return self._articles.get(self._names.get(bare(law), ""), {}).get(key)

    def titles(self) -> list[str]:
        """The titles of all laws that are loaded, in their order."""
        return [title for title in self._articles if title != EXAMPLE.title]

    def articles(self, title: str) -> list[Article]:
        """The articles of a law's main part, in their order; empty for a law that is not loaded."""
        return sorted(self._articles.get(title, {}).values(), key=lambda article: order_of(article.key))

    def about(self, law: str, words: str) -> Known | None:
        """The article of a law whose caption, or else whose text, has all these words."""
        name = bare(law)
        title = self._names.get(name) or next((t for t in self._articles if t.endswith(name)), None)
        if not name or title is None:
            return None
        wanted = words.split()
        articles = [a for a in self._articles[title].values() if not a.repealed]
        for where in (lambda a: a.caption, lambda a: f"{a.caption}{a.text}"):
            for article in articles:
                if all(word in where(article) for word in wanted):
                    return Known(title, article)
        return None

    def citations(self, text: str) -> Iterator[Citation]:
        """Every citation of a loaded law in a text, one after another: 地方自治法第234条・第96条第1項 are two."""
        text = unicodedata.normalize("NFKC", text)
        for start, end in longest(self._machine.search(text)):
            law = self._names[text[start:end]]
            alone = True
            for cited in beside(text, end):
                alone = False
                yield Citation(start, cited.end, law, cited.key)
            if alone:
                yield Citation(start, end, law, "")

    def wrong(self, text: str) -> Iterator[tuple[Citation, bool]]:
        """Citations of articles that a loaded law does not have, or that were taken out (True)."""
        for citation in self.citations(text) if "条" in text else ():
            if not citation.key:
                continue
            article = self._articles[citation.law].get(citation.key)
            if (article is None or article.repealed) and not spoken_of_as_past(text, citation.start, citation.end):
                yield citation, article is not None

    def repealed_laws(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a text cites a law or ordinance that the supplementary provisions of a loaded one repealed (廃止する).

        One whose title a loaded law has is meant only with its number beside it.
        """
        for start, end in longest(self._repealed_machine.search(text)):
            if start and _KANJI.match(text, start - 1):  # the end of a longer title
                continue
            numbers, beside_it = self._repealed[text[start:end]], number_beside(text, end)
            meant = beside_it in numbers or (beside_it is None and text[start:end] not in self._names)
            if meant and not spoken_of_as_past(text, start, end):
                yield start, end

    def quotes(self, basis: str, local: Iterable[str] = ()) -> list[Known]:
        """The articles that a legal basis cites, and those of the municipality's own ordinances that belong to it.

        An entry of ``local`` is the end of a title and words: ``契約規則 随意契約``.
        """
        found: dict[tuple[str, str], Known] = {}
        for entry in local:
            name, _, words = entry.partition(" ")
            if known := self.about(name, words):
                found.setdefault((known.law, known.article.key), known)
        for citation in self.citations(basis):
            article = self._articles[citation.law].get(citation.key)
            if article is not None and not article.repealed:
                found.setdefault((citation.law, citation.key), Known(citation.law, article))
        return list(found.values())


def beside(text: str, end: int) -> Iterator[Cited]:
    """The articles that stand behind a law's name, one after another, in a normalised text."""
    start, found = end, _BESIDE.match(text, end)
    while found is not None:
        yield Cited(start, found.end(), key_from(found))
        following = _NEXT.match(text, found.end())
        start = following.end() if following else found.end()
        found = _BESIDE.match(text, start) if following else None


def number_beside(text: str, end: int) -> NumberKey | None:
    """The number in brackets behind a law's name; None where none stands there."""
    match = _NUMBER_BESIDE.match(text, end)
    return number_key(match[1]) if match else None


def number_key(number: str) -> NumberKey | None:
    """A law's number from any notation: 昭和37年法律第160号 and 昭和三十七年法律第百六十号 are one. None for none."""
    match = _NUMBER.search(unicodedata.normalize("NFKC", number))
    if match is None:
        return None
    return match[1], int_of(match[2]), match[3], int_of(match[4])


def _repeals(law: Law) -> Iterator[tuple[str, NumberKey]]:
    """The titles and numbers that a law's articles say are repealed."""
    for article in law.articles:
        text = unicodedata.normalize("NFKC", article.text)
        for repealing in _REPEALING.finditer(text):
            first = max(text.rfind("。", 0, repealing.start()), text.rfind("\n", 0, repealing.start())) + 1
            named = text[first : repealing.start()]
            if _OF_LIST.search(named):
                named = text[repealing.end() :]
            for title, number in _REPEALED.findall(named):
                if key := number_key(number):
                    yield bare(_LEADING.sub("", title)), key


def _own_names(title: str) -> Iterator[str]:
    """契約規則 for 青葉野市契約規則: the title without the municipality before it."""
    place = re.match(r"^.{1,8}?[都道府県市区町村](?=.)", title)
    if place and _PLAIN_END.search(title):
        yield title[place.end() :]


def longest(matches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Places of names, without those inside a longer one: 地方自治法 in 地方自治法施行令."""
    places = sorted(((end - length, end) for end, length in matches), key=lambda p: (p[0], -p[1]))
    reached = 0
    for start, end in places:
        if end > reached:
            yield start, end
            reached = end
