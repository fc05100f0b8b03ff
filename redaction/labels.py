"""Labels and the values behind them: 氏名：…, マイナンバーは…, "phone": "…", user=….

A label says what the next value is, wherever it stands: in a form, in a sentence, in JSON. The
value must still have the shape of its kind, so that a label that is only talked about finds nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redaction.hit import Hit
from redaction.sieve import Sieve

if TYPE_CHECKING:
    from collections.abc import Iterator


# Between a label and its value: particles, brackets, quotes, a word for "number", one line break.
_FILL = (
    r"(?:[ :=はがをもの\"'「『(\[【<>\t・/,]|\\|です|番号|記号|No\.?|no\.?|ﾅﾝﾊﾞｰ|\(枝番\)|ナンバー|number|カード|証|欄|コピー|写し|holder|is|was|→|について|本人|(?:\n[ ]{0,4}))"
    r"{0,%d}"
)
_TAIL = r"(?![-.]?\d)(?![A-Za-z])"
_GAP = r"[- .・]{0,3}"
_DIGIT_RUN = r"\d(?:[-. \n]{0,3}\d){%d}" + _TAIL
# An identifier of any office: letters, digits, hyphens, a single kanji as a class mark.
_ID = r"(?:第)?(?=[^\s,、。]{0,8}\d[^\s,、。]{0,4}\d)(?:[A-Za-z]{1,5}[-/]?|[一-龥]{1,2}[-0-9]|)(?:\d{4}(?: \d{4}){2,4}|\d{4} \d{4} \d{3}(?!\d)|[A-Za-z]{0,3}\d[\dA-Za-z]*(?:[-・][一-龥A-Za-z\d]+){0,5})(?<=[\dA-Za-z])(?![桁回人名件])(?:号(?=[)」、。\s]|$))?"
_NUMERAL = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
# The same without a word for "number" before it: four digits or more.
_LONG_ID = r"(?:第)?(?:[A-Za-z]{1,4}-?|[一-龥]-)?(?=(?:[^\s\d]{0,2}\d){4})(?!(?:19|20)\d\d(?![\dA-Za-z-]))(?:\d{4} \d{4} \d{3,4}|\d[\dA-Z]*(?:[-・][\dA-Z一-龥]+){0,4})(?<=[\dA-Z])(?![\d,.:/年月日円人名件桁%℃])"
_ERA_DATE = (
    rf"(?:(?:明治|大正|昭和|平成|令和|[MTSHR明大昭平令]) ?(?:{_NUMERAL}|元)|(?:19|20)\d\d|[一二]九?[〇一二三四五六七八九]{{2,3}}(?=年)|'?\d\d(?=[./-]))"
    rf" ?(?:年の?|ねん|[./・-]) ?{_NUMERAL} ?(?:月の?|がつ|[./・-])(?: ?{_NUMERAL}(?: ?[日か])?)?"
    r"|(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)|(?:昭和|平成|令和|大正)" + _NUMERAL + r"年"
    r"|(?<![A-Za-z\d])[MTSHR]\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,? \d{4}"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2},? \d{4}"
)
DATE = re.compile(rf"(?=[\d'明大昭平令MTSHRJFAOND一二])(?<![\d.])(?:{_ERA_DATE})")
"""A date in the western or a Japanese calendar, to the day or the month, or a Japanese year."""

# Number words that belong to a document, a thing or an organisation rather than to a person.
NO_PERSON = re.compile(
    r"(?:文書|納品書?|検収|入札|仕様書|議案|契約|伝票|管理|法人|登録|電話|携帯|郵便|ファクス|発注|見積|見積書|請求書|工事|案件|事業|事業者|予算|受付|型|型式|部品|製造|製品"
    r"|品|機器|シリアル|ロット|問い?合わ?せ|受注|公告|告示|条例|物件|資産|備品|地番|部屋|座席|席|窓口|ポート|注文|支払|決裁|起案|施行|収受"
    r"|ページ|項目|回線|内線|便|列車|代表|整理券|順|背|一連|通し|様式|図面|路線|区分|科目|年度|問題|質問|設問|索引|号|指令|無線|チケット|ジョブ"
    r"|図書|資料|分類|バージョン|台帳|ドアの?|ロッカー|店|店舗|銀行|支店|金融機関|口座|免許|旅券|年金|保険者|個人|マイ|在留|被保険者"
    r"|呼出|改修|単価|帳票|部署|エラー|離職理由|団地|倉庫|写真|領収|監査|試験|鑑札|インシデント|収納機関|負担者|認証|バンク|レコード|発券|暗証|車両|課題|バス停)(?:番号|No\.?|コード|ID)$"
)
_LONGEST_WORD = 8
"""Characters of the longest word before 番号 that says whose number it is."""
# kind, label, value, longest fill, score. The first label that fits at a place wins.
_TABLE: tuple[tuple[str, str, str, int, float], ...] = (
    ("my_number", r"個人番号(?!カード)|マイナンバー|共通番号|[Mm]y ?[Nn]umber|[Ii]ndividual [Nn]umber", _DIGIT_RUN % 11, 8, 0.95),
    ("juminhyo_code", r"住民票コード|住民票のコード|住基コード|JUMINHYO[^\n]{0,24}code", _DIGIT_RUN % 10, 8, 0.96),
    ("driver_license", r"運転免許証?|免許証|免許番号|免許(?!の)|運転経歴証明書|[Dd]river'?s? [Ll]icen[cs]e", _DIGIT_RUN % 11, 8, 0.97),
    ("passport", r"旅券|パスポート|[Pp]assport(?: [Nn]o\.?)?", r"(?:[A-Z]{1,2} ?\d{4} ?\d{3,4}[A-Z]?|(?=[A-Z0-9]{7,9}(?![A-Za-z0-9]))[A-Z0-9]*\d{2,}[A-Z0-9]*\d[A-Z0-9]*)" + _TAIL, 8, 0.96),
    ("pension_number", r"基礎年金番号|年金番号|年金手帳|年金|ねんきん|[Pp]ension", r"\d{4}[- \n]?\d{6}" + _TAIL, 6, 0.93),
    ("employment_insurance", r"雇用保険(?:被保険者)?", r"\d{4}[- \n]?\d{6}[- \n]?\d" + _TAIL, 8, 0.95),
    ("care_insurance", r"介護保険(?:被保険者)?(?:番号|証)?|被保険者番号|被保番|[Cc]are ?[Nn]o", r"(?:[HＨ]\d{9}|\d{10}|\d{2} \d{4} \d{4}|\d{3}-\d{3}-\d{4})" + _TAIL, 6, 0.94),
    ("health_insurance", r"後期高齢(?:者医療)?(?:被保険者)?|後期の?|被保険者番号|被保番|(?<!被)保険者番号", r"(?:旧)?\d{6,8}" + _TAIL, 6, 0.9),
    ("health_insurance", r"(?<!請求)記号 ?番号|ほけん(?:しょう|証)の? ?(?:ばんごう|きごう)|保険証(?:の番号|番号)?", r"(?:[一-龥](?: |-|))?\d(?:[-・]?\d){2,13}" + _TAIL, 4, 0.9),
    ("bank_account", r"口座番号|口座|普通預金|普通|当座|貯蓄|\(普\)|[Aa]ccount", r"(?:\d{3,5}-\d(?:-?\d){5,8}|\d{3} ?\d{4}(?!\d)(?![年円]))" , 6, 0.92),
    ("student_id", r"(?:学籍|学生証)(?:番号|No\.?|コード|証)?|(?:生徒|児童|園児|出席|奨学生|学生)(?:番号|No\.?|コード|証)", _ID, 6, 0.9),
    ("resident_id", r"(?<=さま|[一-龥ァ-ヴー]{2})(?:番号|No\.?|コード|ID)", _ID, 5, 0.86),
    ("resident_id", r"(?:障害者?|療育|保健福祉|身体障害者|精神)手帳?(?:[^\d\n。]{0,8})?\((?:[^\s\d()]{0,2})第?", _ID, 2, 0.84),
    # A certificate of who somebody is, and 第…号: 在外選挙人証 第0812-55号.
    ("resident_id", r"[人者員民]証(?:明書)?", r"第[A-Za-z]?\d[\d-]{2,10}号?", 1, 0.8),
    # The bare name of what has a number, and a number right behind it.
    ("resident_id", r"宛名|受給者証?|利用者証?|利用券|利用カード|水栓|メーター|お客(?:様|さま)|農家|手帳|医療券|ケース|診察券|患者|印鑑登録証?|会員証?|納税者|世帯|区画|罹災証明書?|証明書?番?", r"第?" + _LONG_ID, 2, 0.8),
    # 番号 of something named before, with nothing said about what it is.
    ("resident_id", r"(?<![一-龥ァ-ヴー〒A-Za-z])(?:番号|ばんごう)", _LONG_ID, 2, 0.7),
    # Keys of logs and data.
    ("resident_id", r"(?<![A-Za-z])(?:atena|setai|household|jumin|kojin|cust(?:omer)?|case|patient|taxpayer|resident|member|citizen|client|applicant|user)(?:_?(?:id|no|num|number|code|cd|bango))?(?=[\"' ]{0,2}[=:])|(?:resident|household|customer|member|patient|case|reference) (?:ID|number|no\.)", _LONG_ID, 6, 0.8),
)  # fmt: skip
_WITH_ORDINAL = frozenset({"resident_id", "student_id"})
"""Kinds whose numbers are written 第…号, with both characters."""
_COMPILED = tuple(
    (
        kind,
        re.compile(label),
        re.compile(f"{_FILL % fill}{'' if kind in _WITH_ORDINAL else '第?'}(?P<v>{value})"),
        score,
    )
    for kind, label, value, fill, score in _TABLE
)


def read(text: str) -> Iterator[Hit]:
    """Hits of a text, left to right for each kind of label. Linear in the length of the text."""
    for n in sorted(_SIEVE.passing(text)):
        kind, label, value, score = _COMPILED[n]
        for match in label.finditer(text):
            if kind == "resident_id" and NO_PERSON.search(text, max(0, match.start() - _LONGEST_WORD), match.end()):
                continue
            if found := value.match(text, match.end()):
                yield Hit(*found.span("v"), kind, score)
                yield from _siblings(text, found["v"], found.end("v"), kind, score)


_SIEVE = Sieve([label for _, label, _, _ in _COMPILED])
_LEADS_ON = re.compile(r" ?(?:[/、,・〜~]|→[新旧]?|及び|と) ?[0-9A-Za-z一-龥]")


def _siblings(text: str, value: str, end: int, kind: str, score: float) -> Iterator[Hit]:
    """More values of the same form in a row: 101782/101796, 2403-11〜2403-13."""
    if not _LEADS_ON.match(text, end):
        return
    form = re.sub("[0-9]", r"\\d", re.escape(value))
    another = re.compile(rf" ?(?:[/、,・〜~]|→[新旧]?|及び|と) ?(?P<v>{form})(?![\dA-Za-z-])")
    while found := another.match(text, end):
        yield Hit(*found.span("v"), kind, score)
        end = found.end("v")
