"""Which spellings in a request are surely one person: 山田太郎, 山田 and ヤマダ タロウ in brackets behind.

A surname alone is linked to a full name only if a single full name of the whole request bears it, and if no mention of
it is announced as somebody else (担当 山田, 山田課長). In doubt two tokens stand for one person; never one for two.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from policies.normalize import normalize
from policies.tokens import segment
from redaction.names.words import KANJI_ONLY, TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable

_BLANK = re.compile(r"[\s　]+")
_KANA = re.compile(r"[ぁ-んァ-ヴー\s　]+")
_OPEN = re.compile(r"[\s　]?[(（](?:フリガナ|ふりがな|カナ|読み)?[:：]?[\s　]?")
# A word of office before or behind: whoever bears it may be another of the same surname.
_OFFICE_BEFORE = re.compile(
    r"(?:担当者?|課|係|室|部|局|署|職員|記録者?|作成者?|起案者?|対応者?|受付者?|報告者?|文責|主任|主査|委員|議員|医師|先生|同僚|上司|別の|他の|同姓の)(?:[:：は、・\s　(（])*$"
)
_OFFICE_BEHIND = re.compile(rf"[\s　]?(?:{'|'.join(sorted(TITLES, key=len, reverse=True))})|[家宅]")
_REACH = 12
_SHORTEST_FULL = 3


class Mention(NamedTuple):
    """A person's name in a text; offsets in code points."""

    text: str
    start: int
    end: int

    @property
    def value(self) -> str:
        """As it is written."""
        return self.text[self.start : self.end]


def same_people(mentions: Iterable[Mention]) -> dict[str, str]:
    """For a spelling that surely names the bearer of a full name in the request, that full name."""
    mentions = list(mentions)
    values = dict.fromkeys(mention.value for mention in mentions)
    surnames: dict[str, set[str]] = {}
    for value in values:
        if parts := _halves(value):
            surnames.setdefault(parts[0], set()).add("".join(parts))
    linked = {value: next(iter(full)) for value in values if len(full := surnames.get(_plain(value), set())) == 1}
    for mention in mentions:
        if mention.value in linked and _of_office(mention):
            del linked[mention.value]
    return linked | _readings(mentions)


def _plain(value: str) -> str:
    return _BLANK.sub("", normalize(value).text)


def _halves(value: str) -> tuple[str, str] | None:
    """Surname and given name of a full name in kanji; None for anything else."""
    parts = _BLANK.split(normalize(value).text.strip())
    if len(parts) == 1 and len(parts[0]) >= _SHORTEST_FULL and KANJI_ONLY.match(value):
        words = segment(parts[0]).tokens
        if len(words) > 1 and words[0].pos[3] == "姓":
            parts = [words[0].surface, parts[0][words[0].end :]]
    if len(parts) == 2 and KANJI_ONLY.fullmatch(parts[0]):  # noqa: PLR2004, surname and given name
        return parts[0], parts[1]
    return None


def _of_office(mention: Mention) -> bool:
    before = mention.text[max(0, mention.start - _REACH) : mention.start]
    return bool(_OFFICE_BEFORE.search(before) or _OFFICE_BEHIND.match(mention.text, mention.end))


def _readings(mentions: list[Mention]) -> dict[str, str]:
    """Names in kana that stand in brackets right behind a full name, and behind no other."""
    found: dict[str, set[str]] = {}
    for one, other in pairwise(mentions):
        opened = _OPEN.match(one.text, one.end)
        behind = opened is not None and one.text is other.text and opened.end() == other.start
        if behind and _KANA.fullmatch(normalize(other.value).text) and (parts := _halves(one.value)):
            found.setdefault(other.value, set()).add("".join(parts))
    return {value: next(iter(full)) for value, full in found.items() if len(full) == 1}
