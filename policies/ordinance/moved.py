"""Provisions that are no longer where they were: laws with a new title, laws replaced or repealed, articles moved.

A table in rule files (``moved``), so that administrators keep their own beside the shipped one. Each row says until when
the provision stood there, what it became, by which law, and whether that was read in a statute text.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field, field_validator, model_validator

from policies.automata import Strings
from policies.decision import Action
from policies.ordinance.checks import Check
from policies.ordinance.citations import beside, longest, number_beside, number_key
from policies.ordinance.dates import number
from policies.ordinance.law import NumberError, key_of, name_of, order_of
from policies.ordinance.past import belongs_to, own_days, sentence, spoken_of_as_past
from policies.schema import Examples, Strict, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policies.schema import Guidance

_RANGE = re.compile(r"[〜~～]")
_INSIDE = re.compile(r"[一-龠々ァ-ヶー]")
"""What stands before a name that is the end of a longer one: 家畜伝染病予防法."""
_LONGER = re.compile(r"(?:施行(?:令|規則|法)|等?の一部を改正|の施行に伴う|整備法|特別措置法|の廃止に関する|の制定)")
_PARAGRAPH = re.compile(r"第?([0-9〇一二三四五六七八九十]{1,3})項")
_SAID = {
    "renamed": "「{old}」は、{day}から題名が「{new}」に改められました",
    "replaced": "「{old}」は{day}に廃止され、「{new}」がこれに代わりました",
    "repealed": "「{old}」は、{day}に廃止されました",
    "moved": "「{old}」にあった定めは、{day}から「{new}」にあります",
    "changed": "「{old}」の定めは、{day}から変わりました（{new}）",
}
_DOUBT = {
    "full": "",
    "state": "（施行日は条文で確かめていません）",
    "none": "（この行は条文で確かめていません：未確認）",
}


class Place(NamedTuple):
    """Where a row is cited in a text, in offsets of the normalised view."""

    start: int
    end: int
    row: int


class Moved(Strict):
    """One provision that is no longer where it was."""

    id: Annotated[str, Field(pattern=r"^statutes/[a-z0-9][a-z0-9-]*$")] = Field(
        description="Unique name, such as `statutes/civil-code-570`; stands in records."
    )
    law: Text = Field(description="Title of the law as it was.")
    names: tuple[Text, ...] = Field(default=(), description="Short names of it.")
    number: Text | None = Field(default=None, description="Its number, such as 昭和37年法律第160号.")
    only_with_number: bool = Field(
        default=False, description="A newer law has the same title: only a citation with this number is meant."
    )
    articles: tuple[Text, ...] = Field(
        default=(), description="Articles, such as `570`, `243の2の2` or `170〜174`; empty for the whole law."
    )
    paragraph: int | None = Field(default=None, ge=1, description="Only this paragraph of the articles.")
    about: tuple[Text, ...] = Field(
        default=(),
        description="Words, one of which must stand in the sentence, where something else stands at the article today.",
    )
    until: date = Field(description="Last day on which it stood there.")
    how: Literal["renamed", "replaced", "repealed", "moved", "changed"] = Field(
        description="`renamed` (題名改正), `replaced` (廃止し、別の法律), `repealed`, `moved` (条の移動), `changed` (内容の改正)."
    )
    became: Text | None = Field(default=None, description="The law or article of today; none for `repealed`.")
    by: Text = Field(description="The law that changed it, with its number.")
    verified: Literal["full", "state", "none"] = Field(
        description="What was read in a statute text: all of it, what stands there today but not the day, or nothing (未確認)."
    )
    source: Text | None = Field(default=None, description="Where that was read.")
    consult: Text = Field(default="法規担当", description="Section to consult.")
    examples: Examples | None = Field(default=None, description="Further texts that are tried when it is loaded.")

    @field_validator("number")
    @classmethod
    def _is_a_number(cls, value: str | None) -> str | None:
        if value is not None and number_key(value) is None:
            raise ValueError("a law's number is written as 昭和37年法律第160号")
        return value

    @field_validator("articles")
    @classmethod
    def _are_articles(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            try:
                keys = [key_of(part) for part in _RANGE.split(value)]
            except NumberError:
                raise ValueError(f"not an article or a range of articles: {value[:40]}") from None
            if len(keys) > 2 or (len(keys) == 2 and order_of(keys[0]) >= order_of(keys[1])):  # noqa: PLR2004, from and to
                raise ValueError(f"a range goes from one article up to another: {value[:40]}")
        return values

    @model_validator(mode="after")
    def _is_whole(self) -> Moved:
        if self.how != "repealed" and self.became is None:
            raise ValueError(f"became is required for a provision that was {self.how}")
        if self.only_with_number and self.number is None:
            raise ValueError("only_with_number needs number")
        if (self.paragraph or self.how in {"moved", "changed"}) and not self.articles:
            raise ValueError("a paragraph, or a provision that was moved or changed, needs articles")
        return self

    @property
    def domain(self) -> Literal["citation"]:
        """Its findings' kind is ``ordinance.citation``."""
        return "citation"

    @cached_property
    def ranges(self) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
        """The articles as pairs of first and last."""
        pairs = [[order_of(key_of(part)) for part in _RANGE.split(value)] for value in self.articles]
        return tuple((pair[0], pair[-1]) for pair in pairs)

    @cached_property
    def old(self) -> str:
        """As a person reads it: 民法第170条から第174条まで."""
        named = [
            "から".join(name_of(key_of(part)) for part in _RANGE.split(value))
            + ("まで" if _RANGE.search(value) else "")
            for value in self.articles
        ]
        number = f"（{self.number}）" if self.number and not self.articles else ""
        return f"{self.law}{number}{'・'.join(named)}" + (f"第{self.paragraph}項" if self.paragraph else "")

    @cached_property
    def check(self) -> MovedCheck:
        """What a person is told, as of every other check."""
        begins = self.until + timedelta(days=1)
        said = _SAID[self.how].format(
            old=self.old, new=self.became, day=f"{begins.year}年{begins.month}月{begins.day}日"
        )
        instead = f"（今は{self.became}）" if self.how == "repealed" and self.became else ""
        return MovedCheck(
            id=self.id,
            domain=self.domain,
            title="移った・廃止された規定の引用",
            any_of=(self.law,),
            in_study=True,
            action=Action.FLAG,
            footnote=True,
            message=f"{said}{instead}。今の規定を原文で確かめてください。{_DOUBT[self.verified]}",
            basis="、".join(part for part in (self.became, self.by) if part),
            consult=self.consult,
            source=self.source,
            in_force=begins.isoformat(),
            examples=self._examples,
            row=self,
        )

    @property
    def with_examples(self) -> Moved:
        """The row as an administrator takes it over, with the examples that are tried in any case."""
        return self.model_copy(update={"examples": self._examples})

    @property
    def _examples(self) -> Examples:
        """A citation of it, the same of the past, and the examples of its own."""
        number = f"（{self.number}）" if self.only_with_number else ""
        article = name_of(key_of(_RANGE.split(self.articles[0])[0])) if self.articles else ""
        paragraph = f"第{self.paragraph}項" if self.paragraph else ""
        cited = f"{self.law}{number}{article}{paragraph}"
        about = f"（{self.about[0]}）" if self.about else ""
        own = self.examples
        return Examples(
            match=(*(own.match if own else ()), f"{cited}の規定により{about}通知する。"),
            no_match=(*(own.no_match if own else ()), f"旧{cited}の規定により{about}通知する。"),
        )


class MovedCheck(Check):
    """A row of the table as a check; it is looked for by ``Moves``, not by its phrases."""

    row: Moved = Field(exclude=True)


class Moves:
    """All rows, compiled: where a text cites what is no longer there."""

    def __init__(self, rows: Sequence[Moved]) -> None:
        self.rows = tuple(rows)
        self._by_name: dict[str, list[int]] = {}
        for n, row in enumerate(self.rows):
            for name in (row.law, *row.names):
                self._by_name.setdefault(unicodedata.normalize("NFKC", name), []).append(n)
        self._machine = Strings({name: len(name) for name in self._by_name})

    def places(self, text: str) -> Iterator[Place]:
        """The first citation in a normalised text of each provision that is no longer there."""
        names = list(longest(self._machine.search(text)))
        if not names:
            return
        written = min(own_days(text), default=date.max)
        done: set[int] = set()
        for start, end in names:
            if (start and _INSIDE.match(text, start - 1)) or _LONGER.match(text, end):
                continue
            for n in self._by_name[text[start:end]]:
                row = self.rows[n]
                if n in done or written <= row.until:
                    continue
                if stop := next((stop for stop in _ends(row, text, end) if _holds(row, text, start, stop)), None):
                    done.add(n)
                    yield Place(start, stop, n)


def _ends(row: Moved, text: str, end: int) -> Iterator[int]:
    """Where the citations end that name the row's law: behind each of its articles, or behind the law."""
    stands, own = number_beside(text, end), number_key(row.number) if row.number else None
    if row.only_with_number and stands != own:
        return
    if None not in {stands, own} and stands != own:  # another law of the same title
        return
    if not row.articles:
        yield end
        return
    for cited in beside(text, end):
        key = order_of(cited.key)
        if not any(first <= key <= last for first, last in row.ranges):
            continue
        if row.paragraph is None or _paragraph(text[cited.start : cited.end]) == row.paragraph:
            yield cited.end


def _paragraph(cited: str) -> int | None:
    match = _PARAGRAPH.search(cited)
    return number(match[1]) if match else None


def _holds(row: Moved, text: str, start: int, end: int) -> bool:
    if row.about:
        first, last = sentence(text, start, end)
        if not any(word in text[first:last] for word in row.about):
            return False
    return not spoken_of_as_past(text, start, end) and not belongs_to(text, start, end, row.until)


def guidance_of(rows: Iterable[Moved]) -> dict[str, Guidance]:
    """What a person is told of each row, by its id."""
    return {row.id: row.check for row in rows}
