"""Birth dates, ages, sexes, cars and municipal numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redaction.recognizers.person_facts import AgeAndSex, BirthDate, MunicipalNumbers, Vehicle

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("生年月日：1980年3月1日", "1980年3月1日"),
        ("生年月日　昭和55年3月1日", "昭和55年3月1日"),
        ("昭55.3.1生", "昭55.3.1"),
        ("S55.3.1生まれの方", "S55.3.1"),
        ("生年月日19800301", "19800301"),
        ("令和元年5月1日生", "令和元年5月1日"),
        ("昭和五十五年三月一日生まれ", "昭和五十五年三月一日"),
        ("Ｓ５５．３．１生", "Ｓ５５．３．１"),
        ("山田太郎（R2/1/5）", "R2/1/5"),
        ("born on 12 May 2007", "12 May 2007"),
        ("昭和廿七年七月廿日生", "昭和廿七年七月廿日"),
        ("昭10・9・23生まれ", "昭10・9・23"),
        ("T15.11.3", "T15.11.3"),
        ("佐藤花子の控え、S230411", "S230411"),
        ("生年月日をお願いします。\n（音羽）平成元年の十一月六日です", "平成元年の十一月六日"),
        ("うまれ　１９９９／８／８", "１９９９／８／８"),
        ("2018ねん4がつ2かに うまれました", "2018ねん4がつ2か"),
        ("氏は昭和三十四年長野県に生まれ", "昭和三十四年"),
        ("第一子は12/9生まれ", "12/9"),
        ("凪咲ちゃん　9月3日生", "9月3日"),
        ("亡母（大14生）", "大14"),
        ("nasceu em 17/06/2021", "17/06/2021"),
        ("昭和55年\u200b3月1日生", "昭和55年\u200b3月1日"),
    ],
)
def test_birth_date(find: Callable[..., Any], text: str, wanted: str) -> None:
    assert ("date_of_birth", wanted) in find(BirthDate(), text)


@pytest.mark.parametrize(
    "text",
    ["昭和63年条例第5号", "令和7年4月1日から施行する。", "平成28年3月31日付けの通知", "会議は2026-06-01に開きます。"],
)
def test_no_birth_date(find: Callable[..., Any], text: str) -> None:
    assert find(BirthDate(), text) == []


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("本人は45歳です。", "age", "45歳"),
        ("母（満85歳）と暮らす", "age", "満85歳"),
        ("九十一歳の母", "age", "九十一歳"),
        ("山田太郎（45）", "age", "45"),
        ("性別：男性", "sex", "男性"),
        ("（45歳・女性）", "sex", "女性"),
        ("４５歳の男性", "age", "４５歳"),
        ("母は九十四で、週に三日通う", "age", "九十四"),
        ("今年で八十一になります", "age", "八十一"),
        ("児（生後8か月）", "age", "生後8か月"),
        ("次男は1歳半。", "age", "1歳半"),
        ("匿名の女性から電話", "sex", "女性"),
        ("佐々と名乗る男。", "sex", "男"),
    ],
)
def test_age_and_sex(find: Callable[..., Any], text: str, kind: str, wanted: str) -> None:
    assert (kind, wanted) in find(AgeAndSex(), text)


@pytest.mark.parametrize(
    "text",
    [
        "65歳以上の方が対象です。",
        "1歳6か月児健診",
        "男女共同参画を進めます。",
        "18歳未満は無料",
        "生後4か月から接種できます。",
        "参加は三十名でした",
        "若い女性職員の会",
    ],
)
def test_no_age_or_sex(find: Callable[..., Any], text: str) -> None:
    assert find(AgeAndSex(), text) == []


@pytest.mark.parametrize(
    "number",
    [
        "品川500あ12-34",
        "品川 500 あ 12-34",
        "品川５００あ１２－３４",
        "長野 580 す ・・12",
        "つくば 330 さ ・2-17",
        "倉敷 41 き ・6-05",
        "品川500あ12\u200b-34",
    ],
)
def test_vehicle(find: Callable[..., Any], number: str) -> None:
    assert find(Vehicle(), f"車は{number}です") == [("vehicle_number", number)]


def test_no_vehicle(find: Callable[..., Any]) -> None:
    assert find(Vehicle(), "平成30年の12月に3台") == []


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("宛名番号 5931943786", "resident_id", "5931943786"),
        ("世帯番号：９２４８０５２７", "resident_id", "９２４８０５２７"),
        ("手帳番号は第14-2256号です", "resident_id", "第14-2256号"),
        ("お客様番号00518-3-2771", "resident_id", "00518-3-2771"),
        ("学籍番号A369974の児童", "student_id", "A369974"),
        ("宛名番号,氏名,住所\n00412255,青葉太郎,本町1", "resident_id", "00412255"),
        ("職員番号 101782/101796", "resident_id", "101796"),
        ("名簿番号 2403-11〜2403-13", "resident_id", "2403-13"),
        ("宛名00871153の方", "resident_id", "00871153"),
        ("view atena=00871153 ok", "resident_id", "00871153"),
        ("宛名番号 〇〇八七一一五三", "resident_id", "〇〇八七一一五三"),
        ("宛名番号 0087\u200b1153", "resident_id", "0087\u200b1153"),
        ("利用者番号 2000 4471 836", "resident_id", "2000 4471 836"),
    ],
)
def test_municipal_numbers(find: Callable[..., Any], text: str, kind: str, wanted: str) -> None:
    assert (kind, wanted) in find(MunicipalNumbers(), text)


@pytest.mark.parametrize(
    "text",
    [
        "文書番号123-4",
        "議案番号12",
        "契約番号06-0412",
        "工事番号第7号",
        "電話番号は3番です",
        "受給者番号は7桁",
        "暗証番号を3回間違えた",
        "写真No.14〜17",
        "番号札を取る",
    ],
)
def test_no_municipal_number(find: Callable[..., Any], text: str) -> None:
    assert find(MunicipalNumbers(), text) == []


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("My daughter is 4 years old.", "age", "4 years old"),
        ("a 17-year-old student", "age", "17-year-old"),
        ("his baby, 5 months old", "age", "5 months old"),
        ("対象：男児 1歳8か月", "sex", "男児"),
        ("男性、84歳", "sex", "男性"),
        ("要保護児童（小5女）", "sex", "女"),
    ],
)
def test_age_and_sex_beside_each_other(find: Callable[..., Any], text: str, kind: str, wanted: str) -> None:
    assert (kind, wanted) in find(AgeAndSex(), text)


@pytest.mark.parametrize("text", ["children 4 years old or younger", "a 10 year plan", "長男 3歳の誕生日", "小5女子会"])
def test_neither(find: Callable[..., Any], text: str) -> None:
    assert not {kind for kind, value in find(AgeAndSex(), text) if value != "3歳"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("宮古さん（国-55012）は不在、", ["国-55012"]),
        ("山田太郎様（0048192）", ["0048192"]),
        ("身体障害者手帳　岩手県第20417号", ["第20417号"]),
        ("山田太郎（2024）", []),
        ("山田太郎（3310）", []),
        ("山田太郎（内線3310）", []),
        ("公園（55012）", []),
    ],
)
def test_numbers_behind_a_name(find: Callable[..., Any], text: str, wanted: list[str]) -> None:
    assert [value for kind, value in find(MunicipalNumbers(), text) if kind == "resident_id"] == wanted
