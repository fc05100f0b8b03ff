"""Whether a text speaks of a provision as one of the past: 旧薬事法, 改正前の民法第570条, 平成20年当時の.

What was law at the time may be cited as such. A text does so by a word beside the citation, by a day or year of the time
in the same sentence, or by being a document of that time.
"""

from __future__ import annotations

import re
from datetime import date

from policies.ordinance.dates import ERAS, number

_BEFORE = re.compile(
    r"(?:旧|(?:改正|廃止|失効|改称|施行|統合|移行)前の?|(?:当時|従前|かつて|以前|昔|その頃|制定時)の?|前身(?:である|の))[「『(\s]?$"
)
_IN_SENTENCE = re.compile(
    r"当時|従前の例|改正前|廃止前|旧称|(?:は|が|を|も|に)廃止(?:され|した|する|となり|になり|に伴い)|廃止された|改称|改題"
    r"|題名(?:が|を|は).{0,6}(?:改|変)|に(?:改め|代わ|替わ|変わ|移り|移行|統合|一本化|引き継が)|(?:である|だ)った"
)
_N = r"(?:\d{1,4}|元|[〇一二三四五六七八九十]{1,4})"
_YEAR = re.compile(rf"(?:({'|'.join(ERAS)})({_N})|((?:19|20)\d\d))年(?!度?法律|度?政令)(?:({_N})月)?")
_OWN_DAY = re.compile(
    rf"^(?:(?:起案|作成|施行|決裁|文書)(?:日|年月日)[: ]*)?({'|'.join(ERAS)})({_N})年({_N})月({_N})日$", re.MULTILINE
)
_BRACKETS = re.compile(r"\([^()]{0,60}\)")
_FAR = 120


def spoken_of_as_past(text: str, start: int, end: int) -> bool:
    """Whether the citation between two offsets of a normalised text is called one of the past."""
    if _BEFORE.search(text, max(0, start - 12), start):
        return True
    first, last = sentence(text, start, end)
    return _IN_SENTENCE.search(text, first, last) is not None


def belongs_to(text: str, start: int, end: int, until: date) -> bool:
    """Whether the sentence speaks of a time up to ``until``; whether the document does, ``own_days`` tell."""
    first, last = sentence(text, start, end)
    for match in _YEAR.finditer(_BRACKETS.sub("", text[first:last])):
        year = ERAS[match[1]] + number(match[2]) if match[1] else int(match[3])
        if year < until.year or (match[4] and (year, number(match[4])) <= (until.year, until.month)):
            return True
    return False


def own_days(text: str) -> list[date]:
    """The days that stand in a line of their own: those of the document itself."""
    found = []
    for match in _OWN_DAY.finditer(text):
        try:
            found.append(date(ERAS[match[1]] + number(match[2]), number(match[3]), number(match[4])))
        except ValueError:
            continue
    return found


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence or line around a place, at most 120 characters each way."""
    begin = max(text.rfind("。", max(0, start - _FAR), start), text.rfind("\n", max(0, start - _FAR), start))
    stops = [n for mark in "。\n" if (n := text.find(mark, end, end + _FAR)) >= 0]
    return (begin + 1 if begin >= 0 else max(0, start - _FAR)), min(stops, default=min(len(text), end + _FAR))
