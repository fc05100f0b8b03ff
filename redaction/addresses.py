"""Addresses: from prefecture, city or town to building and room.

Numbers are rare and the places before them are everywhere: a numbered address is read from its number
backwards, word by word, to where the place begins, and forwards to its building. An address without a
number needs a municipality and a place inside it, or a word of living there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.tokens import word_classes
from redaction.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.tokens import Token
    from redaction.page import Page

_PREFECTURE = (
    "(?:北海道|東京都|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜"
    "|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_NUMBER = r"(?:\d{1,5}|[〇一二三四五六七八九十百]{1,5})"
# 三丁目11番2号, 5番地の12, 第29地割, 甲1450番地第2, 1-2-3, 1の5, 6の2
# What it may begin with is asked first: most of a text is nothing of it, and is passed over quickly.
_BLOCK = re.compile(
    r"(?=[\d〇一二三四五六七八九十百第東西南北甲乙丙丁イロハニ])(?<![\d第,.一二三四五六七八九十百〇-])"
    rf"(?:[東西南北]?{_NUMBER}条[東西南北]?)?"
    rf"(?:(?:第?{_NUMBER}(?:丁目|地割|線(?=[東西南北\d]))[東西南北]?)|[甲乙丙丁イロハニ](?=\d)|(?={_NUMBER}(?:番|号|の[\d一二三四五六七八九]|-\d|ノ|街区)))"
    rf"(?:[ ]?(?:第|甲の?|乙の?)?{_NUMBER}(?:番地の?|番(?!号|[目線組窓の]|のりば)|号(?!議案|線)|街区|-|ー(?=[一二三四五六七八九十〇])|[のノ](?=[\d一二三四五六七八九十])|(?![\d年月日時分円人名件回]))(?:第)?){{0,5}}(?:(?<=番地)(?:[イロハニ]|先))?"
)
_PLAIN = re.compile(r"(?<![\d第,.])\d{1,4}(?=[ ][^\s\d]{2,12}|[)）」』、,。\n\t\"]|$)")
_WEAK_BLOCK = re.compile(r"\d{1,5}-\d{1,5}$")
_HOUSE = r"荘|館|棟|ハイツ|コーポ|マンション|アパート|ビル|団地|住宅|寮|ハウス|パレス|メゾン|レジデンス|タワー|コート|ヒルズ|ハイム|プラザ|テラス|シティ|ガーデン|ドミール|フラット|ロイヤル|グラン|サン|シャトレ|シャトー|サニー|フォレスト|社宅|木賃"
_ROOM = r"(?:[ ]?(?:[A-Z]|[ⅠⅡⅢIVX]{1,3})?-?[A-Z]?\d{0,4}[A-Z]?(?:-\d{1,4})?(?:号室|号棟|号|室|棟|階)?){0,3}"
_BUILDING = re.compile(
    rf"(?:[ ]?(?![はがをにでとものへ]|TEL|FAX|電話)(?=[^\s、。,;:()「」\"\d]{{0,14}}(?:{_HOUSE}))[^\s、。,;:()「」\"\d]{{2,18}}(?:[ ]?[東西南北])?{_ROOM}"
    rf"|[ ](?!TEL|FAX|Tel|Fax)(?:[ァ-ヴーA-Za-z][ァ-ヴーA-Za-z一-龥]{{1,14}})[ ]?\d{{1,4}}(?!\d)(?:号室?|室)?"
    r"|[ ]?-?\d{1,4}(?:号室?|室)|(?:[ ]?[A-Z]-?\d{1,4}(?:号室?|室)?))?(?:[ ]?\d{1,2}階)?(?:[ ]?[一-龥]{1,5}方(?![面法針向言]))?(?:\(仮換地[^)\n]{1,24}\))?"
)
_STOP = frozenset(
    "住所 現住所 旧住所 新住所 前住所 本籍 本籍地 自宅 宅 様 さん 氏 居所 居住 居住地 現在 所在 所在地 地番 番地 場所 付近 敷地 実家 勤務先 連絡先 送付先 転出先 転入先 電話 携帯 内線 令和 平成"
    " 昭和 大正 別紙 別表 様式 議案 条例 規則 要綱 告示 第 約 計 各 合計 残り 図 表 項 条 番号 男 女 男性 女性 生 歳 名 同 及び 又は 並びに 図面 型 型式 参照 号 系統 路線 全 年 月 日 対象 物件 土地 家屋 家".split()
)
_ADMIN_END = re.compile(r"[都道府県市区町村郡]$")
_TOWN_END = re.compile(
    r"(?:町|村|区|台|丘|条|原|田|島|崎|沢|澤|野|浜|井|内|塚|宮|山|川|丁|木|本|橋|坂|谷|池|森|根|戸|津|江|口|岡|尾|松|園|新田|通り?|台町|団地|瀬|平|方|倉|波|地割|里|辺|越|渕|久|上|下|中|東|西|南|北|泉|坪|関|郷|屋敷|畑)$"
)
_NOT_AFTER = re.compile(
    r"[ ]?(?:条(?!通)|議案|年度?|月|日(?!町)|時|分(?!譲)|円|人|名(?!\))|件|回|点|%|個|枚|本(?!町)|冊|台(?!町)|倍|歳|才|kg|km|ha|m|組|班|期|級|位|番目|番線|番窓口|番のりば|番札|番の札|号線|号車|号議案|号様式|号棟(?!\d))"
)
_NOT_PLACE = re.compile(
    r"(?:窓口|改札|出口|のりば|会議室|議席|受付|ゲート|ホーム|バス|系統|条例|規則|法律|要綱|要領|告示|通知|議案|契約|電話|内線|TEL|FAX|No|番号|口座|記号|第|約|計|全|各|平成|令和|昭和|大正|午前|午後|型|式|度|率|比|点|議会|定例会|会|委員会|年金|課|係|部|室)$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:(?:現|旧|前|新|転出先|転入前|送付先|附票上の|住民票の?)?住[ ]{0,3}所|居住地|居[ ]?所|本[ ]{0,2}籍(?:地)?|所在地|方書|送付先|転出先|転入前|転入先|実家|自宅|[Aa]ddress|addr)"
    r"(?:[(][^)\n]{0,10}[)])?\"?[ ]{0,5}(?:[:=→はが]|[ ])[ \"「]{0,6}(?P<v>[^\n:、。\t,|\"「」;は]{2,60})"
)
_PLACE = re.compile(
    rf"(?:(?P<p>{_PREFECTURE})[ ]?)?(?P<c>(?:[一-龥々ヶケ]{{1,5}}?|[ぁ-ん]{{2,6}}|[ァ-ヴー]{{2,5}}|同)(?:市(?!立|長|民|内|役|議|営|税|道|政|場)|郡|区(?!内|長|分|域)|町(?!内|長|民|立|役|議|営|税|道)|村(?!長|民|内|立|役|議|営))[ ]?)"
    r"(?P<w>(?:[一-龥々ヶケ]{1,5}?(?:区|町|村)(?![長民内立役議営]))?[ ]?)(?P<t>(?:大字|字)?[一-龥々ヶケノ]{1,8}(?:字[一-龥々ヶケノぁ-ん]{1,8})?(?:町)?)?"
)
_LIVING = re.compile(
    r"[^。\n、]{0,6}(?:在住|に在住|に居住|居住|に住|にお住|に引|へ引|へ転|に転|から転|出身|にある自宅|の自宅|の実家|のお宅|にいた|で生まれ|で暮ら)"
)
_INSTITUTION = re.compile(
    r"[一-龥ぁ-んァ-ヴー]{0,8}?(?:役所|役場|支所|出張所|公民館|会館|学校|小学|中学|高校|高等|大学|病院|医院|クリニック|センター|体育館|図書館|公園|署|局|庁|課|係|部|室|議会|条例|規則|駅|線|ホール|プラザ|協議会|委員会|連合|組合|会社|銀行|信用|支店|住民|市民|職員|議員|市長|町長|地区|地域|全域|地内|方面|産)"
)
_ORDINANCE = re.compile(r"[一-龥ぁ-んァ-ヴー]{0,24}?(?:条例|規則|要綱|法律|憲章)")
_RESIDENT = re.compile(
    r"(?:私の住む|住まいは、?|自宅は、?)(?P<v>[一-龥々ヶケ][一-龥々ヶケぁ-んァ-ヴー]{1,12}?)(?=で|に|の|、|です|。|」)"
)
_LIVES = re.compile(r"(?P<v>[一-龥々ヶケァ-ヴー]{2,12}?)(?=在住|に在住|に居住|に住む|に住んで|に住み|にお住)")
_COUNT = re.compile(r"[約計全]?[\d,]+ ?(?:[件人名回個枚通点戸棟字]|か所|箇所|世帯|丁目?)?")
_NOWHERE = frozenset(
    "市内 町内 村内 区内 県内 県外 市外 町外 都内 近所 隣 近隣 一緒 実家 団地 施設 別 当地 同居 海外 国内 地域 市 町 村 先方 二階 一階 同じ 遠方".split()
)
_AZA = re.compile(r"(?<![一-龥])大字[一-龥々ヶケノ]{1,6}(?:字[一-龥々ヶケノ]{1,6})?(?![一-龥])")
_ADMINISTRATIVE = re.compile(
    rf"{_PREFECTURE}|[一-龥ヶぁ-んァ-ヴー][市郡区](?=[一-龥ぁ-んァ-ヴ ])|大字|字[一-龥]|^同[市町村]|[町村](?=[一-龥ァ-ヴ])"
)
# In Latin letters: 3-19-4 Minami-Ogikubo, Suginami-ku, Tokyo; Sakura Heights 203, 2-3 Aoba-cho. A unit makes sure of it.
_ROMAN_UNIT = re.compile(
    r"-(?:shi|ku|cho|machi|gun|mura|son|ken|chome|dori)(?![a-z])|[a-z](?:cho|machi|chome|gaoka)(?![a-z])"
)
_ROMAN_WORD = r"[A-Z][A-Za-zāīūēōĀĪŪĒŌ'’]{0,20}(?:-[A-Za-zāīūēō]{1,20}){0,3}"
_ROMAN_PART = rf"{_ROMAN_WORD}(?: {_ROMAN_WORD}){{0,2}}(?: ?#?\d{{1,4}}[A-Z]?(?![\d-]))?"
_ROMAN_BUILDING = rf"{_ROMAN_WORD}(?: {_ROMAN_WORD}){{0,2}} ?#?\d{{1,4}}[A-Z]?"
_ROMAN_NUMBER = r"(?!0)\d{1,4}(?:-\d{1,4}){1,3}(?!\d)"
_ROMAN = re.compile(
    rf"(?<![A-Za-z\d-])(?:(?:(?:Room|Apt\.?|Unit) ?#?\d{{1,4}}[A-Z]?, (?:{_ROMAN_WORD}(?: {_ROMAN_WORD})?, )?|{_ROMAN_BUILDING},? ?)?{_ROMAN_NUMBER},? {_ROMAN_PART}|{_ROMAN_WORD} {_ROMAN_NUMBER})(?:, ?{_ROMAN_PART}){{0,4}}"
)
_KANA = re.compile(
    r"(?<![ぁ-ん])(?:[ぁ-ん]{2,7}?(?:けん|し|く|ぐん|ちょう|まち|むら) ){0,3}[ぁ-ん]{2,7}(?:ちょう|まち|むら|く) ?\d{1,4}(?:(?:-| ?の ?)\d{1,4}){1,3}(?!\d)"
)
"""As in letters in plain Japanese: みどりかわし さかえちょう 5-2."""
# A town's house in a western country, or the name of a road as residents from there write it: 14 Marlow Road.
_ROAD = re.compile(
    rf"(?<![A-Za-z\d-])(?:{_ROMAN_WORD}, )?(?:(?:Apt\.?|Flat|Unit|Room) ?#?\d{{1,4}}[A-Z]?, )?\d{{1,5}}[A-Za-z]? {_ROMAN_WORD}(?: {_ROMAN_WORD})?"
    rf" (?:Road|Rd|Street|St|Avenue|Ave|Lane|Drive|Boulevard|Blvd|Terrace|Crescent|Close)(?![A-Za-z])\.?(?:, {_ROMAN_WORD}(?: {_ROMAN_WORD})?){{0,3}}"
)
_ROAD_WORD = re.compile(
    r"(?<=[a-z] )(?:Road|Rd|Street|St|Avenue|Ave|Lane|Drive|Boulevard|Blvd|Terrace|Crescent|Close)(?![a-z])"
)
# A building, and the city before the number: Heights Mizuki 105, Yamanashi-shi Ogawara 820.
_ROMAN_NUMBERED = re.compile(
    rf"(?<![A-Za-z\d-])(?:{_ROMAN_BUILDING}, )?{_ROMAN_WORD}(?:[ ,]{{1,2}}{_ROMAN_WORD}){{0,3}} (?!0)\d{{1,4}}(?:-\d{{1,4}}){{0,3}}(?![\d-])"
)
# A flat of a block, though its town is not said: あけぼの住宅B棟12号, 県営当山団地5-301.
_FLAT = re.compile(
    r"(?:(?<![一-龥ァ-ヴーぁ-ん])[ぁ-ん]{2,8}?|(?<![一-龥々ァ-ヴーヶ])[一-龥々ァ-ヴーヶ]{1,12}?)(?:住宅|団地|アパート|ハイツ|マンション|コーポ|寮|荘)"
    r"[ ]?(?:(?:第?\d{1,2}|[A-Z])[号]?棟[ ]?(?:の[ ]?)?\d{1,4}(?:号室|号|室)?|\d{1,3}-\d{2,4}(?:号室|号)?|\d{2,4}(?:号室|号))(?![\d-])"
)
_LONGEST_MUNICIPALITY_STEM = 3
_REACH = 44


def read(page: Page) -> Iterator[Hit]:
    """Addresses with numbers anywhere; without numbers behind a label, in a municipality, or where somebody lives."""
    yield from _numbered(page)
    yield from _labelled(page)
    yield from _places(page)
    for match in _AZA.finditer(page.words):
        yield Hit(*match.span(), "address", 0.7)
    yield from _foreign(page.words)
    for pattern, score in ((_FLAT, 0.8), (_KANA, 0.85)):
        for match in pattern.finditer(page.words):
            yield Hit(*match.span(), "address", score)
    for field in page.fields:
        if field.kind == "address":
            yield field


def _foreign(text: str) -> Iterator[Hit]:
    """Addresses in Latin letters: of Japan where a unit says so, of elsewhere by the word for a road."""
    if _ROMAN_UNIT.search(text):
        for pattern, score in ((_ROMAN, 0.85), (_ROMAN_NUMBERED, 0.8)):
            for match in pattern.finditer(text):
                if _ROMAN_UNIT.search(match[0]):
                    yield Hit(*match.span(), "address", score)
    if _ROAD_WORD.search(text):
        for match in _ROAD.finditer(text):
            yield Hit(*match.span(), "address", 0.8)


def _numbered(page: Page) -> Iterator[Hit]:
    text = page.text
    for block in _BLOCK.finditer(text):
        if block[0] and not _NOT_AFTER.match(text, block.end()):
            yield from _around(page, block.start(), block.end(), plain=False)
    for block in _PLAIN.finditer(text):
        yield from _around(page, block.start(), block.end(), plain=True)


def _around(page: Page, number: int, end: int, *, plain: bool) -> Iterator[Hit]:
    text = page.text
    start = _begin(page, number)
    if start is None:
        return
    place, block = text[start:number].rstrip(" の"), text[number:end]
    if not place or _NOT_PLACE.search(place) or not _convincing(place, block, plain=plain):
        return
    behind = _BUILDING.match(text, end)
    end = behind.end() if behind else end
    while end > number and text[end - 1] in " -のノ":
        end -= 1
    yield Hit(start, end, "address", 0.88)


def _convincing(place: str, block: str, *, plain: bool) -> bool:
    """Whether place and number make an address and no other count of things."""
    admin = _ADMINISTRATIVE.search(place)
    if plain:
        ends_well = re.search(r"[一-龥ァ-ヴー]$", place) is not None and _ADMIN_END.search(place[:-1]) is None
        return admin is not None and ends_well and len(place) > _LONGEST_MUNICIPALITY_STEM
    if admin or "丁目" in block or "番地" in block or "地割" in block or re.search(r"番\d+号?", block):
        return True
    parts = block.count("-") + block.count("の")
    known = parts > 1 and "地" in word_classes(place)
    return known or (
        _TOWN_END.search(place) is not None
        and (parts > 1 or (parts == 1 and place.endswith(("町", "台", "丘", "丁", "区", "村"))))
    )


def _begin(page: Page, number: int) -> int | None:
    """Where the place before a number begins: nouns, place by place, a blank only behind an administrative unit."""
    within = page.reading.word_at(number)
    start = (
        within.start if within and within.start < number and within.pos[2] == "地名" else None
    )  # 本町三丁目 is one word
    words = page.reading.words(max(0, number - _REACH), number if start is None else start)
    if start is None and (not words or words[-1].end != number):
        return None
    for n in range(len(words) - 1, -1, -1):
        word = words[n]
        if word.surface == " ":
            if n == 0 or not (start is None or _ADMIN_END.search(words[n - 1].surface)):
                break
            continue
        if word.surface in {"の", "ノ"} and n and start is None and words[n - 1].pos[0] == "名詞":
            continue
        if not _placelike(word, first=start is None):
            break
        start = word.start
    if start is not None and number - start > 1 and page.words[start:number].strip() in _STOP:
        return None
    return start


def _placelike(word: Token, *, first: bool) -> bool:
    if word.surface in _STOP or word.pos[0] not in {
        "名詞",
        "接頭辞",
        "接尾辞",
        "形状詞",
        "動詞",
        "形容詞",
        "助詞",
        "連体詞",
    }:
        return False
    if word.pos[0] in {"助詞", "動詞", "形容詞", "連体詞"} and (
        first
        or word.surface not in {"が", "ヶ", "ケ", "ガ", "ノ", "の", "上る", "下る", "上ル", "下ル", "入る", "入ル"}
    ):
        return bool(re.fullmatch(r"[一-龥]+", word.surface))
    return re.fullmatch(r"[一-龥々ヶケノぁ-んァ-ヴー〇]+", word.surface) is not None


def _labelled(page: Page) -> Iterator[Hit]:
    """What stands behind 住所, as far as it looks like an address."""
    text = page.words
    for match in _LABELLED.finditer(text):
        start, end = match.span("v")
        value = re.split(
            r"[ ]{2,}|[ ]?(?:電話|TEL|℡|氏名|生年月日|世帯|宛名|番号|\(|→|/)|に|を|へ|から", text[start:end]
        )[0].rstrip()
        code = re.match(r"〒?\d{3}-?\d{4}[ ]*", value)
        begin = code.end() if code else 0
        value = value[begin:]
        if (
            len(value) > 1
            and not _COUNT.fullmatch(value)
            and re.search(r"[一-龥ぁ-んァ-ヴA-Za-z]", value)
            and re.search(r"[市区町村郡都道府県字]|\d|番", value)
        ):
            yield Hit(start + begin, start + begin + len(value), "address", 0.9)


def _places(page: Page) -> Iterator[Hit]:
    """A municipality and a place in it; a prefecture and a municipality where somebody lives."""
    text, marks = page.words, page.reading.boundaries
    for match in _PLACE.finditer(text):
        end = _whole(page, match.end())
        town = match["t"] or (match["w"].strip() if match["w"].strip().endswith(("町", "村")) else "")
        begin = match.start("t") if match["t"] else match.start("w")
        if (
            match.start() not in marks
            or _INSTITUTION.match(text, match.end("w"))
            or _ORDINANCE.match(text, match.end("w"))
        ):
            continue
        if town and (end in marks or text[end - 1] == "町") and (not match["t"] or _town(page, begin, end)):
            yield Hit(match.start(), end, "address", 0.75)
        elif match["p"] or match["w"].strip() or _LIVING.match(text, match.end("w")):
            yield Hit(match.start(), max(_whole(page, match.end("w")), match.start() + 1), "address", 0.7)
    for match in (*_RESIDENT.finditer(text), *_LIVES.finditer(text)):
        if (
            match.start("v") in marks
            and match["v"] not in _NOWHERE
            and all(_placelike(w, first=False) for w in page.reading.words(*match.span("v")))
        ):
            yield Hit(*match.span("v"), "address", 0.65)


def _whole(page: Page, end: int) -> int:
    """The end of the place name that covers ``end``: the dictionary knows many addresses as one word."""
    while end and page.words[end - 1] == " ":
        end -= 1
    word = page.reading.word_at(end - 1)
    return word.end if word and word.pos[2] == "地名" else end


def _town(page: Page, start: int, end: int) -> bool:
    words = page.reading.words(start, end)
    covering = page.reading.word_at(start)
    if covering and covering.start < start and covering.pos[2] == "地名":
        return True
    return (
        bool(words)
        and words[0].pos[0] in {"名詞", "接頭辞"}
        and all(
            word.pos[1] == "固有名詞" or word.is_oov or len(word.surface) == 1 or _TOWN_END.search(word.surface)
            for word in words
        )
    )
