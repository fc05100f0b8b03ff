from typing import Any

import pytest
from pydantic import ValidationError

from policies.decision import Action
from policies.schema import PolicyRule

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
    ],
)
def test_what_a_rule_may_not_say(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        PolicyRule.model_validate({**RULE, **change})


def test_a_rule_without_examples_is_an_error() -> None:
    with pytest.raises(ValidationError, match="examples"):
        PolicyRule.model_validate({key: value for key, value in RULE.items() if key != "examples"})
