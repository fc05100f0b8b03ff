"""Municipalities of the list that a text names, with the town behind each: where the name ends the list says.

A dictionary of words divides 有田郡有田川町職員 where it likes; the list knows that the municipality is 有田郡有田川町.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from redaction.names.words import HONORIFICS
from redaction.places.register import key, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redaction.page import Page

_ENDS = re.compile(r"[市区町村]")
_MARK = re.compile(r"(?:[ ]?(?:大字|字))?")
_LONGEST, _SHORTEST = 11, 2
# What stands right behind a place that is an office's, a body's, an act's or a work's, and nobody's home.
_PUBLIC = re.compile(
    r"(?!在住|居住|出身|転[出入居]|[自実]?宅|[一-龥]?方[、。 ])(?:職員|議会|議員|役所|役場|立(?=[一-龥])|長(?=[ 、。\n(はがのに]|$)|[一-龥]{0,12}?(?:条例|規則|要綱|要領|規程|計画|方針|憲章|公告|告示"
    r"|委員会|審議会|協議会|本部|(?<![一-龥]学)(?:課|係|室)(?!長)|センター|支所|出張所|公民館|会館|市民館|図書館|体育館|保健所|病院|学校|幼稚園|保育園|保育所|公園|駅|地内|工事|線))"
)
_DISTRICT = re.compile(
    r"地区|地域|方面|全域|町会|町内会|自治会|自主防災|商店街|消防団|分団|[一-龥]{0,4}(?:小|中|高)(?:校|学)"
)


# Behind a surname; a town is not spoken to. 福島市荒井係長 is a person.
_HONOURED = re.compile("[ ]?(?:" + "|".join(sorted(map(re.escape, HONORIFICS), key=len, reverse=True)) + ")")


class Mention(NamedTuple):
    """A named municipality: offsets into the page's words."""

    start: int
    """Where it begins, with its prefecture."""
    municipality: int
    """Where the municipality's name ends."""
    end: int
    """Where the town behind it ends; the municipality's end where none of its towns stands there."""


def mentions(page: Page) -> tuple[Mention, ...]:
    """All of them, in order, the longest name where several begin at one place."""
    found: list[Mention] = []
    for mention in _read(page):
        if found and mention.start <= found[-1].start:
            found[-1] = mention
        elif not found or mention.start >= found[-1].end:
            found.append(mention)
    return tuple(found)


def _read(page: Page) -> Iterator[Mention]:
    text, marks, names = page.words, page.reading.boundaries, shipped().municipalities
    for match in _ENDS.finditer(text):
        end = match.end()
        near = key(text[max(0, end - _LONGEST) : end])
        for length in range(len(near), _SHORTEST - 1, -1):
            codes = names.get(near[-length:])
            start = end - length
            if codes is None:
                continue
            before = text[max(0, start - 5) : start].rstrip(" ")
            prefecture = shipped().prefecture(before, codes)
            if prefecture:
                start = text.rindex(prefecture, 0, start)
            if prefecture or start in marks:
                yield Mention(start, end, _town(text, end, codes))
                break


def _town(text: str, end: int, codes: tuple[str, ...]) -> int:
    mark = _MARK.match(text, end)
    begin = mark.end() if mark else end
    length = shipped().longest(text[begin : begin + _LONGEST], codes)
    return begin + length if length and not _HONOURED.match(text, begin + length) else end


def public(text: str, mention: Mention) -> bool:
    """Whether the place is named as an office's, an act's or a work's: 美郷町条例, 湯沢町職員, 福島市役所."""
    return _PUBLIC.match(text, mention.end) is not None


def homely(text: str, mention: Mention) -> bool:
    """Whether a town of the list stands there and nothing says that it is meant as a district or a body."""
    return mention.end > mention.municipality and _DISTRICT.match(text, mention.end) is None
