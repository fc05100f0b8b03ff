"""Names of persons: Sudachi's tags, and the words that stand beside a name in Japanese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import ahocorasick

from redaction.recognizers.base import Hit, ReadingRecognizer

if TYPE_CHECKING:
    from policies.reading import Reading
    from policies.tokens import Token

_HONORIFIC = frozenset(
    "様 さま さん サン 氏 君 くん ちゃん 殿 どの 先生 議員 委員 委員長 課長 係長 部長 次長 局長 室長 所長 主任 主査 主事 主幹"
    " 参事 市長 町長 村長 知事 副市長 教育長 議長 副議長 会長 社長 理事 理事長 校長 教頭 教諭 医師 看護師 保健師 弁護士"
    " 司法書士 行政書士 税理士 容疑者 被告 夫妻 家 宅 選手 氏名 名義 本人 さんち".split()
)
_STRONG = frozenset("様 さま さん 氏 君 くん ちゃん 殿".split())
_KINSHIP = frozenset(
    "長男 次男 二男 三男 四男 長女 次女 二女 三女 四女 妻 夫 母 父 息子 娘 孫 弟 妹 兄 姉 祖母 祖父 伯父 叔父 伯母 叔母 甥 姪"
    " 養子 養女 長子 子 同居人 世帯主 配偶者 内縁 主人 奥さん 保護者 後見人 保佐人 旦那".split()
)
# A name before one of these is a place, an organisation or a thing.
_NOT_BEFORE = re.compile(
    r"(?:市|県|府|都|区|町|村|郡|駅|川|山|橋|通り?|団地|公園|会館|地区|丁目|線|港|湖|島|寺|神社|城|ビル|マンション|アパート"
    r"|病院|医院|クリニック|診療所|歯科|内科|眼科|薬局|小学校|中学校|高校|高等学校|大学|学園|幼稚園|保育園|こども園"
    r"|株式会社|有限会社|商店|商会|工務店|建設|工業|製作所|銀行|信用金庫|支店|支所|出張所|営業所|センター|条例|規則|法|杯|賞"
    r"|会(?!長|員)|組(?!合員)|部(?!長)|課(?!長)|係(?!長)|室(?!長)|局(?!長)|庁|役所|役場|警察署|消防署|税務署|方面|地方|弁|牛|茶|焼|彫|織)"
)
_LABEL = re.compile(
    r"(?:氏名|姓名|名前|お名前|ふりがな|フリガナ|ﾌﾘｶﾞﾅ|通称名?|届出人|申請者|申請人|請求者|世帯主|相談者|対象者|契約者|名義人|口座名義|患者"
    r"|本人|保護者|代理人|受任者|委任者|被保険者|被相続人|相続人|納税義務者|担当者?|記入者|作成者|起案者|報告者|連絡者|配偶者|債務者"
    r"|緊急連絡先|差出人|宛名|送付先|生徒|児童|[Nn]ame|NAME)(?:氏名|名)?(?:[（(][^）)\n]{0,12}[）)])?"
    r"[ 　]*[:：=]\s{0,2}(?P<v>[^\s:：、。,()（）\[\]［］「」<>＜＞/／|\d][^\n:：、。,()（）\[\]［］「」<>＜＞/／|\d\t]{0,24})"
)
_NAME_SHAPED = re.compile(
    r"[一-龥々〆ヶ㐀-䶵豈-﫿𠀀-𪛖]{1,6}(?:[ 　]?[一-龥々ヶぁ-んァ-ヴー㐀-䶵豈-﫿𠀀-𪛖]{1,6})?|[ぁ-んー]{2,8}[ 　]?[ぁ-んー]{0,8}"
    r"|[ァ-ヴー]{2,12}(?:[ ・=･][ァ-ヴー]{1,12}){0,3}|[A-Za-z][A-Za-z.'-]{1,20}(?: [A-Za-z][A-Za-z.'-]{0,20}){1,3}"
)
_BEFORE_HONORIFIC = re.compile(r"(?P<v>[一-龥々ヶ]{1,5}|[ァ-ヴー]{2,12}(?:[・ ][ァ-ヴー]{2,12})?)(?P<h>様|さま|さん|氏|殿|くん|ちゃん)(?![々一-龥])")
_NOBODY = frozenset(
    "皆 皆々 各位 お客 客 市民 町民 村民 区民 県民 住民 利用者 保護者 奥 旦那 神 王 仏 業者 担当者 担当 職員 患者 子ども 子供 娘 息子 母 父 兄"
    " 姉 妹 弟 祖母 祖父 貴 先方 相手方 本人 同 両 某 申請者 受給者 相談者 被保険者 世帯主 来庁者 参加者 関係者 事業者 医師 看護師"
    " 管理人 大家 家主 隣人 近所 隣 孫 嫁 婿 姑 舅 叔父 叔母 伯父 伯母 主人 御中 店員 運転手 大工 職人 社長 皆様 組長 班長 議員 彼 何 誰 仕"
    " 有 同様 一様 多様 多 異 模 仕様 様 上様 外様 無様 王様 殿様".split()
)
_NAME_POS = frozenset({"姓", "名", "一般"})


class Names(ReadingRecognizer):
    """Persons: tagged names joined to full names, names beside honorifics, kinship words and labels."""

    kinds = ("person",)

    def find(self, reading: Reading) -> Iterable[Hit]:
        """Names without their honorifics; every name found once is found again in the same text."""
        text, tokens = reading.view.text, reading.tokens
        spans = [*_tagged(text, tokens), *_labelled(text), *_honoured(text, reading)]
        for start, end in spans:
            yield Hit(start, end, "person", 0.85)
        for start, end in _again(text, reading, spans):
            yield Hit(start, end, "person", 0.7)


def _is_name(token: Token) -> bool:
    return token.pos[2] == "人名" and token.pos[3] in _NAME_POS


def _tagged(text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Runs of tokens that Sudachi calls names, extended over an unknown given name."""
    n = 0
    while n < len(tokens):
        if not _is_name(tokens[n]):
            n += 1
            continue
        first = n
        n += 1
        while n < len(tokens) and (_is_name(tokens[n]) or _joins(tokens, n)):
            n += 1
        n = _extend(tokens, first, n)
        start, end = tokens[first].start, tokens[n - 1].end
        if _stands(text, tokens, first, n):
            yield start, end


def _joins(tokens: Sequence[Token], n: int) -> bool:
    """A space or a middle dot between two names."""
    return tokens[n].surface in {" ", "・", "=", "　"} and n + 1 < len(tokens) and _is_name(tokens[n + 1])


def _extend(tokens: Sequence[Token], first: int, n: int) -> int:
    """After a surname alone: one or two kanji words that no dictionary knows as given names."""
    if n - first > 1 or tokens[first].pos[3] != "姓" or n >= len(tokens):
        return n
    last = n
    if tokens[last].surface == " " and last + 1 < len(tokens):
        last += 1
    length, end = 0, last
    while end < len(tokens) and end - last < 3 and length + len(tokens[end].surface) <= 3:  # noqa: PLR2004, a given name
        token = tokens[end]
        if token.surface in _HONORIFIC or not re.fullmatch(r"[一-龥々]+", token.surface) or token.pos[0] == "接尾辞":
            break
        length += len(token.surface)
        end += 1
    follows = tokens[end].surface if end < len(tokens) else ""
    closed = follows in _HONORIFIC or not follows or follows in "、。，．()（）「」\n\t 　:："
    unknown = any(t.is_oov for t in tokens[last:end])
    return end if length and (follows in _HONORIFIC or (unknown and closed)) else n


def _stands(text: str, tokens: Sequence[Token], first: int, n: int) -> bool:
    """Whether a tagged run is a person here, and no place, organisation or thing."""
    end = tokens[n - 1].end
    after = tokens[n].surface if n < len(tokens) else ""
    before = tokens[first - 1].surface if first else ""
    run = tokens[first:n]
    if after in _HONORIFIC:
        return True
    if _NOT_BEFORE.match(text, end):
        return False
    if before in _KINSHIP or (before in {"の", "(", "（", "・", " ", "、"} and first > 1 and tokens[first - 2].surface in _KINSHIP):
        return True
    if len(run) > 1:
        return True
    token = run[0]
    if token.pos[3] == "姓":
        return True
    # A given name alone is often an ordinary word: only one of some length counts.
    return len(token.surface) > 1 and not re.fullmatch(r"[ァ-ヴー]{1,3}|[ぁ-ん]{1,3}|[A-Za-z]+", token.surface)


def _labelled(text: str) -> Iterator[tuple[int, int]]:
    """The value of a line such as 氏名：…, if it has the shape of a name."""
    for match in _LABEL.finditer(text):
        shaped = _NAME_SHAPED.match(text, match.start("v"), match.end("v"))
        if shaped and not any(word in shaped[0] for word in ("なし", "同上", "不明", "別紙", "未定", "課", "係", "番号")):
            start, end = shaped.span()
            value = text[start:end].rstrip()
            for honorific in _STRONG:
                value = value.removesuffix(honorific)
            if value:
                yield start, start + len(value.rstrip())


def _honoured(text: str, reading: Reading) -> Iterator[tuple[int, int]]:
    """Kanji or katakana right before an honorific that begins a word of its own."""
    for match in _BEFORE_HONORIFIC.finditer(text):
        start, end = match.span("v")
        if end not in reading.boundaries:
            continue
        # The longest tail of the run that begins a word and is nobody in general.
        starts = [at for at in range(start, end) if at in reading.boundaries]
        tokens = list(reading.words(start, end))
        while tokens and (tokens[0].pos[0] not in {"名詞", "接頭辞"} or _generic(tokens[0])):
            starts = [at for at in starts if at >= tokens[0].end]
            tokens = tokens[1:]
        if starts and text[starts[0] : end] not in _NOBODY and not text[starts[0] : end].endswith(("者", "員", "人", "客", "民", "長")):
            yield starts[0], end


def _generic(token: Token) -> bool:
    """A role or a kin rather than a name."""
    return token.surface in _NOBODY or token.surface in _KINSHIP or token.pos[1] == "数詞" or token.pos[2] == "地名"


def _again(text: str, reading: Reading, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Other places of the names found: the whole name, and the surname of a full one."""
    starts = {start for start, _ in spans}
    surnames = {t.surface for t in reading.tokens if t.start in starts and _is_name(t) and t.pos[3] == "姓"}
    names = {text[a:b] for a, b in spans} | surnames
    names = {name for name in names if len(name) > 1}
    if not names:
        return
    known = ahocorasick.Automaton()
    for name in names:
        known.add_word(name, len(name))
    known.make_automaton()
    for last, length in known.iter(text):
        start, end = last + 1 - length, last + 1
        if {start, end} <= reading.boundaries and not _NOT_BEFORE.match(text, end):
            yield start, end
