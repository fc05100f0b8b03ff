"""Each limit, at, just under and just over it, in every notation, for all four kinds of municipality."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from policies.document import load
from policies.loader import PolicyFile
from policies.ordinance.checks import OrdinanceDetector
from policies.ordinance.limits import Entity, Limits, OwnLimits, SmallContract
from policies.reading import Reading

RULES = Path(__file__).resolve().parents[3] / "policies" / "rules" / "ordinance"
ENTITIES: tuple[Entity, ...] = ("prefecture", "designated_city", "city", "town_village")


@cache
def detector(entity: Entity = "city", own: str = "") -> OrdinanceDetector:
    files = [load(path, PolicyFile).model for path in sorted(RULES.glob("*.yaml"))]
    return OrdinanceDetector(
        [check for file in files for check in file.checks],
        [concept for file in files for concept in file.concepts],
        [kind for file in files for kind in file.documents],
        Limits(entity, OwnLimits.model_validate_json(own) if own else None),
    )


def flags(text: str, entity: Entity = "city", own: str = "") -> set[str]:
    return {finding.rule.removeprefix("ordinance/") for finding in detector(entity, own).detect(Reading(text))}


def notations(yen: int) -> list[str]:
    """A sum as office texts write it."""
    grouped = f"{yen:,}"
    wide = grouped.translate(str.maketrans("0123456789,", "０１２３４５６７８９，"))
    written = [f"{grouped}円", f"{wide}円", f"{yen}円", f"¥{grouped}", f"金{grouped}円也", f"{kanji(yen)}円"]
    if yen % 1000 == 0:
        written += [f"{yen // 1000:,}千円"]
    if yen % 10_000 == 0:
        written += [f"{yen // 10_000}万円", *([f"{kanji(yen // 10_000)}万円"] if yen < 100_000_000 else [])]
    return written


def kanji(number: int) -> str:
    """234 → 二百三十四."""
    digits, tens, myriads = "〇一二三四五六七八九", ("", "十", "百", "千"), ("", "万", "億")
    out = ""
    for group in range(2, -1, -1):
        part = number // 10_000**group % 10_000
        text = "".join(
            (digits[d] if d > 1 or power == 0 else "") + tens[power]
            for power in range(3, -1, -1)
            if (d := part // 10**power % 10)
        )
        out += text + myriads[group] if text else ""
    return out or "〇"


SMALL = {
    "works": ("外構の改修工事を", (4_000_000, 4_000_000, 2_000_000, 2_000_000)),
    "purchase": ("会議用の机の購入を", (3_000_000, 3_000_000, 1_500_000, 1_500_000)),
    "lease_in": ("投影機の借入れを", (1_500_000, 1_500_000, 800_000, 800_000)),
    "sale": ("不用な木材の売払いを", (1_000_000, 1_000_000, 500_000, 500_000)),
    "lease_out": ("遊休の器具の貸付けを", (500_000, 500_000, 300_000, 300_000)),
    "other": ("樹木の剪定の業務を", (2_000_000, 2_000_000, 1_000_000, 1_000_000)),
}


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize("kind", SMALL)
def test_small_contracts(kind: str, entity: Entity) -> None:
    subject, limits = SMALL[kind]
    limit = limits[ENTITIES.index(entity)]
    for yen, over in ((limit - 1_000, False), (limit, False), (limit + 1, True), (limit + 10_000, True)):
        for sum_ in notations(yen):
            text = f"{subject}{sum_}（税込み）で、令第167条の2第1項第1号により随意契約とする。"
            assert ("KY-01" in flags(text, entity)) is over, (text, entity)


@pytest.mark.parametrize(
    ("check", "subject", "limits"),
    [
        ("KY-05", "庁舎の改築工事の請負契約を、", (500_000_000, 300_000_000, 150_000_000, 50_000_000)),
        ("KY-06", "消防車を購入する契約を、", (70_000_000, 40_000_000, 20_000_000, 7_000_000)),
    ],
)
@pytest.mark.parametrize("entity", ENTITIES)
def test_what_the_council_decides_on(check: str, subject: str, limits: tuple[int, ...], entity: Entity) -> None:
    limit = limits[ENTITIES.index(entity)]
    for yen, reaches in ((limit - 1_000, False), (limit - 1, False), (limit, True), (limit + 1_000, True)):
        for sum_ in notations(yen):
            text = f"{subject}予定価格{sum_}で、落札者と直ちに締結する。"
            assert (check in flags(text, entity)) is reaches, (text, entity)


@pytest.mark.parametrize(
    ("text", "check", "flagged"),
    [
        ("委託料は、請求書を受理した日から{}以内に支払う。", "KY-19", {"29日": 0, "30日": 0, "31日": 1, "三十一日": 1, "３１日": 1, "1か月半": 1}),
        ("工事代金は、請求を受けた日から{}以内に支払う。", "KY-19", {"39日": 0, "40日": 0, "41日": 1, "四十一日": 1}),
        ("業務の完了の通知を受けた日から{}以内に検査する。", "KY-20", {"9日": 0, "10日": 0, "11日": 1, "十一日": 1, "2週間": 1}),
        ("工事の完成の通知を受けた日から{}以内に検査する。", "KY-20", {"13日": 0, "14日": 0, "2週間": 0, "15日": 1, "3週間": 1}),
        ("計画案のパブリックコメントを{}実施する。", "JR-10", {"29日間": 1, "２９日間": 1, "二十九日間": 1, "30日間": 0, "31日間": 0}),
        ("保有個人情報の開示請求は、{}以内に決定する。", "KJ-07", {"29日": 0, "30日": 0, "31日": 1, "三十一日": 1, "2か月": 1}),
        ("処分を知った日の翌日から起算して{}以内に審査請求をすることができる。", "FU-02", {"60日": 1, "２か月": 1, "3か月": 0, "三箇月": 0}),
        ("取消しの訴えは、処分を知った日の翌日から起算して{}以内に提起する。", "FU-04", {"3か月": 1, "5か月": 1, "6か月": 0, "六箇月": 0}),
        ("規則に、{}以下の過料に処する条を置く。", "JR-04", {"4万円": 0, "5万円": 0, "50,001円": 1, "6万円": 1, "六万円": 1}),
        ("条例に違反した者を{}以下の罰金に処する。", "JR-02", {"99万円": 0, "100万円": 0, "百万円": 0, "1,000,001円": 1, "101万円": 1}),
        ("条例に違反した者を{}以下の過料に処する。", "JR-02", {"5万円": 0, "5万1千円": 1, "６万円": 1}),
        ("{}の業務の支出負担行為を課長決裁で処理する。", "SH-08", {"99万円": 0, "100万円": 0, "1,000,001円": 1, "101万円": 1}),
    ],
)  # fmt: skip
def test_terms_and_penalties(text: str, check: str, flagged: dict[str, int]) -> None:
    for figure, wanted in flagged.items():
        for entity in ENTITIES:
            assert (check in flags(text.format(figure), entity)) is bool(wanted), (figure, entity)


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_first_budget_is_early_enough(entity: Entity) -> None:
    early = {"prefecture": 30, "designated_city": 30, "city": 20, "town_village": 20}[entity]
    late = "令和9年3月3日" if early == 30 else "令和9年3月13日"
    good = "令和9年3月2日" if early == 30 else "令和9年3月12日"
    text = "令和9年度の当初予算の日程　{}　予算案の議会提出"
    assert "YS-08" in flags(text.format(late), entity)
    assert "YS-08" not in flags(text.format(good), entity)


def test_a_sum_without_tax_counts_with_it_and_a_limit_is_no_price() -> None:
    assert "KY-01" in flags("樹木の剪定の業務を95万円（税抜）で、いつもの業者に随意契約で頼む。")
    assert "KY-01" not in flags("樹木の剪定の業務を90万円（税抜）で、いつもの業者に随意契約で頼む。")
    assert "KY-01" not in flags("樹木の剪定は、限度額100万円を超えないので随意契約とする。限度額は200万円である。")


def test_the_municipalitys_own_limits_come_before_those_of_the_law() -> None:
    own = OwnLimits(small_contract=SmallContract(works=1_000_000), council_contract=90_000_000, section_chief=500_000)
    text = "外構の改修工事を{}円で随意契約とする。"
    assert "KY-01" in flags(text.format(1_000_001), own=own.model_dump_json())
    assert "KY-01" not in flags(text.format(1_000_000), own=own.model_dump_json())
    assert Limits("city", own).figure("council_contract").value == 90_000_000
    assert Limits("city", own).figure("small_contract", "purchase").value == 1_500_000
    assert Limits("city", own).figure("section_chief").source.startswith("団体の設定")


def test_what_was_not_verified_says_so() -> None:
    for entity in ENTITIES:
        for kind in SMALL:
            figure = Limits(entity).figure("small_contract", kind)  # type: ignore[arg-type]
            assert "令和7年政令第94号" in figure.source
            assert ("確かめていません" in figure.source) is not figure.verified
    assert not Limits("prefecture").figure("council_contract").verified
    assert Limits("city").figure("council_contract").verified


@pytest.mark.parametrize(
    ("text", "check", "flagged"),
    [
        ("町長印を押した契約書で工事請負契約を63,800千円で結ぶ。", "KY-05", True),
        ("市長印を押した契約書で工事請負契約を63,800千円で結ぶ。", "KY-05", False),
        ("霧沢県総務事務センター 物品購入伺\n予定価格 2,800,000円\n随意契約による。", "KY-01", False),
        ("霧沢市総務課 物品購入伺\n予定価格 2,800,000円\n随意契約による。", "KY-01", True),
    ],
)
def test_a_draft_that_names_its_own_kind_has_that_kind_s_limits(text: str, check: str, flagged: bool) -> None:  # noqa: FBT001
    assert (check in flags(text)) is flagged


def test_another_kind_has_the_law_s_figures_and_a_designated_city_keeps_its_own() -> None:
    own = OwnLimits(council_contract=90_000_000, section_chief=300_000)
    city = Limits("city", own)
    assert city.of(None) is city.of("city") is city
    town = city.of("town_village")
    assert town.figure("council_contract").value == 50_000_000
    assert town.figure("section_chief").value == 300_000
    large = Limits("designated_city", own)
    assert large.of("city") is large
    assert large.of("town_village").figure("small_contract", "works").value == 2_000_000
