"""Names by what stands beside them: honorifics, kin, labels, readings in brackets, speakers."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from redaction.names.foreign import NOT_NAMES
from redaction.names.tagged import is_name
from redaction.names.words import (
    COURTESY,
    HIRAGANA_ONLY,
    HONORIFICS,
    KANJI,
    KANJI_ONLY,
    KATAKANA_ONLY,
    KINSHIP,
    NAME_CHARACTERS,
    NOBODY,
    ORGANISATION,
    ROLES,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policies.tokens import Token
    from redaction.page import Page

_LONGEST = 10
"""Characters of the longest name that is looked for before an honorific."""
_LONGEST_SURNAME = _SHORT_LOAN = 3
_NO_NAMES = KINSHIP | ROLES | NOBODY | HONORIFICS
_ROLE_ENDING = re.compile(
    r"(?:者|屋|員|師|官|手|民|人|客|方|課|係|部|署|局|庁|室|所|館|会|社|店|長|生徒|学生|業|団|園|院|校|組|農園|交通|タクシー|設備|測量|建設|ガス)$"
)
_MARKS = frozenset("・=")
_ANY_SCRIPT = (
    rf"(?:[{KANJI}]{{1,5}}(?:[ ][{KANJI}ぁ-んァ-ヴー]{{1,6}}|[ぁ-んァ-ヴー]{{1,4}})?|[ぁ-ん]{{2,6}}(?:[ ][ぁ-ん]{{1,6}})?|[ァ-ヴー]{{2,12}}(?:[ ・=][ァ-ヴー]{{1,12}}){{0,4}}"
    r"|[A-Z][A-Za-z'.,-]{1,20}(?:[ /,]{1,2}[A-Z][A-Za-z'.-]{0,20}){0,4})"
)
_LABEL_WORD = (
    r"(?:(?:お?名前|ご?氏名|姓名|フリガナ|ふりがな|カナ|ローマ字|通称名?|旧姓|旧氏|筆名|届出人|申請者|申請人|請求者|世帯主|相談者|対象者|契約者|名義人|口座名義|名義|患者|傷病者"
    r"|本人|保護者|代理人|受任者|委任者|被保険者|被相続人|相続人|納税義務者|担当者?|記入者?|作成者?|起案者?|報告者?|連絡者|配偶者|債務者|記録者?|対応者?|来庁者|来所者|通報者|受付者?"
    r"|緊急連絡先|差出人|宛名|宛先|送付先|生徒|児童|園児|飼い主|所有者|喪主|建築主|申立人|事件本人|相手方?|講師|通訳|主治医|医師|支援者|同席者?|聴取者|議員|質問者|発言者|氏|名|妻|夫|長男|長女|次男|次女|二男|二女|母|父|子|続柄)(?:\(?(?:氏名|名|カナ|フリガナ)\)?)?)"
)
_LABELLED = re.compile(
    rf"(?<![一-龥]){_LABEL_WORD}(?:[(][^)\n]{{0,12}}[)])?[ ]{{0,4}}(?:[:=→][ ]{{0,2}}|[ ]{{1,6}}|\t)[「『\"]?(?P<v>{_ANY_SCRIPT})"
)
_STRONG_LABEL = re.compile(
    r"(?:氏名|名前|姓名|フリガナ|ふりがな|カナ\)?|通称名?|旧姓|筆名|世帯主|名義人?|保護者|児童|届出人|申請者)(?:\([^)]*\))?[ :=→「\t]{1,6}$"
)
_NAME_KEY = re.compile(
    r"(?:[Nn]ame|NAME|氏名|名前|カナ|世帯主|保護者|owner|applicant)\"?[ ]?[:=][ ]?\"(?P<v>[^\"\n\d]{1,30})\""
)
_DECLARED = re.compile(
    rf"(?P<v>{_ANY_SCRIPT})(?:と申します|と申す|と名乗|という(?:者|方|名|人|女性|男性)|本人より|ご本人|家の|夫妻|夫婦|一家)"
)
_BRACKETED = re.compile(
    r"(?:[ ]?(?:さん|様|氏|くん|ちゃん|君)?[ ]?[(（]|[,、\t][\"]?|\"[,:] ?\"|[ ]{1,2})(?:フリガナ|ふりがな|カナ|読み)?[:： ]?"
    r"(?P<v>[ぁ-んー]{2,8}[ ]?[ぁ-んー]{0,8}|[ァ-ヴー]{2,10}[ ]?[ァ-ヴー]{0,10}|[A-Z][A-Za-z]+(?:[ ,/]{1,2}[A-Z][A-Za-z]+){1,3})(?=[)）,、\t\"\n ・]|$)"
)
_POST = re.compile(
    r"(?:課|係|担当|室|局|部|署|調査員|相談員|支援員|専門員|職員|記録者?|対応者?|起案者?|報告者?|文責|事務局|児相|包括|CM|SSW|SV|SC|PSW|MSW|主任|委員|社協|選管)$"
)
_QUOTED = re.compile(
    rf"(?:名前|通称名?|旧姓|名字|苗字|姓|フリガナ|ふりがな|宛名|氏名|名義|署名|漢字|表記)(?:が|は|の|を|も)?[「『](?P<v>{_ANY_SCRIPT})[」』]"
)
_IN_BRACKETS = re.compile(r"(?:[長員官]|議員|\d番|主任|主査|担当)\((?P<v>[一-龥々]{1,4})\)")
_LIST = re.compile(r"(?<![一-龥々ぁ-んァ-ヴ])(?:[一-龥々]{1,4}[・、]){2,40}[一-龥々]{1,4}(?![一-龥々ァ-ヴぁ-ん])")
_ITEM = re.compile(r"[一-龥々]+")
_BEFORE_OFFICES = frozenset(
    "長副正前元現新旧同各全両班係課部局本主次総次支分校園館所院市町村区県府都国他当貴理代係組団会室担一二三四五六七八九十"
)
_SPEAKER = re.compile(
    r"(?m)^(?:\[?\d{1,2}:\d\d\]? ?)?(?P<v>[一-龥々ぁ-んァ-ヴー]{1,8}|[A-Z][a-z]{2,12})[ ]?(?:[:>]|「)"
)
_NOT_VALUES = re.compile(
    r"なし|無し|同上|不明|別紙|未定|課|係$|番号|確認|以下|希望|氏名|あり|です|ます|から|不要|必要|該当|市長|町長|村長|[一-龥]の|様式|生年月日|性別|年齢|続柄|備考|領収|欄|番地|連絡|電話|住所|ほか|など|について|する|した"
)


def honoured(page: Page) -> Iterator[tuple[int, int]]:
    """What stands before 様, さん, 氏 …; before a title only what looks like a name."""
    tokens = page.reading.tokens
    for n, token in enumerate(tokens):
        # Sudachi divides some titles: 課|長.
        divided = (
            len(token.surface) == 1 and n + 1 < len(tokens) and token.surface + tokens[n + 1].surface in HONORIFICS
        )
        if not n or not (divided or token.surface in HONORIFICS):
            continue
        first = _back(tokens, n, strict=token.surface not in COURTESY)
        if first is not None:
            yield tokens[first].start, tokens[n - 1 - (tokens[n - 1].surface == " ")].end


def _back(tokens: Sequence[Token], n: int, *, strict: bool) -> int | None:
    """The first word of the name that ends before word ``n``; None if it is nobody."""
    at = n - 1
    if at and tokens[at].surface == " ":
        at -= 1
    last, length, spaces = at, 0, 0
    first = None
    while at >= 0 and length <= _LONGEST:
        token = tokens[at]
        if _joint(tokens, at, first, spaces):
            spaces += token.surface == " "
        elif _of_name(token) and not (first is not None and _stops(token, spaced=spaces > 0)):
            length += len(token.surface)
            first = at
        else:
            break
        at -= 1
    if first is None or not _somebody(tokens[first : last + 1], strict=strict):
        return None
    return first


def _joint(tokens: Sequence[Token], at: int, first: int | None, spaces: int) -> bool:
    """A blank between two halves, or a dot between foreign names."""
    if first != at + 1 or not at:
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    if tokens[at].surface in _MARKS:
        return bool(KATAKANA_ONLY.fullmatch(before.surface) and KATAKANA_ONLY.fullmatch(after.surface))
    same = KANJI_ONLY.match(before.surface) or not KANJI_ONLY.match(after.surface)
    return (
        tokens[at].surface == " "
        and not spaces
        and bool(same)
        and not _stops(before, spaced=True)
        and before.pos[0] == "名詞"
    )


def _section(token: Token) -> bool:
    """A section, a post or a profession, whose holder's name may follow."""
    return _POST.search(token.surface) is not None and token.pos[0] in {"名詞", "接尾辞"}


def _of_name(token: Token) -> bool:
    return (
        NAME_CHARACTERS.fullmatch(token.surface) is not None
        and token.pos[0] not in {"助詞", "助動詞", "補助記号", "空白", "感動詞", "代名詞", "副詞", "連体詞", "接続詞"}
        and (token.pos[1] != "数詞" or token.surface in set("一二三四五六七八九十"))
        and token.surface not in {"お", "ご", "御"}
    )


def _stops(token: Token, *, spaced: bool = False) -> bool:
    """A word before the name: a role, a kin, a place, an ordinary noun of some length."""
    if token.surface in _NO_NAMES:
        return True
    ordinary = token.pos[1] == "普通名詞" and not token.is_oov and len(token.surface) > 1 and not spaced
    return ordinary or _ROLE_ENDING.search(token.surface) is not None or token.pos[0] in {"動詞", "形容詞", "形状詞"}


def _somebody(name: Sequence[Token], *, strict: bool) -> bool:
    surface = "".join(token.surface for token in name)
    if surface in _NO_NAMES or (ORGANISATION.search(surface) and len(surface) > 1):
        return False
    if any(is_name(token) for token in name):
        return True
    if strict:
        return _surname_like(name, surface)
    return _person_word(name[0]) if len(name) == 1 else not _ROLE_ENDING.search(surface)


def _person_word(token: Token) -> bool:
    """Before 様 or さん: a short kana word, a word of one kanji, a proper noun or an unknown word."""
    surface = token.surface
    if HIRAGANA_ONLY.fullmatch(surface):
        return len(surface) > 1 and token.pos[0] in {"名詞", "形容詞", "動詞"}
    short = _SHORT_LOAN if KATAKANA_ONLY.fullmatch(surface) else 1
    return len(surface) <= short or token.is_oov or token.pos[1] == "固有名詞"


def _surname_like(name: Sequence[Token], surface: str) -> bool:
    """Before a title, which offices have too: a proper noun that is no municipality, an unknown word, one character."""
    if not KANJI_ONLY.fullmatch(surface) or surface[-1] in "市町村区県郡都府道課係部局室署国":
        return False
    if len(surface) == 1:
        return surface not in _BEFORE_OFFICES
    proper = len(name) == 1 and name[0].pos[1] == "固有名詞" and len(surface) <= 4  # noqa: PLR2004, a surname
    return proper or (len(surface) <= 3 and all(token.is_oov for token in name))  # noqa: PLR2004


def listed(page: Page) -> Iterator[tuple[int, int]]:
    """Who stands in a list of names, or in the brackets behind a title: 課長(森), 出席:梶・東・小此木."""
    text, reading = page.words, page.reading
    for match in _IN_BRACKETS.finditer(text):
        if (
            match["v"] not in NOBODY | ROLES
            and not _NOT_VALUES.search(match["v"])
            and match["v"][-1] not in "課係部局室等同略欠案"
        ):
            yield match.span("v")
    for match in _LIST.finditer(text):
        items = [(match.start() + m.start(), match.start() + m.end()) for m in _ITEM.finditer(match[0])]
        named = [any(is_name(word) for word in reading.words(*item)) for item in items]
        if 2 * sum(named) >= len(items):
            for start, end in items:
                words = reading.words(start, end)
                if words and not any(_stops(word) for word in words) and not ORGANISATION.search(text[start:end]):
                    yield start, end


def kin(page: Page) -> Iterator[tuple[int, int]]:
    """A given name behind a kinship word or a role: 長女の麻衣, 妻 亜紀子, 担当 原."""
    tokens = page.reading.tokens
    for n, token in enumerate(tokens):
        if token.surface not in KINSHIP:
            if _section(token):
                yield from _holder(tokens, n)
            continue
        at = n + 1
        while at < len(tokens) and at < n + 3 and tokens[at].surface in {"の", "、", ":", " ", "(", "さん", "・", "は"}:
            at += 1
        end = at
        while end < len(tokens) and end - at < 3 and _given(tokens[end]):  # noqa: PLR2004, words of a given name
            end += 1
        if end > at and (is_name(tokens[at]) or _closed(tokens, end)):
            yield tokens[at].start, tokens[end - 1].end


def _holder(tokens: Sequence[Token], n: int) -> Iterator[tuple[int, int]]:
    """福祉課 佐伯、 (担当 蔵前): a surname right behind a section or a post, and closed."""
    at = n + 1 + (n + 1 < len(tokens) and tokens[n + 1].surface in {" ", ":", "・", "の", "("})
    if at >= len(tokens):
        return
    token = tokens[at]
    known = is_name(token) or ((token.pos[2] == "地名" or token.is_oov) and len(token.surface) <= _LONGEST_SURNAME)
    if known and KANJI_ONLY.fullmatch(token.surface) and not _stops(token) and _closed(tokens, at + 1):
        following = tokens[at + 1].surface if at + 1 < len(tokens) else ""
        if following not in {"に", "から", "も"} or is_name(token):
            yield token.start, token.end


def _given(token: Token) -> bool:
    if not _of_name(token) or _stops(token) or len(token.surface) > 5:  # noqa: PLR2004, kana names
        return False
    kana = HIRAGANA_ONLY.fullmatch(token.surface) or KATAKANA_ONLY.fullmatch(token.surface)
    return is_name(token) or token.is_oov or token.pos[1] == "固有名詞" or (kana is not None and len(token.surface) > 1)


def _closed(tokens: Sequence[Token], end: int) -> bool:
    if end >= len(tokens):
        return True
    token = tokens[end]
    return (
        token.surface in HONORIFICS
        or token.pos[0] in {"補助記号", "空白"}
        or token.surface in {"は", "が", "を", "に", "と", "も", "から"}
    )


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
            or _stops(words[0], spaced=strong)
            or not _of_name_or_latin(words[0])
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
    for match in _DECLARED.finditer(text):
        start, end = match.span("v")
        end = _without_honorific(text, start, end)
        words = reading.words(start, end)
        fits = {start, end} <= reading.boundaries
        if fits and any(is_name(word) or word.is_oov for word in words) and not _stops(words[0]):
            yield start, end


def _same_script(one: str, other: str) -> bool:
    return any(script.fullmatch(one) and script.fullmatch(other) for script in (KANJI_ONLY, KATAKANA_ONLY))


def _of_name_or_latin(token: Token) -> bool:
    return token.surface[0].isascii() or _of_name(token)


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
