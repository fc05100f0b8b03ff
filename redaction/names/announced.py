"""Names that something announces: a label, a quotation, a title's brackets, a list, a reading, a chat's margin."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from redaction.names.beside import of_name, stops
from redaction.names.foreign import NOT_NAMES
from redaction.names.tagged import is_name
from redaction.names.words import (
    COURTESY,
    HIRAGANA_ONLY,
    KANJI,
    KANJI_ONLY,
    KATAKANA_ONLY,
    KINSHIP,
    NOBODY,
    ORGANISATION,
    ROLES,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.tokens import Token
    from redaction.page import Page

_ANY_SCRIPT = (
    rf"(?:[{KANJI}]{{1,8}}(?:[ ][{KANJI}ぁ-んァ-ヴー]{{1,6}}|[ぁ-んァ-ヴー]{{1,4}})?|[ぁ-ん]{{2,6}}(?:[ ][ぁ-ん]{{1,6}})?|[ァ-ヴー]{{2,12}}(?:[ ・=][ァ-ヴー]{{1,12}}){{0,4}}"
    r"|[A-Z][A-Za-z'.,-]{1,20}(?:[ /,]{1,2}[A-Z][A-Za-z'.-]{0,20}){0,4})"
)
_LABEL_WORD = (
    r"(?:(?:お?名前|ご?氏名|姓名|フリガナ|ふりがな|カナ|ローマ字|通称名?|旧姓|旧氏|筆名|届出人|申請者|申請人|請求者|世帯主|相談者|対象者|契約者|名義人|口座名義|名義|患者|傷病者"
    r"|本人|保護者|代理人|受任者|委任者|被保険者|被相続人|相続人|納税義務者|担当者?|記入者?|作成者?|起案者?|報告者?|連絡者|配偶者|債務者|記録者?|対応者?|来庁者|来所者|通報者|受付者?"
    r"|緊急連絡先|差出人|宛名|宛先|送付先|生徒|児童|園児|飼い主|所有者|喪主|建築主|申立人|事件本人|相手方?|講師|通訳|主治医|医師|支援者|同席者?|聴取者|議員|質問者|発言者|氏|名|妻|夫|長男|長女|次男|次女|二男|二女|母|父|子|続柄)(?:\(?(?:氏名|名|カナ|フリガナ)\)?)?)"
)
_LABELLED = re.compile(
    r"(?=[おごふカフロ世主事二代作保債傷児医受口同名喪園報夫契妻姓委子宛対届差建患所担支旧本来次母氏父生申発相筆納続緊聴被記請講議質起送通連配長飼])"
    rf"(?<![一-龥]){_LABEL_WORD}(?:[(][^)\n]{{0,12}}[)])?[ ]{{0,4}}(?:[:=→][ ]{{0,2}}|[ ]{{1,6}}|\t)[「『\"]?(?P<v>{_ANY_SCRIPT})"
)
_STRONG_LABEL = re.compile(
    r"(?:氏名|名前|姓名|フリガナ|ふりがな|カナ\)?|通称名?|旧姓|筆名|世帯主|名義人?|保護者|児童|届出人|申請者)(?:\([^)]*\))?[ :=→「\t]{1,6}$"
)
_NAME_KEY = re.compile(
    r"(?:[Nn]ame|NAME|氏名|名前|カナ|世帯主|保護者|owner|applicant)\"?[ ]?[:=][ ]?\"(?P<v>[^\"\n\d]{1,30})\""
)
_DECLARATION = re.compile(
    r"と申します|と申す|と名乗|という(?:者|方|名|人|女性|男性)|本人より|ご本人|家の|夫妻|夫婦|一家"
)
_DECLARED = re.compile(rf"(?:{_ANY_SCRIPT})$")
_LONGEST_DECLARED = 120
_BRACKETED = re.compile(
    r"(?:[ ]?(?:さん|様|氏|くん|ちゃん|君)?[ ]?[(（]|[,、\t][\"]?|\"[,:] ?\"|[ ]{1,2})(?:フリガナ|ふりがな|カナ|読み)?[:： ]?"
    r"(?P<v>[ぁ-んー]{2,8}[ ]?[ぁ-んー]{0,8}|[ァ-ヴー]{2,10}[ ]?[ァ-ヴー]{0,10}|[A-Z][A-Za-z]+(?:[ ,/]{1,2}[A-Z][A-Za-z]+){1,3})(?=[)）,、\t\"\n ・]|$)"
)
_QUOTED = re.compile(
    rf"(?:名前|通称名?|旧姓|名字|苗字|姓|フリガナ|ふりがな|宛名|氏名|名義|署名|漢字|表記)(?:が|は|の|を|も)?[「『](?P<v>{_ANY_SCRIPT})[」』]"
)
_IN_BRACKETS = re.compile(r"(?:[長員官]|議員|\d番|主任|主査|担当)\((?P<v>[一-龥々]{1,4})\)")
_LIST = re.compile(r"(?<![一-龥々ぁ-んァ-ヴ])(?:[一-龥々]{1,4}[・、]){2,40}[一-龥々]{1,4}(?![一-龥々ァ-ヴぁ-ん])")
_ITEM = re.compile(r"[一-龥々]+")
_SPEAKER = re.compile(
    r"(?m)^(?:\[?\d{1,2}:\d\d\]? ?)?(?P<v>[一-龥々ぁ-んァ-ヴー]{1,8}|[A-Z][a-z]{2,12})[ ]?(?:[:>]|「)"
)
_NOT_VALUES = re.compile(
    r"なし|無し|同上|不明|別紙|未定|課|係$|番号|確認|以下|希望|氏名|あり|です|ます|から|不要|必要|該当|市長|町長|村長|[一-龥]の|様式|生年月日|性別|年齢|続柄|備考|領収|欄|番地|連絡|電話|住所|ほか|など|について|する|した"
)


def listed(page: Page) -> Iterator[tuple[int, int]]:
    """Who stands in a list of names, or in the brackets behind a title: 課長(森), 出席:梶・東・小此木."""
    text, reading = page.words, page.reading
    for match in _IN_BRACKETS.finditer(text):
        if (
            match["v"] not in NOBODY | ROLES
            and not _NOT_VALUES.search(match["v"])
            and match["v"][-1] not in "課係部局室等同略欠案区"
            and not match["v"].endswith(("地域", "支部", "町内"))
        ):
            yield match.span("v")
    for match in _LIST.finditer(text):
        items = [(match.start() + m.start(), match.start() + m.end()) for m in _ITEM.finditer(match[0])]
        named = [any(is_name(word) for word in reading.words(*item)) for item in items]
        if 2 * sum(named) >= len(items):
            for start, end in items:
                words = reading.words(start, end)
                if words and not any(stops(word) for word in words) and not ORGANISATION.search(text[start:end]):
                    yield start, end


def labelled(page: Page) -> Iterator[tuple[int, int]]:
    """The value of 氏名：…, of 申請者　…, of "name": "…", and who says 〇〇と申します."""
    text, reading = page.words, page.reading
    for match in _LABELLED.finditer(text):
        start, end = match.span("v")
        end = _without_honorific(text, start, end)
        words = reading.words(start, end)
        head = match[0][: start - match.start()]
        strong = _STRONG_LABEL.search(head) is not None
        if (
            not words
            or _NOT_VALUES.search(text[start:end])
            or stops(words[0], spaced=strong)
            or not (strong or _of_name_or_latin(words[0]))
        ):
            continue
        if end not in reading.boundaries or (text[end : end + 1] and _same_script(text[end - 1], text[end])):
            continue
        certain = strong or head.rstrip(' 「『"').endswith((":", "=", "\t", "→"))
        if certain or any(is_name(word) or word.is_oov for word in words):
            yield start, end
    for match in (*_QUOTED.finditer(text), *_NAME_KEY.finditer(text)):
        if not _NOT_VALUES.search(match["v"]):
            yield match.span("v")
    yield from _declared(page)


def _declared(page: Page) -> Iterator[tuple[int, int]]:
    """Who is said to be called so: 〇〇と申します, 〇〇という方, 〇〇夫妻."""
    text, reading = page.words, page.reading
    for declaration in _DECLARATION.finditer(text):
        match = _DECLARED.search(text, max(0, declaration.start() - _LONGEST_DECLARED), declaration.start())
        if match is None:
            continue
        start, end = match.start(), _without_honorific(text, *match.span())
        words = reading.words(start, end)
        says = text.startswith(("と申", "と名乗"), end)
        if (
            words
            and start in reading.boundaries
            and end in reading.boundaries
            and (says or any(is_name(word) or word.is_oov for word in words))
            and not stops(words[0], spaced=says)
        ):
            yield start, end


def _same_script(one: str, other: str) -> bool:
    return any(script.fullmatch(one) and script.fullmatch(other) for script in (KANJI_ONLY, KATAKANA_ONLY))


def _of_name_or_latin(token: Token) -> bool:
    return token.surface[0].isascii() or of_name(token)


def _without_honorific(text: str, start: int, end: int) -> int:
    for word in COURTESY:
        if text[start:end].endswith(word) and end - start > len(word):
            return end - len(word) - (text[end - len(word) - 1] == " ")
    return end


def readings(page: Page, names: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The reading in kana or Latin letters right behind a name, in brackets or in the next cell."""
    text = page.words
    for _, end in names:
        match = _BRACKETED.match(text, end)
        if match and not _NOT_VALUES.search(match["v"]) and not NOT_NAMES & set(match["v"].split()):
            start, last = match.span("v")
            words = page.reading.words(start, last)
            bracket = match[0].lstrip(" さん様氏くちゃ君").startswith(("(", "（"))
            if bracket or any(word.is_oov or is_name(word) for word in words):
                yield start, last


def speakers(page: Page) -> Iterator[tuple[int, int]]:
    """Who speaks in a pasted chat: the same short word before a colon or a quotation on several lines."""
    found = [match for match in _SPEAKER.finditer(page.words) if not _NOT_VALUES.search(match["v"])]
    counts = Counter(match["v"] for match in found)
    dialogue = sum(count > 1 for count in counts.values())
    for match in found:
        start, end = match.span("v")
        words = page.reading.words(start, end)
        named = bool(words) and all(is_name(word) or word.is_oov for word in words)
        kana = HIRAGANA_ONLY.fullmatch(match["v"]) is not None or (match["v"].isascii() and match["v"] not in NOT_NAMES)
        if match["v"] in NOBODY | ROLES | KINSHIP | {"問", "答", "注", "例"} or not words:
            continue
        if (counts[match["v"]] > 1 and (named or kana or len(match["v"]) == 1)) or (dialogue and named):
            yield start, end
