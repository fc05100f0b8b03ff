"""A law or an ordinance as its articles, and the number of an article in each of its notations.

第百六十七条の二, 第１６７条の２ and 167条の2 are one article; its key is ``167-2``. An article that was taken out (削除)
stays, so that a citation of it can be told from one that never was.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from policies.ordinance.amounts import kanji

_NUMBER = r"[0-9０-９〇零一二三四五六七八九十百千]{1,12}"
ARTICLE = re.compile(rf"第?({_NUMBER})条((?:の{_NUMBER}(?!項|号|から|人|日|年|月|分|者))*)")
"""An article's number in running text: group 1 the number, group 2 its branches."""
_BRANCH = re.compile(rf"の({_NUMBER})")
_REPEALED = re.compile(r"\s*削除(?:\s|$)")
_EXAMPLE = re.compile(r"[(（]架空の例規[)）]$")
_BRACKETS = re.compile(r"[「」『』\s○◯]")
_EXCERPT = 120


class NumberError(ValueError):
    """What should be an article's number is none."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article. ``key`` is its number (``167-2``), ``part`` is 附則 for supplementary provisions.

    ``text`` has a line for each paragraph, item and subitem, with its own number where it has one.
    """

    key: str
    text: str
    caption: str = ""
    heading: str = ""
    part: str = ""

    @property
    def repealed(self) -> bool:
        """Whether nothing but 削除 stands there."""
        return bool(_REPEALED.match(self.text))

    @property
    def name(self) -> str:
        """As it is cited: 第167条の2."""
        return name_of(self.key)

    @property
    def excerpt(self) -> str:
        """Its first lines, for a notice."""
        text = self.text.replace("\n", " ")
        return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"


@dataclass(frozen=True, slots=True)
class Law:
    """A law or an ordinance: ``title`` as it names itself, ``number`` such as 平成五年法律第八十八号, in force since a day."""

    title: str
    articles: tuple[Article, ...]
    number: str = ""
    abbreviation: str = ""
    in_force: str = ""
    preamble: str = field(default="", repr=False)


def key_of(number: str) -> str:
    """The key of an article from any notation. Raises NumberError.

    ``第百六十七条の二``, ``167条の2``, ``１６７の２``, ``167_2`` and ``167-2`` all give ``167-2``.
    """
    folded = unicodedata.normalize("NFKC", number).strip().replace("_", "の").replace("-", "の")
    if "条" not in folded:
        head, *branches = folded.removeprefix("第").split("の")
        folded = f"{head}条{''.join(f'の{branch}' for branch in branches)}"
    match = ARTICLE.fullmatch(folded)
    if match is None:
        raise NumberError(f"not the number of an article: {number[:40]}")
    return key_from(match)


def key_from(match: re.Match[str]) -> str:
    """The key of an article that ``ARTICLE`` has found."""
    return "-".join([_digits(match[1]), *(_digits(branch) for branch in _BRANCH.findall(match[2]))])


def name_of(key: str) -> str:
    """``167-2`` → ``第167条の2``."""
    head, *branches = key.split("-")
    return f"第{head}条{''.join(f'の{branch}' for branch in branches)}"


def order_of(key: str) -> tuple[int, ...]:
    """Sorts keys as the articles stand in a law."""
    return tuple(map(int, key.split("-")))


def bare(title: str) -> str:
    """A title as it is compared: without brackets, spaces and what marks an invented ordinance."""
    folded = unicodedata.normalize("NFKC", title).strip()
    return _BRACKETS.sub("", _EXAMPLE.sub("", folded))


def _digits(number: str) -> str:
    folded = unicodedata.normalize("NFKC", number)
    return str(int(folded)) if folded.isascii() else str(kanji(folded))
