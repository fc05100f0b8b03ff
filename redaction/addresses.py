"""Addresses: from prefecture or city, or from the town alone, to building and room."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from redaction.recognizers.base import Hit, ReadingRecognizer

if TYPE_CHECKING:
    from policies.reading import Reading

_PREFECTURE = (
    "北海道|東京都|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜"
    "|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県"
)
_CITY = r"(?:[一-龥々ヶケノ]{1,6}?|[ぁ-ん]{2,6}|[ァ-ヴー]{2,5}|[一-龥]{1,3}[ぁ-ん]{1,4})(?:市|区|町|村|郡)"
_NUMBER = r"(?:\d{1,5}|[〇一二三四五六七八九十百]{1,6})"
_BLOCK = (
    rf"(?:(?:第?{_NUMBER}(?:丁目|地割)|[甲乙丙丁イロハニ](?=\d)|字[一-龥ぁ-んァ-ヴ々]{{1,8}})[ 　]?)?"
    rf"{_NUMBER}(?:(?:番地の?|番|号|[-のノ]|丁目)[ 　]?(?:{_NUMBER})?){{1,5}}"
)
_TOWN = r"(?:(?:大字|字)?[一-龥々ヶケノぁ-んァ-ヴー]{1,10}?)"
_BUILDING = (
    r"(?:[ 　]?(?![はがをにでとものへ、。])[^\s、。,;:：()（）「」\d]{1,16}?(?:荘|館|棟|ハイツ|コーポ|マンション|アパート|ビル|団地|住宅|寮"
    r"|ハウス|パレス|メゾン[一-龥ァ-ヴー]{0,8}|レジデンス|タワー|コート|ヒルズ|ハイム|プラザ|テラス)[一-龥ァ-ヴーA-Za-z]{0,6}"
    r"|[ 　][ァ-ヴーA-Za-z一-龥]{2,16})?"
    r"(?:[ 　]?[A-Z]?-?\d{1,4}(?:号棟?|棟))?(?:[ 　]?[A-Z]?-?\d{1,4}(?:号室?|室)?)?(?:[ 　]?\d{1,2}階)?(?:[ 　]?[一-龥]{1,5}方)?"
)
# Read from the number backwards: numbers are rare, the places before them are everywhere.
_NUMBERED = re.compile(rf"(?<![\d第,.]){_BLOCK}")
_BEFORE = re.compile(rf"(?P<p>{_PREFECTURE})?[ 　]?(?P<c>{_CITY}(?:[ 　]?{_CITY})?)?[ 　]?(?P<t>{_TOWN})?[ 　]?$")
_BEHIND = re.compile(_BUILDING)
_REACH = 40
_PLACE = re.compile(rf"(?:{_PREFECTURE})[ 　]?{_CITY}(?:{_CITY})?(?:[一-龥々ヶケ]{{1,6}}(?:町|丁目|台|丘|原|田|島|崎|沢|野|川|山|本|宿))?")
_LABELLED = re.compile(
    r"(?:(?:現|旧|前|新|転出先|転入前|送付先)?住所|居住地|居所|本籍(?:地)?|所在地|方書|送付先|転出先|転入前|[Aa]ddress)"
    r"(?:[（(][^）)\n]{0,10}[）)])?[ 　]*[:：=]\s{0,2}(?P<v>[^\n:：、。\t,|]{3,60})"
)
_RESIDENT = re.compile(rf"(?P<v>(?:{_PREFECTURE})?(?:[一-龥々ヶケ]{{1,4}}[市区町村])?[一-龥々ヶケ]{{2,6}}(?:\d丁目|[一-九]丁目)?)(?:在住|に在住|に居住|に住)")
_NOT_TOWN = re.compile(r"(?:条例|規則|要綱|議案|告示|号室|第|年度?|月|令和|平成|昭和|電話|番号|TEL|FAX|内線|約|計|各|合計|残り|別表|様式|表|図|項|条|延べ|前年|同|全)$")


class Addresses(ReadingRecognizer):
    """Addresses by their parts; never by a statistical reading, which stops before 番地 and 方書."""

    kinds = ("address",)

    def find(self, reading: Reading) -> Iterable[Hit]:
        """Addresses with numbers anywhere; without numbers after a label or with their prefecture."""
        text = reading.view.text
        yield from _numbered(text, reading)
        for match in _LABELLED.finditer(text):
            start, end = match.span("v")
            value = re.split(r"[ 　]{2,}|(?:電話|TEL|℡|氏名|生年月日|〒)", text[start:end])[0].rstrip()
            value = re.sub(r"^〒?\d{3}-?\d{4}[ 　]*", "", value)
            offset = text.find(value, start)
            if len(value) > 1 and re.search(r"[市区町村郡都道府県字番]|\d", value):
                yield Hit(offset, offset + len(value), "address", 0.9)
        for match in _PLACE.finditer(text):
            if re.match(r"[^。\n]{0,12}(?:在住|に住|に居住|へ転|に転|から転|出身|生まれ)", text[match.end() : match.end() + 16]):
                yield Hit(*match.span(), "address", 0.7)
        for match in _RESIDENT.finditer(text):
            if match.start("v") in reading.boundaries:
                yield Hit(*match.span("v"), "address", 0.7)


def _numbered(text: str, reading: Reading) -> Iterator[Hit]:
    for block in _NUMBERED.finditer(text):
        number = block.start()
        place = _BEFORE.search(text[max(0, number - _REACH) : number])
        if place is None or not place[0].strip():
            continue
        town = place["t"] or ""
        named = bool(place["p"] or place["c"])
        strong = bool(re.search(r"丁目|番地|番\d|番[〇一二三四五六七八九十]", block[0]))
        if _NOT_TOWN.search(town or place[0]) or not (named or strong or _town_like(town, block[0])):
            continue
        offset = number - len(place.string) if place.string else number
        start: int | None = offset + place.start()
        if not named:
            start = _word_start(offset + place.start("t"), number, reading)
        if start is None:
            continue
        behind = _BEHIND.match(text, block.end())
        end = behind.end() if behind else block.end()
        while end > start and text[end - 1] in " 　-の":
            end -= 1
        yield Hit(start, end, "address", 0.88)


def _town_like(town: str, block: str) -> bool:
    """A town without its city: a place's ending, and two numbers at least."""
    return bool(re.search(r"(?:町|台|丘|ヶ丘|本町|通|条|原|田|島|崎|沢|野|浜|井|内|塚|宮|山|川|丁)$", town)) and bool(
        re.search(r"\d-\d", block)
    )


def _word_start(first: int, number: int, reading: Reading) -> int | None:
    """Where the town before the number begins: the last run of nouns before it."""
    start = None
    for token in reversed(reading.words(first, number)):
        if token.pos[0] not in {"名詞", "接頭辞", "接尾辞"} or token.surface in {"住所", "現住所", "本籍", "宅", "様", "さん"}:
            break
        start = token.start
    return start
