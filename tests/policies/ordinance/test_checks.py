from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from policies.finding import Span
from policies.ordinance.checks import Check, OrdinanceDetector, Range
from policies.ordinance.limits import Limits
from policies.reading import Reading


def check(**conditions: Any) -> Check:
    given = {
        "id": "ordinance/KY-01",
        "domain": "contract",
        "action": "flag",
        "message": "確かめてください。",
        "any_of": ["随意契約"],
        "examples": {"match": ["随意契約"], "no_match": ["入札"]},
    }
    return Check.model_validate(given | conditions)


def touched(text: str, **conditions: Any) -> bool:
    return bool(OrdinanceDetector([check(**conditions)]).detect(Reading(text)))


def test_a_finding_points_at_the_first_phrase_in_the_original_text() -> None:
    text = "本件は､ 随\u200b意契約とする。随契である。"
    (finding,) = OrdinanceDetector([check(any_of=["随契", "随意契約"])]).detect(Reading(text))
    assert text[finding.span.start : finding.span.end] == "随\u200b意契約"
    assert (finding.kind, finding.rule, finding.score) == ("ordinance.contract", "ordinance/KY-01", 1.0)


def test_all_groups_must_stand() -> None:
    groups = [["委託"], ["名簿", "氏名"]]
    assert touched("随意契約で委託する。名簿を渡す。", all_of=groups)
    assert not touched("随意契約で委託する。", all_of=groups)
    assert not touched("随意契約。名簿。", all_of=groups)


def test_no_excluded_phrase_may_stand_anywhere() -> None:
    assert not touched("随意契約とする。\n根拠は第２号。", none_of=["第2号"])
    assert touched("随意契約とする。", none_of=["第2号"])


@pytest.mark.parametrize("sum_of_money", ["280万円", "二百八十万円", "2,800千円", "２，８００，０００円"])
def test_a_sum_in_the_range(sum_of_money: str) -> None:
    assert touched(f"{sum_of_money}の随意契約", amount={"at_least": 2_800_000})
    assert not touched(f"{sum_of_money}の随意契約", amount={"at_least": 2_800_001})
    assert not touched(f"{sum_of_money}の随意契約", amount={"below": 2_800_000})
    assert not touched("随意契約", amount={"at_least": 0})


def test_a_number_of_days_in_the_range() -> None:
    assert touched("随意契約。20日間公告。", days={"below": 30})
    assert not touched("随意契約。30日間公告。", days={"below": 30})
    assert not touched("随意契約。4月20日に公告。", days={"below": 30})


def test_a_range_includes_its_first_number_only() -> None:
    assert 5 in Range(at_least=5, below=7)
    assert 6 in Range(at_least=5, below=7)
    assert 7 not in Range(at_least=5, below=7)
    assert 10**12 in Range()


def test_conditions_of_one_sentence() -> None:
    conditions: dict[str, Any] = {"all_of": [["名簿"]], "within": "sentence"}
    assert touched("概要。随意契約で名簿を渡す。", **conditions)
    assert not touched("随意契約とする。名簿は別に渡す。", **conditions)
    assert not touched("随意契約とする\n名簿は別に渡す", **conditions)
    assert not touched("随意契約とする。280万円。", amount={"at_least": 1}, within="sentence")
    assert touched("8万円。随意契約は280万円とする。", amount={"at_least": 2_000_000}, within="sentence")
    assert not touched("280万円。随意契約は8万円とする。", amount={"at_least": 2_000_000}, within="sentence")


def test_the_finding_of_a_sentence_points_into_that_sentence() -> None:
    text = "随意契約とする。随意契約で名簿を渡す。"
    (finding,) = OrdinanceDetector([check(all_of=[["名簿"]], within="sentence")]).detect(Reading(text))
    assert finding.span == Span(8, 12)


def test_a_gap_bridges_twenty_characters_of_one_sentence() -> None:
    phrases = ["名簿…提供"]
    assert touched("名簿を町内会に提供する。", any_of=phrases)
    assert touched(f"名簿{'あ' * 20}提供", any_of=phrases)
    assert not touched(f"名簿{'あ' * 21}提供", any_of=phrases)
    assert not touched("名簿を作る。資料を提供する。", any_of=phrases)
    assert not touched("提供された名簿", any_of=phrases)


@pytest.mark.parametrize("phrase", ["", "…", "名簿…", "…提供", "名簿………提供", "\u200b"])
def test_a_phrase_without_words_is_refused(phrase: str) -> None:
    for field in ({"any_of": [phrase]}, {"all_of": [[phrase]]}, {"none_of": [phrase]}):
        with pytest.raises(ValidationError):
            check(**field)


@pytest.mark.parametrize("wrong", [{"id": "wording/X"}, {"domain": "weather"}, {"any_of": []}, {"within": "page"}])
def test_what_a_check_may_not_say(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        check(**wrong)


def test_one_finding_for_each_check() -> None:
    detector = OrdinanceDetector([check(), check(id="ordinance/KY-02"), check(id="ordinance/X", any_of=["入札"])])
    assert [f.rule for f in detector.detect(Reading("随意契約、随意契約"))] == ["ordinance/KY-01", "ordinance/KY-02"]
    assert detector.kinds == {"ordinance.contract"}


def test_the_revision_follows_what_is_found_not_what_is_told() -> None:
    revision = OrdinanceDetector([check()]).revision
    assert OrdinanceDetector([check(message="別の言い方")]).revision == revision
    for change in ({"any_of": ["随契"]}, {"none_of": ["号"]}, {"days": {"below": 3}}, {"within": "sentence"}):
        assert OrdinanceDetector([check(**change)]).revision != revision
    assert OrdinanceDetector([]).revision != revision


def test_no_checks_find_nothing() -> None:
    assert OrdinanceDetector([]).kinds == frozenset()
    assert OrdinanceDetector([]).detect(Reading("随意契約")) == []


@pytest.mark.parametrize("piece", ["随意契約", "随意契約 1円 ", "随意契約名。", "随"])
@pytest.mark.parametrize("within", ["text", "sentence"])
def test_long_texts_are_read_in_linear_time(piece: str, within: str) -> None:
    wanted = check(any_of=["随意…名簿…渡", "随意契約"], amount={"at_least": 2}, days={"below": 1}, within=within)
    assert OrdinanceDetector([wanted]).detect(Reading(piece * 20_000)) == []


def test_a_municipality_s_own_limits_need_no_other_compilation() -> None:
    detector = OrdinanceDetector([])
    one = detector.local(Limits(entity="city"), None)
    other = detector.local(Limits(entity="prefecture"), None)
    assert one._lexicon is other._lexicon is detector._lexicon
    assert len({one.revision, other.revision}) == 2
    assert OrdinanceDetector([], limits=Limits(entity="prefecture")).revision == other.revision
