"""Who stands between an office and a post, with nothing in between: 総務課田中係長, 福島市荒井係長, 市役所鈴木です.

A dictionary of words divides such a run where it likes (総務|課田|中|係長, 福島市荒井|係長). What it is made of decides: an
office's or a place's name, a surname that is no other word, a post that people hold. A place before the post of a place
(川口市議, 郡山支店長) is the place's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.tokens import segment, word_classes
from redaction.names.words import KANJI, TITLES
from redaction.places.register import key, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redaction.page import Page

# Of a branch, a school or an assembly: a place right before says which.
_BRANCHES = frozenset(
    "県議 市議 町議 村議 都議 府議 区議 区長 支店長 店長 工場長 所長 館長 園長 校長 教頭 院長 局長 室長 団長 副団長 分団長 隊長 組合長 議員".split()
)
# And these a municipality has itself.
_OF_PLACES = _BRANCHES | frozenset(
    "副市長 副町長 副村長 議長 副議長 委員 委員長 会長 副会長 教授 准教授 講師 住職 監督 コーチ 自治会長 民生委員 児童委員 教育長 事務局長".split()
)
_HEADS = frozenset("知事 市長 町長 村長".split())
_RANKS = (
    TITLES | _HEADS | frozenset("統括官 調査官 調整官 監察官 企画官 徴収官 指導主事 主任技師 主任主事 専門官".split())
) - frozenset("補佐 夫妻 容疑者 被告 先輩 リーダー 会計 書記".split())
_POST = re.compile(
    "(?:"
    + "|".join(sorted(map(re.escape, _RANKS), key=len, reverse=True))
    + rf")(?:(?![{KANJI}])|(?=補佐|代理|心得|他|宛|殿|様|来|同席|出席))"
)
_PLACE = re.compile(r"(?:[都道府県市区町村]|[一-龥]郡)$")
_OFFICE = re.compile(
    r"[一-龥ァ-ヴー](?:[課係部局室署庁所会社校園院館団]|[役本支]所|役場|本部|センター|銀行|組合|機構|連合|大学|病院|事業所|クリニック|高校)$"
)
_DESK = re.compile(
    r"(?:[一-龥][課係室署庁]|役所|役場|事務所|支所|事務局|センター|協議会)(?P<v>[一-龥々ヶ]{2,4})(?=です|でござい|と申|より|から|まで)"
)
_CERTAIN = ("です", "でござい", "と申")
_LONGEST = 4
# Characters that are a part of an office's or a post's name before a post, though surnames too: 市会|議員, 北部支|所長.
_NO_SURNAME = frozenset("市町村区県郡都府課係部局室署国会社校園院館庁立同全各長副正前元現新主総次班支分本")


def held(page: Page) -> Iterator[tuple[int, int]]:
    """Surnames between an office or a place and a post, or between a desk and the words of who speaks for it."""
    text = page.words
    for post in _POST.finditer(text):
        end = post.start()
        for length in range(_LONGEST, 0, -1):
            start = end - length
            if start > 1 and _between(page, start, end, post[0]):
                yield start, end
                break
    for desk in _DESK.finditer(text):
        classes = word_classes(desk["v"])
        certain = "地" not in classes or text.startswith(_CERTAIN, desk.end())
        if "姓" in classes and certain and _proper(desk["v"]):
            yield desk.span("v")


def _proper(surname: str) -> bool:
    """Whether a surname is read as a proper name where it stands alone: 山本 is, 公平 is not."""
    words = segment(surname).tokens
    return len(words) == 1 and words[0].pos[1] == "固有名詞"


def _between(page: Page, start: int, end: int, post: str) -> bool:
    """Whether a surname stands there, and right before it an office or a place that does not own the post."""
    surname, before = page.words[start:end], page.words[max(0, start - 8) : start]
    classes = word_classes(surname)
    if "姓" not in classes or (post in _BRANCHES and "地" in classes):
        return False
    if post in _HEADS and key(surname + post[0]) in shipped().municipalities:
        return False
    if len(surname) == 1:
        if surname in _NO_SURNAME or start not in page.reading.boundaries or end not in page.reading.boundaries:
            return False
    elif not _proper(surname):
        return False
    if _OFFICE.search(before):
        return True
    return _PLACE.search(before) is not None and post not in _OF_PLACES and len(surname) > 1
