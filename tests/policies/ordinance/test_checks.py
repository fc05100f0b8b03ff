from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from policies.ordinance.checks import Check, OrdinanceDetector
from policies.reading import Reading

BASE: dict[str, Any] = {
    "id": "ordinance/T-1",
    "domain": "contract",
    "any_of": ["随意契約", "入札によらず"],
    "action": "flag",
    "message": "確かめてください。",
    "examples": {"match": ["a"], "no_match": ["b"]},
}


def found(text: str, **change: Any) -> list[str]:
    detector = OrdinanceDetector([Check.model_validate({**BASE, **change})])
    return [text[f.span.start : f.span.end] for f in detector.detect(Reading(text))]


@pytest.mark.parametrize(
    ("text", "change", "wanted"),
    [
        ("この業者と随意契約を結ぶ", {}, ["随意契約"]),
        ("入札によらず、随意契約とする", {}, ["入札によらず"]),
        ("一般競争入札とする", {}, []),
        ("随意契約（第２号）", {"none_of": ["第2号"]}, []),
        ("随意契約の理由", {"all_of": [["理由", "根拠"]]}, ["随意契約"]),
        ("随意契約の日程", {"all_of": [["理由", "根拠"]]}, []),
        ("280万円の随意契約", {"amount": {"at_least": 2_000_001}}, ["随意契約"]),
        ("２８０万円の随意契約", {"amount": {"at_least": 2_000_001}}, ["随意契約"]),
        ("80万円の随意契約", {"amount": {"at_least": 2_000_001}}, []),
        ("80万円の随意契約", {"amount": {"below": 1_000_000}}, ["随意契約"]),
        ("随意契約", {"amount": {"at_least": 1}}, []),
    ],
)
def test_triggers(text: str, change: dict[str, Any], wanted: list[str]) -> None:
    assert found(text, **change) == wanted


@pytest.mark.parametrize(
    "change", [{"any_of": []}, {"domain": "space"}, {"amount": {"at_least": -1}}, {"amount": {"over": 1}}]
)
def test_what_a_check_may_not_say(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Check.model_validate({**BASE, **change})


def test_kinds_rules_and_revision() -> None:
    detector = OrdinanceDetector([Check.model_validate(BASE)])
    (finding,) = detector.detect(Reading("随意契約"))
    assert (finding.kind, finding.rule) == ("ordinance.contract", "ordinance/T-1")
    assert detector.kinds == {"ordinance.contract"}
    other = OrdinanceDetector([Check.model_validate({**BASE, "any_of": ["随契"]})])
    assert other.revision != detector.revision
