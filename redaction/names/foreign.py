"""Names in Latin letters and in katakana with dots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policies.tokens import Token
    from redaction.page import Page

_SYLLABLES = r"(?:(?:[kgsztdnhbpmrwyjf]|[kgnhbpmr]y|sh|ch|ts|sy|ty|zy|j|cch|ssh|tch|kk|pp|tt|ss)?(?:[aeiou]|ou|oh)n?)+"
_ROMAJI = re.compile(rf"(?:{_SYLLABLES})\Z", re.IGNORECASE)
_WORD = r"[A-ZÀ-ÞĀ-ɏḀ-ỿ][a-zA-ZÀ-ɏḀ-ỿ'’.-]{1,20}"
_ACCENTED = re.compile("[À-ɏḀ-ỿ]")
_CAPITAL = re.compile("[A-Z]")
CAPITALISED = re.compile(r"[A-Z][a-zA-ZÀ-ɏ'’-]{2,20}")
_TITLED = re.compile(rf"(?:(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? )(?P<v>{_WORD}(?: {_WORD}){{0,3}})")
_SAN = re.compile(rf"(?<![A-Za-z@.])(?P<v>{_WORD}(?: {_WORD}){{0,2}})(?:-san|-sama| san(?![a-z]))")
_SAID = re.compile(
    rf"(?:[Mm]y name is|[Nn]ame(?:'s| is|[:=])\"?|[Tt]his is|I am|I'm|[Ff]rom:|[Tt]o:|[Cc]c:|[Dd]ear|(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er) (?:husband|wife|son|daughter|mother|father|brother|sister|grandmother|grandfather|aunt|uncle|cousin|nephew|niece|friend|boss|landlord|teacher|partner|boyfriend|girlfriend|baby|child)(?:,| is|'s name is)?|[Hh]usband|[Ww]ife|[Ss]incerely,|[Rr]egards,|[Ll]lama|[Nn]ombre es|[Cc]hamo)\s*"
    rf"(?P<v>{_WORD}(?:[ ]{_WORD}){{0,4}})"
)
_PAIR = re.compile(rf"(?<![A-Za-z0-9@./_-])(?P<v>{_WORD}[ /,]{{1,2}}{_WORD}(?: {_WORD}){{0,2}})(?![A-Za-z0-9@_-])")
_CAPITALS = re.compile(
    r"(?<![A-Za-z0-9@./_-])(?P<v>[A-Z]{2,15}[ /,]{1,2}[A-Z]{2,15}(?: [A-Z]{2,15}){0,2})(?![A-Za-z0-9@_-])"
)
_KATAKANA_PAIR = re.compile(
    r"(?<![ァ-ヴー・])(?<![ァ-ヴー] )(?P<v>(?P<a>[ァ-ヴー]{1,7}) (?P<b>[ァ-ヴー]{1,8}))(?![ァ-ヴー・])(?! [ァ-ヴー])"
)
_INITIALS = re.compile(
    r"(?<=[^\n.] )(?<![.!?] )(?P<v>(?:[A-Z]\. ?){1,2}[A-ZÀ-ÞĀ-ɏḀ-ỿ][a-zÀ-ɏḀ-ỿ'’-]{2,20})(?![A-Za-z])"
)
_MIDDLE = re.compile(rf"(?<![A-Za-z])(?P<v>{_WORD}(?: [A-Z]\.){{1,2}} {_WORD})(?![A-Za-z])")
_FAMILY = re.compile(rf"(?<![A-Za-z])(?P<v>{_WORD}) (?:family|household)")
_DOTTED = re.compile(r"(?<![ァ-ヴー・])(?P<v>[ァ-ヴー]{2,12}(?:[・=][ァ-ヴー]{1,12}){1,4})(?![ァ-ヴー・])")
_INITIALLED = re.compile(
    r"(?P<v>(?<![A-Za-z.])[A-Z]\. ?(?:[A-Z]\. ?){0,2}[ァ-ヴー]{3,12}(?:[・=][ァ-ヴー]{1,12}){0,3})(?![ァ-ヴー])"
)
NOT_NAMES = frozenset(
    "The This That There These Those Dear Sir Madam Hello Hi Thank Thanks Please Best Kind Regards Sincerely City Town Hall Office Tax Health Insurance National Pension My Your Our His Her"
    " Number Card Japan Japanese Tokyo Osaka Kyoto Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December"
    " Windows Microsoft Google Office Excel Word Adobe Apple Amazon Chrome Linux Ubuntu Mozilla Safari Python Java Error Warning Info Server Client Access Log User Admin Test Public Free Red Blue Green"
    " Residence Resident Individual Zairyu Certificate Division Section Department Prefecture English Chinese Korean Good New Old North South East West Street Road Park Station School University"
    " Hospital Center Centre Co Ltd Inc Corp GET POST PUT HTTP HTTPS URL API JSON CSV PDF AED JCS GCS CPU MEM SSD LAN WAN VPN SQL ID PW KEY USER TEST CASE CC TO FROM RE FW OK NG NEW PIN RAM AM PM"
    " Aomori Iwate Miyagi Akita Yamagata Fukushima Ibaraki Tochigi Gunma Saitama Chiba Kanagawa Niigata Toyama Ishikawa Fukui Yamanashi Nagano Gifu Shizuoka Aichi Mie Shiga Hyogo Nara Wakayama Tottori Shimane Okayama Hiroshima Yamaguchi Tokushima Kagawa Ehime Kochi Fukuoka Saga Nagasaki Kumamoto Oita Miyazaki Kagoshima Okinawa Hokkaido".split()
)
_NOT_DOTTED = re.compile(
    r"センター|サービス|システム|コミュニティ|ホール|ライン|スポーツ|カード|プラン|ソフト|データ|ネット|ハラスメント|ケア|スクール|クラブ|フェス|パーク|ショップ|プロ|マニュアル|オンライン|デイ|ステイ|バランス|メール|ファイル|シート|ガイド|アンケート|セキュリティ|インフラ|ドメスティック|ソーシャル|ワーク|マネジメント|ホーム|グループ|ハウス|タイム|テスト|プレス|キャリア|ビジネス|パート|アップ|ダウン"
)


def names(page: Page) -> Iterator[tuple[int, int]]:
    """Names in Latin letters behind a word that announces one, or as two romaji words; katakana with dots."""
    text = page.words
    if _CAPITAL.search(text):
        yield from _latin(text)
    for match in _KATAKANA_PAIR.finditer(text):
        halves = [page.reading.words(*match.span(half)) for half in ("a", "b")]
        if all(halves) and not _NOT_DOTTED.search(match["v"]) and _pair(halves):
            yield match.span("v")
    for match in _DOTTED.finditer(text):
        if not _NOT_DOTTED.search(match["v"]):
            yield match.span("v")


def initialled(page: Page) -> Iterator[tuple[int, int]]:
    """Katakana behind initials with full stops, which is a person in any kind of text: J.L.ボニエ."""
    for match in _INITIALLED.finditer(page.words):
        if not _NOT_DOTTED.search(match["v"]):
            yield match.span("v")


def _latin(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_TITLED, _SAN, _SAID, _FAMILY, _INITIALS, _MIDDLE):
        for match in pattern.finditer(text):
            yield from _trimmed(text, *match.span("v"))
    for pattern in (_PAIR, _CAPITALS):
        for match in pattern.finditer(text):
            words = re.split(r"[ /,]+", match["v"])
            romaji = all(_ROMAJI.match(word) for word in words[:2])
            if (romaji or _ACCENTED.search(match["v"])) and not any(word in NOT_NAMES for word in words):
                yield match.span("v")


def _pair(halves: Sequence[Sequence[Token]]) -> bool:
    """Whether two katakana words are surname and given name: both unknown, or one and no loan word."""
    unknown = [_unknown(half) for half in halves]
    return all(unknown) or (any(unknown) and not any(_ordinary(half) for half in halves))


def _unknown(words: Sequence[Token]) -> bool:
    """A half of a name: tagged as one, or not in the dictionary."""
    return any(word.pos[2] == "人名" for word in words) or all(word.is_oov for word in words) or len(words) > 1


def _ordinary(words: Sequence[Token]) -> bool:
    """A loan word that the dictionary knows."""
    return len(words) == 1 and not words[0].is_oov and words[0].pos[1] == "普通名詞" and len(words[0].surface) > 3  # noqa: PLR2004


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Without the ordinary words at its ends."""
    words = text[start:end].split(" ")
    while words and words[-1].rstrip(".,") in NOT_NAMES:
        words.pop()
    if words and words[0].rstrip(".,") not in NOT_NAMES and not (len(words) == 1 and len(words[0]) < 3):  # noqa: PLR2004
        yield start, start + len(" ".join(words).rstrip(".,"))
