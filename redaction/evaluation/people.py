"""Invented people with everything that an office knows about them; check digits are right. No one of them lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redaction import checkdigits

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

# Surname and given name with their reading; common ones, rare ones, and such as are also places or words.
_SURNAMES = tuple(
    pair.split("/")
    for pair in (
        "佐藤/サトウ 鈴木/スズキ 高橋/タカハシ 田中/タナカ 渡邉/ワタナベ 伊藤/イトウ 山本/ヤマモト 中村/ナカムラ 小林/コバヤシ 加藤/カトウ 吉田/ヨシダ 齋藤/サイトウ 福島/フクシマ 宮崎/ミヤザキ"
        " 石川/イシカワ 千葉/チバ 奈良/ナラ 長崎/ナガサキ 東/アズマ 森/モリ 原/ハラ 林/ハヤシ 泉/イズミ 髙﨑/タカサキ 濵口/ハマグチ 霧谷/キリタニ 白鷺/シラサギ 月見里/ヤマナシ 小鳥遊/タカナシ"
        " 百目鬼/ドウメキ 五十嵐/イガラシ 勅使河原/テシガワラ 波多野/ハタノ 比嘉/ヒガ 金城/キンジョウ 阿部/アベ 菊地/キクチ 畠山/ハタケヤマ 似鳥/ニトリ 雲林院/ウジイ 南雲/ナグモ 栗花落/ツユリ"
        " 薄井/ウスイ 塩原/シオバラ 久慈/クジ 二階堂/ニカイドウ 鷲尾/ワシオ 樋渡/ヒワタシ 汐見/シオミ 早乙女/サオトメ 蓬田/ヨモギダ 錦織/ニシコリ 宇佐美/ウサミ 海老原/エビハラ 四方/シカタ"
    ).split()
)
_GIVEN = {
    "女": tuple(
        pair.split("/")
        for pair in (
            "花子/ハナコ すみれ/スミレ よし江/ヨシエ 美咲/ミサキ 陽菜/ヒナ 千鶴/チヅル 和子/カズコ 紗英/サエ 香織/カオリ 結衣/ユイ 真由美/マユミ トメ/トメ キヨ/キヨ 律/リツ 凪/ナギ 琴音/コトネ"
            " さくら/サクラ 彩乃/アヤノ 節子/セツコ 光/ヒカリ 心愛/ココア 文/フミ 瑞穂/ミズホ ゆかり/ユカリ 愛梨/アイリ 静江/シズエ 楓/カエデ 茉莉花/マリカ"
        ).split()
    ),
    "男": tuple(
        pair.split("/")
        for pair in (
            "太郎/タロウ 一郎/イチロウ 健/ケン 大翔/ヒロト 蓮/レン 義男/ヨシオ 正/タダシ 修平/シュウヘイ 悠真/ユウマ 勝/マサル 隆之介/リュウノスケ 実/ミノル 拓海/タクミ 清/キヨシ 湊/ミナト"
            " 亮/リョウ 徹/トオル 幸三郎/コウザブロウ 颯太/ソウタ 光/ヒカル 翼/ツバサ 茂/シゲル 直樹/ナオキ 匠/タクミ 昭/アキラ 岳/ガク 誠司/セイジ 伊織/イオリ"
        ).split()
    ),
}
_FOREIGN = tuple(
    pair.split("/")
    for pair in (
        "グエン・ティ・ラン/Nguyen_Thi_Lan マリア・サントス/Maria_Santos ジョン・ミラー/John_Miller パク・ジウン/Park_Jieun オリベイラ・カルロス/Carlos_Oliveira アリ・ハッサン/Hassan_Ali"
        " シャルマ・プリヤ/Priya_Sharma 王・麗華/Wang_Lihua テイラー・エマ/Emma_Taylor ラマ・ビカス/Bikas_Lama"
    ).split()
)
_CITIES = (
    "青葉野市",
    "三ツ浜市",
    "緑が丘町",
    "東雲市",
    "白鷺市北区",
    "霧島町",
    "千代川村",
    "大葉市",
)
_PREFECTURES = ("", "", "北海道", "青森県", "長野県", "静岡県", "兵庫県", "島根県", "福岡県", "沖縄県")
_TOWNS = (
    "本町",
    "中央",
    "栄町",
    "大字川上字前田",
    "若葉台",
    "泉",
    "桜ヶ丘",
    "新田",
    "西原",
    "港南",
    "字浜乙",
    "南三条西",
)
_HOUSES = ("", "", "", " みどり荘201号室", "コーポ若葉A-102", " メゾン青葉305", " 県営住宅3号棟12", "　白石方")
_PLATES = ("品川", "札幌", "長野", "つくば", "なにわ", "福岡", "高知", "富士山")
_KANA = "あいうえかきくけこさすせそたちつてとなにぬねのはひふほまみむめもやゆよらりるろわ"


class Person:
    """Facts about one invented person, each made when first asked for and then the same. Keyed by a slot's name."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.sex = chance.choice("女男")
        self.surname, self.surname_kana = chance.choice(_SURNAMES)
        self.given, self.given_kana = chance.choice(_GIVEN[self.sex])
        self.foreign, self.roman = (name.replace("_", " ") for name in chance.choice(_FOREIGN))
        self.age = chance.randint(1, 97)
        self._facts: dict[str, str] = {}

    def fact(self, name: str) -> str:
        """The value of a slot. Raises KeyError for a slot that no person has."""
        if name not in self._facts:
            self._facts[name] = FACTS[name][1](self, self._chance)
        return self._facts[name]


def _name(person: Person, chance: random.Random) -> str:
    return person.surname + chance.choice(("", "", " ", "　")) + person.given


def _born(person: Person, chance: random.Random) -> str:
    year, month, day = 2026 - person.age, chance.randint(1, 12), chance.randint(1, 28)
    era, first = next(
        (era, first) for era, first in (("令和", 2019), ("平成", 1989), ("昭和", 1926), ("大正", 1912)) if year >= first
    )
    letter = {"令和": "R", "平成": "H", "昭和": "S", "大正": "T"}[era]
    return chance.choice(
        (
            f"{era}{year - first + 1}年{month}月{day}日",
            f"{letter}{year - first + 1}.{month}.{day}",
            f"{year}年{month}月{day}日",
            f"{year}-{month:02d}-{day:02d}",
            f"{year}/{month:02d}/{day:02d}",
        )
    )


def _address(_: Person, chance: random.Random) -> str:
    block = chance.choice(("{}丁目{}番{}号", "{}-{}-{}", "{}丁目{}-{}", "{}番地{}")).format(
        chance.randint(1, 9), chance.randint(1, 40), chance.randint(1, 30)
    )
    return chance.choice(_PREFECTURES) + chance.choice(_CITIES) + chance.choice(_TOWNS) + block + chance.choice(_HOUSES)


def _digits(length: int, chance: random.Random) -> str:
    return "".join(chance.choice("0123456789") for _ in range(length))


def _checked(length: int, valid: Callable[[str], bool], chance: random.Random) -> str:
    """Digits that pass a check: the first that does among random ones."""
    while not valid(number := _digits(length, chance)):
        pass
    return number


def _my_number(_: Person, chance: random.Random) -> str:
    number = _checked(12, checkdigits.my_number, chance)
    mark = chance.choice(("", "-", " "))
    return mark.join((number[:4], number[4:8], number[8:]))


def _phone(_: Person, chance: random.Random) -> str:
    mobile = f"{chance.choice(('090', '080', '070'))}-{_digits(4, chance)}-{_digits(4, chance)}"
    fixed = f"0{chance.randint(11, 98)}-{chance.randint(200, 899)}-{_digits(4, chance)}"
    number = chance.choice((mobile, mobile, fixed))
    return chance.choice((number, number, number.replace("-", "") if number[0:2] in {"09", "08", "07"} else number))


def _license(_: Person, chance: random.Random) -> str:
    return _checked(12, lambda number: number[0] in "34567" and checkdigits.driver_license(number), chance)


def _card(_: Person, chance: random.Random) -> str:
    number = _checked(16, lambda digits: digits[0] in "45" and checkdigits.luhn(digits), chance)
    return chance.choice((number, "-".join(number[n : n + 4] for n in range(0, 16, 4))))


def _mail(person: Person, chance: random.Random) -> str:
    return f"{person.roman.split()[0].lower()}{chance.randint(1, 99)}@{chance.choice(('mail', 'home', 'net'))}.example.{chance.choice(('jp', 'com'))}"


def _password(_: Person, chance: random.Random) -> str:
    word = chance.choice(("Sakura", "aoba", "Kiri", "midori", "Tsuki", "hanabi"))
    return f"{word}{chance.choice('#!@_-')}{chance.randint(10, 9999)}"


def _plate(_: Person, chance: random.Random) -> str:
    return f"{chance.choice(_PLATES)} {chance.randint(300, 599)} {chance.choice(_KANA)} {chance.randint(10, 99)}-{chance.randint(10, 99)}"


def _of(template: str) -> Callable[[Person, random.Random], str]:
    """A number by a picture: 9 for a digit, A for a capital letter, everything else as it stands."""

    def make(_: Person, chance: random.Random) -> str:
        return "".join(
            chance.choice("0123456789") if c == "9" else chance.choice("ABCDEFGHJKLMNPRSTUVWXYZ") if c == "A" else c
            for c in template
        )

    return make


# Slot → gold label and how its value is made.
FACTS: dict[str, tuple[str, Callable[[Person, random.Random], str]]] = {
    "name": ("PERSON", _name),
    "surname": ("PERSON", lambda person, _: person.surname),
    "given": ("PERSON", lambda person, _: person.given),
    "kana": ("PERSON", lambda person, _: f"{person.surname_kana} {person.given_kana}"),
    "foreign": ("PERSON", lambda person, _: person.foreign),
    "roman": ("PERSON", lambda person, _: person.roman),
    "born": ("DATE_OF_BIRTH", _born),
    "age": ("AGE", lambda person, _: f"{person.age}歳"),
    "sex": ("SEX", lambda person, _: person.sex),
    "address": ("ADDRESS", _address),
    "zip": ("POSTAL_CODE", _of("999-9999")),
    "phone": ("PHONE", _phone),
    "mail": ("EMAIL", _mail),
    "url": ("URL", _of("https://photo.example.com/u/AA9999")),
    "ip": ("IP_ADDRESS", lambda _, chance: f"203.0.113.{chance.randint(1, 254)}"),
    "my_number": ("MY_NUMBER", _my_number),
    "juminhyo": ("JUMINHYO_CODE", _of("99999999999")),
    "license": ("DRIVER_LICENSE", _license),
    "passport": ("PASSPORT", _of("AA9999999")),
    "residence": ("RESIDENCE_CARD", _of("AA99999999AA")),
    "pension": ("PENSION_NUMBER", _of("9999-999999")),
    "health": ("HEALTH_INSURANCE", _of("99999999")),
    "care": ("CARE_INSURANCE", _of("0000999999")),
    "employment": ("EMPLOYMENT_INSURANCE", _of("9999-999999-9")),
    "account": ("BANK_ACCOUNT", _of("9999999")),
    "card": ("CREDIT_CARD", _card),
    "plate": ("VEHICLE_NUMBER", _plate),
    "file": ("RESIDENT_ID", _of("00999999")),
    "case": ("RESIDENT_ID", _of("A-99999")),
    "student": ("STUDENT_ID", _of("S99-9999")),
    "password": ("CREDENTIAL", _password),
}
