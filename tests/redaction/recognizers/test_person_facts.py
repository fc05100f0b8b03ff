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
    ],
)
def test_age_and_sex(find: Callable[..., Any], text: str, kind: str, wanted: str) -> None:
    assert (kind, wanted) in find(AgeAndSex(), text)


@pytest.mark.parametrize(
    "text", ["65歳以上の方が対象です。", "1歳6か月児健診", "男女共同参画を進めます。", "18歳未満は無料"]
)
def test_no_age_or_sex(find: Callable[..., Any], text: str) -> None:
    assert find(AgeAndSex(), text) == []


@pytest.mark.parametrize(
    "number", ["品川500あ12-34", "品川 500 あ 12-34", "品川５００あ１２－３４", "長野 580 す ・・12"]
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
        ("手帳番号は第14-2256号です", "resident_id", "14-2256"),
        ("お客様番号00518-3-2771", "resident_id", "00518-3-2771"),
        ("学籍番号A369974の児童", "student_id", "A369974"),
        ("宛名番号,氏名,住所\n00412255,青葉太郎,本町1", "resident_id", "00412255"),
    ],
)
def test_municipal_numbers(find: Callable[..., Any], text: str, kind: str, wanted: str) -> None:
    assert (kind, wanted) in find(MunicipalNumbers(), text)


@pytest.mark.parametrize(
    "text", ["文書番号123-4", "議案番号12", "契約番号06-0412", "工事番号第7号", "電話番号は3番です"]
)
def test_no_municipal_number(find: Callable[..., Any], text: str) -> None:
    assert find(MunicipalNumbers(), text) == []
