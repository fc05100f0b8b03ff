from __future__ import annotations

import pytest

from policies.ordinance.citations import Statutes
from policies.ordinance.facts import Computed, Facts, compute
from policies.ordinance.limits import Limits
from policies.reading import Reading


def holds(name: Computed, text: str, limits: Limits | None = None) -> bool:
    return compute(name, Facts(Reading(text)), limits or Limits(), Statutes()) is not None


@pytest.mark.parametrize(
    ("name", "text", "held"),
    [
        ("wrong_weekday", "令和8年5月12日（水）", True),
        ("wrong_weekday", "令和8年5月12日（火）", False),
        ("wrong_era", "令和8年（2025年）", True),
        ("long_sentence", "あ" * 121, True),
        ("long_sentence", "あ" * 120, False),
        ("long_sentence", ("あ" * 100 + "。") * 3, False),
        ("late_promulgation", "9月25日　可決\n10月20日　送付\n12月20日　公布", True),
        ("late_promulgation", "9月25日　可決\n9月28日　送付\n10月18日　公布", False),
        ("late_promulgation", "9月25日　可決\n9月28日　送付\n10月19日　公布", True),
        ("late_promulgation", "9月25日　可決\n9月29日　送付", True),
        ("late_budget", "令和9年度当初予算　3月10日　議会提出", False),
        ("late_budget", "令和9年度当初予算　3月20日　議会提出", True),
        ("amended_after_year", "令和7年度補正予算　提出日　令和8年4月1日", True),
        ("amended_after_year", "令和7年度補正予算　提出日　令和8年3月31日", False),
        ("amended_after_year", "令和7年度の補正予算を令和8年4月の臨時会に出す", True),
        ("decided_after_start", "起案日　令和8年6月2日　工期　令和8年6月1日から", True),
        ("decided_after_start", "起案日　令和8年6月1日　工期　令和8年6月1日から", False),
        ("short_opinion_period", "意見募集　令和8年9月1日から9月29日まで", True),
        ("short_opinion_period", "意見募集　令和8年9月1日から9月30日まで", False),
        ("short_opinion_period", "工事の期間は14日間とする。", False),
        ("several_years", "令和8年10月1日から令和9年4月1日まで", True),
        ("several_years", "令和8年10月1日から令和9年3月31日まで", False),
        ("several_years", "令和8年度から令和10年度まで", True),
        ("small_yen_limits", "工事130万円以下", True),
        ("small_yen_limits", "工事200万円以下", False),
        ("high_fine", "150万円以下の罰金", True),
        ("high_fine", "100万円以下の罰金", False),
        ("high_penalty", "過料を10万円とする", False),
        ("high_penalty", "10万円以下の過料", True),
        ("old_council_article", "施行令第121条の2により契約の議決", True),
        ("old_council_article", "施行令第百二十一条の二により契約の議決", True),
        ("old_council_article", "施行令第121条の2の2により契約の議決", False),
        ("western_punctuation", "申請書，書類．", True),
        ("western_punctuation", "1,000円、3.5％、A.B", False),
        ("kanji_numbers", "三十日以内に、参加費は千五百円", True),
        ("kanji_numbers", "第三十条、二本松市、一部、2,000千円", False),
        ("kanji_numbers", "十万円以下の過料に処する。三十日以内", False),
        ("unknown_article", "関守例示条例第9条", True),
        ("repealed_article", "関守例示条例第2条", True),
    ],
)  # fmt: skip
def test_what_is_worked_out(name: Computed, text: str, held: bool) -> None:  # noqa: FBT001
    assert holds(name, text) is held


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("外壁の改修工事を@", "works"),
        ("物品の購入　@", "purchase"),
        ("複写機の借入れ　@", "lease_in"),
        ("土地の売払い　@", "sale"),
        ("器具の貸付け　@", "lease_out"),
        ("清掃の委託　@", "other"),
        ("@", "other"),
        ("工事は終わり、備品の購入を@", "purchase"),
        ("便所の修繕工事（設計額@", "works"),
    ],
)
def test_the_kind_of_a_contract_is_told_by_the_nearest_word(text: str, kind: str) -> None:
    assert Facts(Reading(text)).contract_kind(text.index("@")) == kind


def test_figures_of_a_text() -> None:
    facts = Facts(Reading("令和8年4月1日から令和9年3月31日まで、60日以内、412人分、95万円（税抜）、上限200万円。"))
    assert [q.value for q in facts.prices] == [1_045_000]
    assert [q.value for q in facts.months] == [12]
    assert 60 in [q.value for q in facts.terms]
    assert [q.value for q in facts.persons] == [412]


@pytest.mark.parametrize(
    "piece",
    [
        "意見募集14日間",
        "令和8年度補正予算 令和9年4月1日提出 ",
        "起案日令和8年6月2日 工期令和8年6月1日 ",
        "円",
        "可決9月25日 ",
    ],
)
def test_long_rows_are_read_in_linear_time(piece: str) -> None:
    facts = Facts(Reading(piece * 4_000))
    for name in (
        "short_opinion_period",
        "late_budget",
        "amended_after_year",
        "decided_after_start",
        "late_promulgation",
    ):
        compute(name, facts, Limits(), Statutes())  # type: ignore[arg-type]
