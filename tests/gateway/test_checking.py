"""What is said of one text."""

from __future__ import annotations

from gateway.checking import inspect
from policies.situation import Situation
from tests.gateway.fakes import RULES, policy


def test_findings_actions_and_the_text_as_it_would_leave() -> None:
    found = inspect(policy(*RULES), Situation(), 7, "山田と注意", advice=True)
    assert (found["id"], found["verdict"], found["redacted"]) == (7, "redact", "[PERSON_1]と注意")
    first, second = found["findings"]
    assert (first["start"], first["end"], first["kind"], first["action"]) == (0, 2, "pii.person", "redact")
    assert (second["better"], second["basis"], second["consult"]) == ("別の語", "第1条", "法規担当")


def test_nothing_found() -> None:
    assert inspect(policy(*RULES), Situation(), None, "")["verdict"] == "allow"
