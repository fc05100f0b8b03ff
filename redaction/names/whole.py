"""The rest of a name that is found in part: 樋口|明日咲、 and 上田　二次郎; and names written letter by letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.tokens import segment, word_classes
from redaction.names.words import HONORIFICS, KANJI, KINSHIP, NOBODY, NOT_BEFORE, ORGANISATION, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redaction.page import Page

_LONGEST_SURNAME = 4
_CLOSED = r"(?=[、。，,()「」\[\]:;/\n\t・|\"]|$| [^\S\n]|さん|様|氏|くん|ちゃん)"
_REST = re.compile(rf"(?P<blank> ?)(?P<v>[{KANJI}]{{1,4}}){_CLOSED}")
# The last characters of most given names; ordinary words of office hardly end so.
_GIVEN_ENDS = frozenset(
    "郎子美代江恵夫男雄介太也樹人奈菜香花乃之彦一二三吾助平蔵司志輔佑哉斗翔音咲希愛里莉紗沙彩衣依緒央花華那奈帆穂月葉羽音悟治次蔵造三郎英秀文昭明良義政勝正博弘宏浩映潮居庵門"
)
# Behind the blank that the tagger took into a name: 【ロドリゲス 】ケイコ.
_KATAKANA_GIVEN = re.compile(rf"(?<=[ァ-ヴー] )[ァ-ヴー]{{2,8}}(?![ァ-ヴー・]){_CLOSED[:-1]}|保護者|世帯)")
# 鈴木(弘): the first character of the given name, where an office has two of a surname.
_WHICH = re.compile(rf" ?\((?P<v>[{KANJI}])\)(?!の)")
_NO_GIVEN = frozenset(
    "株有代他欠済男女妻夫母父子兄弟姉妹長次主副正元前新旧課係部局室班市町村県区国公私金土日月火水木休出済可否要不済未仮同略案故亡"
)
_WORDS = HONORIFICS | KINSHIP | ROLES | NOBODY
_LETTERS = re.compile(rf"(?<![{KANJI}])(?<![{KANJI}] )[{KANJI}](?: {{1,2}}[{KANJI}]){{2,6}}(?![{KANJI}])")
_KANA_LETTERS = re.compile(
    r"(?:フリガナ|ふりがな|カナ)[ :)(]{0,4}(?P<v>[ァ-ヴー](?: {1,2}[ァ-ヴー]){3,14})(?![ァ-ヴー])"
)
_KANA_SPEAKER = re.compile(r"(?m)[:「](?P<v>[ぁ-ん]{2,6} [ぁ-ん]{2,6}?)(?=です|と申|といい|ともうし)")


def completed(page: Page, start: int, end: int) -> int:
    """The end of a name whose given name goes on behind what was found; ``end`` if nothing does."""
    text = page.words
    if "(" in text[start:end] and text[end : end + 1] == ")" and ")" not in text[start:end]:
        return end + 1
    if given := text[end - 1] == " " and _KATAKANA_GIVEN.match(text, end):
        return given.end()
    if which := _WHICH.match(text, end):
        return which.end() if _told_apart(text[start:end], which["v"]) else end
    match = _REST.match(text, end)
    if match is None or " " in text[start:end] or len(text[start:end]) > _LONGEST_SURNAME:
        return end
    rest = match["v"]
    if rest in _WORDS or rest[-1] not in _GIVEN_ENDS or NOT_BEFORE.match(rest) or ORGANISATION.search(rest):
        return end
    words = page.reading.words(match.start("v"), match.end("v"))
    surname_alone = all(word.pos[3] != "名" for word in page.reading.words(start, end))
    ordinary = any(word.pos[2] == "サ変可能" or word.surface in _WORDS or word.pos[1] == "数詞" for word in words[-1:])
    if ordinary or (match["blank"] and not surname_alone):
        return end
    return match.end("v")


def _told_apart(name: str, given: str) -> bool:
    """Whether a character in brackets behind a surname tells two colleagues apart."""
    return given not in _NO_GIVEN and "姓" in word_classes(name)


def headings(page: Page) -> Iterator[tuple[int, int]]:
    """Words with a blank behind each character that are no names: 提 案 理 由."""
    names = set(lettered(page))
    return (match.span() for match in _LETTERS.finditer(page.words) if match.span() not in names)


def lettered(page: Page) -> Iterator[tuple[int, int]]:
    """Names with a blank behind each character (尾 形 実 歌 子), and kana names that a colon and です enclose."""
    for match in _LETTERS.finditer(page.words):
        joined = match[0].replace(" ", "")
        words = segment(joined).tokens
        tagged = len(words) > 1 and words[0].pos[3] == "姓"
        if tagged or (joined[-1] in _GIVEN_ENDS and any("姓" in word_classes(joined[:n]) for n in (1, 2, 3))):
            yield match.span()
    for pattern in (_KANA_LETTERS, _KANA_SPEAKER):
        for match in pattern.finditer(page.words):
            yield match.span("v")
