from typing import Any

import pytest
from pydantic import ValidationError

from policies.decision import Action
from policies.schema import MatrixRow, PolicyRule
from policies.situation import Place

RULE: dict[str, Any] = {
    "id": "pii/x",
    "kinds": ["pii.*"],
    "action": "redact",
    "message": "置き換えました。",
    "examples": {"match": ["山田太郎様"], "no_match": ["こんにちは"]},
}


def test_a_rule() -> None:
    rule = PolicyRule.model_validate(RULE)
    assert rule.action is Action.REDACT
    assert rule.directions == ("request", "reply")
    assert rule.model_dump(mode="json")["action"] == "redact"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"action": "mask"}, "action must be one of allow, flag, redact, confine, block"),
        ({"action": 3}, "action must be one of"),
        ({"acton": "flag"}, "Extra inputs are not permitted"),
        ({"kinds": "pii.person"}, "kinds must be a list"),
        ({"kinds": []}, "at least 1 item"),
        ({"kinds": ["PII person"]}, "should match pattern"),
        ({"id": "x"}, "should match pattern"),
        ({"message": ""}, "at least 1 character"),
        ({"examples": {"match": ["x"], "no_match": []}}, "at least 1 item"),
        ({"examples": None}, "valid dictionary"),
        ({"directions": ["sideways"]}, "Input should be 'request' or 'reply'"),
        ({"zones": ["moon"]}, "Input should be 'on_premises' or 'external'"),
        ({"min_score": 2}, "less than or equal to 1"),
        ({"classifications": ["4"]}, "Input should be '3A'"),
        ({"regions": "japaneast"}, "regions must be a list"),
        ({"valid_from": "2027-13-01"}, "valid date"),
        ({"valid_from": "2027-04-02", "valid_until": "2027-04-01"}, "valid_until lies before valid_from"),
        ({"action": "block", "delivery": "record"}, "who is refused is told why"),
        ({"action": "flag", "break_glass": True}, "nothing to give way"),
        ({"kinds": ["pii." + "*a" * 40]}, "at most 64 characters"),
    ],
)
def test_what_a_rule_may_not_say(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        PolicyRule.model_validate({**RULE, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"departments": ["01"]}, {"keys": ["k-1"]}, {"endpoints": ["x"]}, {"models": ["m"]}, {"zones": ["external"]},
        {"regions": ["x"]}, {"trains_on_input": False}, {"classifications": [2]}, {"valid_from": "2027-04-01"},
        {"valid_until": "2027-04-01"}, {"min_score": 0.1},
    ],
)  # fmt: skip
def test_any_condition_makes_a_rule_conditional(change: dict[str, Any]) -> None:
    assert PolicyRule.model_validate(RULE).unconditional
    assert not PolicyRule.model_validate({**RULE, **change}).unconditional


@pytest.mark.parametrize(
    ("row", "place", "wanted"),
    [
        ({"zones": []}, Place("on_premises"), False),
        ({"zones": ["on_premises"]}, Place("on_premises"), True),
        ({"zones": ["on_premises"]}, Place("external"), False),
        ({"zones": ["external"]}, Place("external", "a", trains_on_input=True), False),
        ({"zones": ["external"], "trains_on_input": True}, Place("external", "a", trains_on_input=True), True),
        ({"zones": ["external"], "regions": ["a"]}, Place("external", "a"), True),
        ({"zones": ["external"], "regions": ["a"]}, Place("external", "b"), False),
    ],
)
def test_a_row_of_the_matrix(row: dict[str, Any], place: Place, wanted: bool) -> None:  # noqa: FBT001
    made = MatrixRow.model_validate({"classification": 2, "message": "理由", **row})
    assert made.id == "matrix/2"
    assert made.admits(place) is wanted


def test_a_rule_without_examples_is_an_error() -> None:
    with pytest.raises(ValidationError, match="examples"):
        PolicyRule.model_validate({key: value for key, value in RULE.items() if key != "examples"})


def test_a_row_gives_way_only_where_it_refuses_otherwise() -> None:
    row = {"classification": "2", "zones": ["external"], "message": "理由", "break_glass": ["external"]}
    with pytest.raises(ValidationError, match="may serve without a reason: external"):
        MatrixRow.model_validate(row)
