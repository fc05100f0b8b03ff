"""Names by what stands beside them: honorifics, titles, kin, sections and posts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redaction.names.tagged import is_name
from redaction.names.words import (
    COURTESY,
    HIRAGANA_ONLY,
    HONORIFICS,
    KANJI_ONLY,
    KATAKANA_ONLY,
    KINSHIP,
    NAME_CHARACTERS,
    NOBODY,
    NOT_BEFORE,
    ORGANISATION,
    ROLES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
_CALLED = re.compile(
    r"(?<![ぁ-んァ-ヴー一-龥A-Za-z々])(?P<v>[ぁ-ん][ぁ-んー]{1,4}?|[ァ-ヴ][ァ-ヴー]{1,5}?)(?:(?=(?:くん|ちゃん)(?![ぁ-ん]{3}))|(?=さん(?:[ はがもをにへの、。()「」\n]|と(?!う)|から|より|$)))"
)
_NO_CHILD = frozenset(
    "あか ワン わん ニャン にゃん たく みな いく となり やおや さかな はな とう かあ にい ねえ ばあ じい ひい むすめ むすこ よめ いとこ まご やくしょ おまわり かんごし せんせい だんな".split()
)
_POST = re.compile(
    r"(?:課|係|担当|室|局|部|署|調査員|相談員|支援員|専門員|職員|記録者?|対応者?|起案者?|報告者?|文責|事務局|児相|包括|CM|SSW|SV|SC|PSW|MSW|主任|委員|社協|選管)$"
)
_BEFORE_OFFICES = frozenset(
    "長副正前元現新旧同各全両班係課部局本主次総次支分校園館所院市町村区県府都国他当貴理代係組団会室担一二三四五六七八九十"
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
        elif of_name(token) and not (first is not None and stops(token, spaced=spaces > 0)):
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
        and not stops(before, spaced=True)
        and before.pos[0] == "名詞"
    )


def called(page: Page) -> Iterator[tuple[int, int]]:
    """A name in kana behind a mark and before くん, ちゃん or さん, however the dictionary divides it: たいが of 、たいがくん."""
    for match in _CALLED.finditer(page.words):
        name = match["v"]
        if name not in _NO_NAMES and name not in _NO_CHILD and not name.startswith(("お", "ご")):
            yield match.span("v")


def _section(token: Token) -> bool:
    """A section, a post or a profession, whose holder's name may follow."""
    return token.pos[0] in {"名詞", "接尾辞"} and _POST.search(token.surface) is not None


def of_name(token: Token) -> bool:
    """Whether a word could be a part of a name by its characters and its part of speech."""
    return (
        NAME_CHARACTERS.fullmatch(token.surface) is not None
        and token.pos[0] not in {"助詞", "助動詞", "補助記号", "空白", "感動詞", "代名詞", "副詞", "連体詞", "接続詞"}
        and (token.pos[1] != "数詞" or token.surface in set("一二三四五六七八九十"))
        and token.surface not in {"お", "ご", "御"}
    )


def stops(token: Token, *, spaced: bool = False) -> bool:
    """A word before the name: a role, a kin, a place, an ordinary noun of some length."""
    if token.surface in _NO_NAMES:
        return True
    ordinary = token.pos[1] == "普通名詞" and not token.is_oov and len(token.surface) > 1 and not spaced
    return ordinary or _ROLE_ENDING.search(token.surface) is not None or token.pos[0] in {"動詞", "形容詞", "形状詞"}


def _somebody(name: Sequence[Token], *, strict: bool) -> bool:
    surface = "".join(token.surface for token in name)
    if surface in _NO_NAMES or (ORGANISATION.search(surface) and not is_name(name[-1]) and len(surface) > 1):
        return False
    if any(is_name(token) for token in name):
        return not (strict and NOT_BEFORE.match(_behind_names(name)))
    if strict:
        return _surname_like(name, surface)
    return _person_word(name[0]) if len(name) == 1 else not _ROLE_ENDING.search(surface)


def _behind_names(name: Sequence[Token]) -> str:
    """What goes on behind the last word that is a name: 小学 of 荒井小学(校長), which is the school's."""
    last = max(n for n, token in enumerate(name) if is_name(token))
    return "".join(token.surface for token in name[last + 1 :])


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
    if known and KANJI_ONLY.fullmatch(token.surface) and not stops(token) and _closed(tokens, at + 1):
        following = tokens[at + 1].surface if at + 1 < len(tokens) else ""
        if following not in {"に", "から", "も"} or is_name(token):
            yield token.start, token.end


def _given(token: Token) -> bool:
    if not of_name(token) or stops(token) or len(token.surface) > 5:  # noqa: PLR2004, kana names
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
