"""A trial says what the door would do: the same verdict, the same text, the same refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.errors import Refused
from gateway.inspection import FindingCache, Inspector
from gateway.policy.trial import Trial, try_content, try_text
from gateway.worker import Worker
from policies.decision import Action
from policies.schema import MatrixRow
from policies.situation import Place, Situation
from tests.gateway.fakes import RULES, exchange, policy

OUT, IN = Place("external"), Place("on_premises")
POLICY = policy(*RULES)
ROWS = {
    name: MatrixRow.model_validate({"classification": name, "zones": zones, "message": "理由"})
    for name, zones in (("3B", ["on_premises"]), ("unstated", ["on_premises", "external"]))
}


def tried(text: str, *places: Place, **where: Any) -> Trial:
    return try_text(replace(POLICY, matrix=ROWS), text, Situation(**where), places)


def test_what_would_leave() -> None:
    trial = tried("山田さんに注意")
    assert (trial.verdict, trial.outgoing, trial.refusal) == (Action.REDACT, "[PERSON_1]さんに注意", None)
    assert trial.rules == ("r/pii-flagged-flag", "r/pii-person-redact")
    assert [voices[0].rule for voices in trial.voices] == [d.rule for d in trial.decisions]


def test_a_reply_is_judged_as_a_reply() -> None:
    assert tried("山田さん", direction="reply").outgoing == "山田さん"


def test_a_mark_in_the_text_counts() -> None:
    trial = tried("【機密性3B】\n記録", OUT, IN)
    assert (trial.classification, trial.route.places, trial.route.left_out) == ("3B", (IN,), {OUT: "matrix/3B"})
    assert tried("【機密性3A】", OUT, IN).rules == ("matrix/3A",)


def test_an_unreadable_part() -> None:
    trial = try_content(POLICY, "image", Situation(), (OUT,))
    assert trial.verdict is Action.CONFINE
    assert trial.outgoing is None


@pytest.mark.parametrize(
    "text", ["山田さん", "注意", "庁内の件", "禁止", "【機密性3B】", "【機密性3A】", "何もない", "山田と庁内"]
)
@pytest.mark.parametrize("places", [(OUT,), (IN,), (OUT, IN)])
async def test_the_door_does_the_same(text: str, places: tuple[Place, ...]) -> None:
    judge = replace(POLICY, matrix=ROWS)
    one = exchange(text, judge=judge)
    trial = try_text(judge, text, Situation(department="0101", ancestors=("01",), model="m"), places)
    refusal = None
    try:
        await Inspector(Worker(1, 5), FindingCache(10)).inspect(one, places)
    except Refused as error:
        refusal = error.message
    assert trial.refusal == refusal
    assert trial.outgoing == (None if refusal else one.body["messages"][0]["content"])
    if refusal is None:
        assert (trial.verdict, trial.route.places) == (one.verdict, one.places)
