"""Names by Sudachi's part-of-speech tags, completed by the unknown surname or given name beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redaction.names.foreign import CAPITALISED, NOT_NAMES
from redaction.names.words import (
    COUNTED,
    COURTESY,
    HONORIFICS,
    KANJI_ONLY,
    KINSHIP,
    NAME_CHARACTERS,
    NOBODY,
    NOT_BEFORE,
    NOT_BEHIND,
    ORGANISATION,
    ROLES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policies.tokens import Token
    from redaction.page import Page

_CLOSING = frozenset("、。，．,.()「」『』[]〈〉<>\"'\n\t 　:;/|・!?→*=-")
_JOINTS = frozenset({" ", "・", "=", "·"})
_SHORT_KANA = re.compile(r"[ァ-ヴー]{1,2}|[ぁ-ん]{1,2}|[A-Za-z]+")
# Words that stand behind a name with or without a space and are no part of it.
_NOT_PART = (
    HONORIFICS
    | KINSHIP
    | ROLES
    | NOBODY
    | frozenset(
        "病 症 記 筆 印 拝 他 ほか 外 等 家 宅 邸 方 宛 行 号 番 名 人 件 分 年 月 日 時 円 組 班 課 係 部 室 局 市 町 村 県 区 郡 男 女 男性 女性 歳 才 代 生 没 旧 新"
        " 住所 電話 携帯 連絡 来庁 来所 確認 了解 済 済み 不在 退職 異動 欠席 出席 出張 休暇 会議 様式 以下 以上 未満 両 間 側 用 的 式 型 製 製品 便 線 駅"
        " 個人 年齢 性別 国籍 続柄 生年 同上 同 前 後 次 現 元 故 亡 本 当 正 副 主 補 兼 担 要 可 否 有 無 内 中 上 下 口 戸 階 棟 世帯 夫妻 夫婦 一家 一族 兄弟".split()
    )
)
_KANA_GIVEN = re.compile(
    r"[ \t](?!による|により|について|として|から|まで|など|です|でした|ほか|という|とともに|こと|ため|もの|ください|ました|います|あり|なし|ない)(?:[ぁ-ん]{2,4}|[ァ-ヴー]{2,6})[子江代美香]?(?=(?: ?(?:様|さん|さま|氏|くん|ちゃん|君|殿))|[、。,)(「」/:\n\t ・]|$)"
)
_LONGEST_PART, _WORDS_OF_PART = 4, 3
_NOT_INNER = HONORIFICS | frozenset("他 外 宛 記 家 宅 方 病 症 様 印".split())
_FIRST_HALVES = frozenset("長 大 小 上 下 中 高 細 仲 東 西 南 北".split())


def is_name(token: Token) -> bool:
    """Whether Sudachi calls the word a person's name; in Latin letters it must begin with a capital."""
    return token.pos[2] == "人名" and (
        not token.surface[0].isascii()
        or (CAPITALISED.fullmatch(token.surface) is not None and token.surface not in NOT_NAMES)
    )


def runs(page: Page) -> Iterator[tuple[int, int]]:
    """Tagged names that stand for persons."""
    tokens, text = page.reading.tokens, page.words
    places = _places(text, tokens)
    n = 0
    while n < len(tokens):
        if not is_name(tokens[n]):
            n += 1
            continue
        first, last = _bounds(tokens, n)
        if _stands(text, tokens, (first, last), places):
            yield tokens[first].start, tokens[last - 1].end
        n = max(last, n + 1)


def parts(page: Page, start: int, end: int) -> list[str]:
    """Surname and given name of a found name: what blanks and dots divide, else what is tagged."""
    whole = page.words[start:end]
    divided = [part for part in re.split(r"[ ・=,/]+", whole) if part]
    if len(divided) > 1:
        return [part for part in divided if len(part) > 1 and (not part.isascii() or len(part) > 2)]  # noqa: PLR2004
    words = page.reading.words(start, end)
    return [word.surface for word in words if is_name(word) and len(words) > 1]


def spaced(page: Page) -> Iterator[tuple[int, int]]:
    """A surname, a blank and a given name in kana, which Sudachi reads as ordinary words: 仏坂 ののは様."""
    text = page.words
    for token in page.reading.tokens:
        if is_name(token) and token.pos[3] == "姓" and (given := _KANA_GIVEN.match(text, token.end)):
            yield token.start, given.end()


def _bounds(tokens: Sequence[Token], n: int) -> tuple[int, int]:
    """The run of names around a tagged one, with one joint, and with its unknown half."""
    first, last, joints = n, n + 1, 0
    while last < len(tokens):
        if is_name(tokens[last]) and not _new_person(tokens, first, last):
            last += 1
        elif (
            tokens[last].surface in _JOINTS
            and last + 1 < len(tokens)
            and is_name(tokens[last + 1])
            and _may_join(tokens, first, last, joints)
        ):
            last, joints = last + 2, joints + 1
        else:
            break
    if not joints:
        last = _extend_right(tokens, first, last)
    if tokens[n].pos[3] == "名" or last == n + 1:
        first = _extend_left(tokens, n)
    return first, _extend_tail(tokens, last)


def _new_person(tokens: Sequence[Token], first: int, last: int) -> bool:
    """A second surname right behind a given name begins another person."""
    return tokens[last].pos[3] == "姓" and tokens[last - 1].pos[3] == "名" and last - first > 1


def _may_join(tokens: Sequence[Token], first: int, last: int, joints: int) -> bool:
    left, right = tokens[last - 1], tokens[last + 1]
    if not KANJI_ONLY.fullmatch(left.surface) or tokens[last].surface in {"・", "="}:
        return not KANJI_ONLY.fullmatch(left.surface) and not KANJI_ONLY.fullmatch(right.surface)
    return joints == 0 and last - first <= 2 and left.pos[3] != "名"  # noqa: PLR2004, a surname of two words


def _part(token: Token) -> bool:
    """Whether the word could be a half of a name by its look."""
    return (
        len(token.surface) <= _LONGEST_PART
        and NAME_CHARACTERS.fullmatch(token.surface) is not None
        and token.surface not in _NOT_PART
        and token.pos[0] not in {"助詞", "助動詞", "補助記号", "感動詞", "代名詞", "接続詞"}
        and token.pos[1] != "数詞"
    )


def _extend_right(tokens: Sequence[Token], first: int, last: int) -> int:
    """Behind a surname alone: up to three words of kanji or kana, closed by a mark or an honorific."""
    if last - first > 1 or (tokens[first].pos[3] == "名" and len(tokens[first].surface) > 1):
        return last
    begin = last
    spaced = begin + 1 < len(tokens) and tokens[begin].surface == " "
    begin += spaced
    end, length = begin, 0
    for token in tokens[begin : begin + _WORDS_OF_PART]:
        if length + len(token.surface) > _LONGEST_PART or not (_part(token) or (end > begin and _inner(token))):
            break
        length += len(token.surface)
        end += 1
    if end == begin or NOT_BEFORE.match("".join(t.surface for t in tokens[begin : end + 2])):
        return last
    follows = tokens[end].surface if end < len(tokens) else ""
    if follows in HONORIFICS or (follows == " " and end + 1 < len(tokens) and tokens[end + 1].surface in HONORIFICS):
        return end
    if follows and follows[0] not in _CLOSING and not (spaced and tokens[end].pos[0] == "助詞"):
        return last
    words = tokens[begin:end]
    common = len(words) == 1 and not words[0].is_oov and words[0].pos[1] == "普通名詞" and length > 1
    kana = not KANJI_ONLY.match(words[0].surface) and not (words[0].is_oov or is_name(words[0]))
    return last if common or (kana and not spaced) else end


def _extend_tail(tokens: Sequence[Token], last: int) -> int:
    """Up to two single characters that the dictionary cut off a given name: 関戸亜古|奈."""
    end = last
    while end < len(tokens) and end - last < 2 and len(tokens[end].surface) == 1 and _inner(tokens[end]):  # noqa: PLR2004
        end += 1
    if end == last or tokens[last - 1].pos[3] == "姓":
        return last
    follows = tokens[end].surface if end < len(tokens) else ""
    return end if not follows or follows in HONORIFICS or follows[0] in _CLOSING else last


def _inner(token: Token) -> bool:
    """Whether a word could go on inside a given name: 一 and 生 may, そ and 様 may not."""
    return KANJI_ONLY.fullmatch(token.surface) is not None and token.surface not in _NOT_INNER


def _extend_left(tokens: Sequence[Token], n: int) -> int:
    """Before a given name: a surname that the dictionary does not know as one."""
    if tokens[n].pos[3] == "姓" and not (n and tokens[n - 1].surface == " "):
        return n - (n > 0 and tokens[n - 1].pos[0] == "接頭辞" and tokens[n - 1].surface in _FIRST_HALVES)
    begin = n
    spaced = begin > 1 and tokens[begin - 1].surface == " "
    begin -= spaced
    before = tokens[begin - 1] if begin else None
    if before is None or not KANJI_ONLY.fullmatch(before.surface) or not _part(before) or len(before.surface) > 3:  # noqa: PLR2004
        return n
    start = begin - 1
    common = before.pos[1] == "普通名詞" and not before.is_oov and len(before.surface) > 1
    if (common and not (spaced and tokens[n].pos[3] == "名")) or before.pos[0] not in {"名詞", "接頭辞"}:
        return n
    if start and KANJI_ONLY.fullmatch(tokens[start - 1].surface[-1]) and len(before.surface) == 1:
        other = tokens[start - 1]
        if _part(other) and len(other.surface) == 1 and other.pos[0] in {"名詞", "接頭辞"}:
            return start - 1
        return n if not spaced else start
    return start


def _places(text: str, tokens: Sequence[Token]) -> frozenset[str]:
    """Words that the text itself uses as a municipality's name."""
    return frozenset(
        token.surface
        for n, token in enumerate(tokens)
        if n + 1 < len(tokens)
        and is_name(token)
        and re.match(r"(?:市|町|村|区|県|駅)(?![ぁ-んァ-ヴ]*長)", text[token.end : token.end + 2])
    )


def _stands(text: str, tokens: Sequence[Token], bounds: tuple[int, int], places: frozenset[str]) -> bool:
    """Whether a tagged run is a person here, and no place, organisation or thing."""
    first, last = bounds
    start, end = tokens[first].start, tokens[last - 1].end
    run = tokens[first:last]
    after = tokens[last].surface if last < len(tokens) else ""
    if after in COURTESY:
        return True
    if _organisation(text, run):
        return False
    if len(run) > 1:
        return not any(token.surface in places for token in run[:1]) or any(is_name(token) for token in run[1:])
    token = run[0]
    if token.surface in places:
        return False
    before = tokens[first - 1].surface if first else ""
    if before in KINSHIP or before in ROLES or after in HONORIFICS:
        return True
    if token.pos[3] == "姓":
        return len(token.surface) > 1 or _alone(text, start, end)
    # A given name by itself is often an ordinary word: only one of some length counts.
    return len(token.surface) > 1 and not _SHORT_KANA.fullmatch(token.surface)


def _organisation(text: str, run: Sequence[Token]) -> bool:
    """Whether the words around or the run itself say: no person. 服部 and 小野寺 are surnames, 堀川建設 is none."""
    start, end = run[0].start, run[-1].end
    around = NOT_BEFORE.match(text, end) or NOT_BEHIND.search(text, max(0, start - 10), start)
    ends_so = not is_name(run[-1]) and ORGANISATION.search(text[start:end])
    return bool(around or ends_so or COUNTED.match(text, start))


def _alone(text: str, start: int, end: int) -> bool:
    """Whether a surname of one character stands by itself, as in a signature."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (not before or before in " \n:、(「") and (not after or after in "\n)」、:")
