"""What stands right beside a name in a row or a list: a file number, a birth date, an age.

宛名 00517724 真喜志 エミリオ, 臼杵 みゆき H13.9.4, (1) 0041-22 日置 タメ 92: nothing says what the number is, but
there is a person next to it. What has the same form elsewhere in the same list is then of the same kind.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from redaction.hit import Hit
from redaction.labels import DATE
from redaction.recognizers.base import PageRecognizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redaction.page import Page

_HONORIFIC = r"(?:さん|様|さま|氏|くん|ちゃん|君|殿|先生|方|宅)?"
# From a name to its neighbour on the right: brackets with a reading, blanks, a delimiter of a table or of JSON, one
# short cell between (kinship, sex).
_KIN = (
    r"(?:長男|次男|二男|三男|長女|次女|二女|三女|妻|夫|父|母|子|孫|本人|男|女|男性|女性|世帯主|新|旧|旧なし|ID|No\.?)"
)
_BETWEEN = rf"{_HONORIFIC}(?:[ ]?\([^()\n\d]{{1,16}}\)(?=[\d明大昭平令MTSHR])|(?:[ ]?\([^()\n\d]{{1,16}}\))?(?:[ ]{{1,24}}|[ ]{{0,8}}[,、\t|/(:・=→][ ]{{0,8}}|\"[,:][ ]?(?:\"[a-z_]{{1,12}}\"[: ]{{1,3}})?))\"?(?:{_KIN}[ ,、\t|/・]{{0,12}})?\"?"
_NUMBER = (
    r"(?P<v>(?:[A-Z]{1,4}-?)?(?=(?:[^\s\d,]{0,2}\d){4})(?!(?:19|20)\d\d(?![\dA-Za-z-]))\d[\dA-Z]*(?:-[\dA-Z]+){0,4})"
    r"(?![\dA-Za-z,.:/~〜]|-|[年月日円人名件時分桁%℃歳才点票回番号]|kg|km|cm|mm| ?[千万億]|[^\S\n]?(?:円|人|件))"
)
_RIGHT_NUMBER = re.compile(_BETWEEN + r"(?:\")?" + _NUMBER)
_RIGHT_DATE = re.compile(
    rf"{_BETWEEN}(?P<v>{DATE.pattern})(?![\d日月]|(?:[付けにからまで~〜]|[一-龥ぁ-ん]{{0,6}}(?:転|没|死亡|届|申請|受付|付|提出|決定|来|開|交付|取得|施行|訪問|面談|電話|戦死|作成|現在(?!の))|[ ]?\d{{1,2}}[:時]))"
)
_LEFT_NUMBER = re.compile(
    r"(?:^|(?<=[\n\t |,、:;「(\[・=\"No.】>]))(?P<v>(?:[A-Z]{1,4}-?)?(?=(?:[^\s\d,]{0,2}\d){4})(?!(?:19|20)\d\d(?![\dA-Za-z-]))\d[\dA-Z]*(?:-[\dA-Z一-龥]+){0,4})"
    r"(?:(?<=[\dA-Z]))(?:[ ]{1,6}|[ ]{0,6}[,、\t|/:][ ]{0,6}|\"?,[ ]?\"?|の|[ ]?\()(?:亡|故|世帯主|[\"]?[a-z]{2,8}[\"]?[=:][ ]?\"?)?$"
)
_AGE = re.compile(
    r"(?:さん|様|氏|くん|ちゃん)?(?:[ ]{1,4}|[(/、\t][ ]?|,(?=\d{1,3}(?:,\D|\n|$))|\([^()\n\d]{1,14}[、,]|は(?=[二三四五六七八九]十))?"
    r"(?P<v>\d{1,2}|1[01]\d|[二三四五六七八九]十[一二三四五六七八九]?)(?=[、。)・]|\t|\n|$|/(?!\d)|過ぎ|,\D)(?![.,・]\d)"
)
_RANGE = re.compile(r"(?:1[5-9]|20)\d\d-(?:1[5-9]|20)\d\d|\d\d-\d\d")
"""Years of a life, a day, a score."""
_ANY_NUMBER = re.compile(
    r"(?<![0-9A-Za-z.,/-])[0-9A-Z](?:[0-9A-Z]|-(?=[0-9A-Z一-龥])|(?<=-)[一-龥](?=-)){2,40}(?![0-9A-Za-z.,/年月日円-])"
)
_PARTED = re.compile(r"(?=.*-)(?=.*[A-Z一-龥]|.*-.*-).{6,}")
_REACH, _GAP = 40, 12
"""Characters before a name in which its number begins, and in which it ends."""
_SHAPES = {ord(str(n)): "9" for n in range(10)}
_CELL_BEFORE, _CELL_BEHIND = '\n\t |,、;「(・:="', '\n\t |,、;」)・:"'


class Neighbours(PageRecognizer):
    """Numbers, birth dates and ages beside a name."""

    kinds = ("resident_id", "date_of_birth", "age")

    def on(self, page: Page) -> Iterable[Hit]:
        """Beside each name; then whatever stands in the same form at other places of a list."""
        numbers: list[Hit] = []
        for person in page.people:
            yield from _dates(page, person)
            numbers += _numbers(page, person)
        yield from numbers
        labelled = [field for field in page.fields if field.kind in {"resident_id", "student_id"}]
        yield from _alike(page.text, numbers + labelled, labelled)


def _dates(page: Page, person: Hit) -> Iterator[Hit]:
    if match := _RIGHT_DATE.match(page.text, person.end):
        yield Hit(*match.span("v"), "date_of_birth", 0.7)
    elif person.end - person.start > 1 and (match := _AGE.match(page.text, person.end)):
        yield Hit(*match.span("v"), "age", 0.55)


def _numbers(page: Page, person: Hit) -> Iterator[Hit]:
    text = page.text
    for match in (_RIGHT_NUMBER.match(text, person.end), _before(text, person.start)):
        if match and not _RANGE.fullmatch(match["v"]) and not _dated(page, *match.span("v")):
            yield Hit(*match.span("v"), "resident_id", 0.6)


def _dated(page: Page, start: int, end: int) -> bool:
    """Whether a date touches this."""
    n = bisect_left(page.dates, (end,))
    return n > 0 and page.dates[n - 1][1] > start


def _before(text: str, start: int) -> re.Match[str] | None:
    """A number that ends right before ``start``: the longest that fits begins where the digits begin."""
    match = None
    begin = max(0, start - _REACH, text.rfind("\n", 0, start))
    for at in range(start - 1, begin - 1, -1):
        if not text[at].isascii() and not match and start - at > _GAP:
            break
        if (text[at].isdigit() or "A" <= text[at] <= "Z") and (m := _LEFT_NUMBER.match(text, at, start)):
            match = m
    return match


def _alike(text: str, numbers: list[Hit], labelled: list[Hit]) -> Iterator[Hit]:
    """Two numbers of one form beside names, or one behind its label whose form is not a plain number's, make a column.

    The others of that form are of it too.
    """
    forms = Counter(text[hit.start : hit.end].translate(_SHAPES) for hit in numbers)
    columns = {form for form, count in forms.items() if count > 1}
    columns |= {form for hit in labelled if _PARTED.match(form := text[hit.start : hit.end].translate(_SHAPES))}
    if not columns:
        return
    for match in _ANY_NUMBER.finditer(text):
        if match[0].translate(_SHAPES) in columns:
            before, behind = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
            if (not before or before in _CELL_BEFORE) and (not behind or behind in _CELL_BEHIND):
                yield Hit(*match.span(), "resident_id", 0.55)
