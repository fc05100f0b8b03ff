"""Only doubtful sentences are asked about, only いいえ lowers, and no failure is a pass."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gateway.second_reading import LocalJudge, SecondReading
from gateway.upstreams.base import Deployment
from gateway.upstreams.selection import Upstreams
from policies.decision import Action
from policies.finding import Finding, Span
from policies.ordinance.checks import Check
from policies.reading import Reading
from policies.wording.contexts import Guided
from tests.fixtures.provider import Whole, chat_reply

if TYPE_CHECKING:
    from tests.fixtures.provider import FakeProvider

TEXT = "一つ目の文。二つ目の文。三つ目の文。"


class Scripted:
    def __init__(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), []

    def ask(self, question: str, passage: str) -> str:
        assert "だけで答えてください" in question
        self.asked.append(passage)
        return self.answers.pop(0)


def finding(start: int, score: float = 0.5, kind: str = "wording.gender") -> Finding:
    return Finding(Span(start, start + 2), kind, "wording/T-301", score)


def rules(judge: Scripted, *findings: Finding, most: int = 5) -> list[str]:
    return [f.rule for f in SecondReading(judge, most).review(Reading(TEXT), findings)]


def test_a_harmless_sentence_lowers_its_findings() -> None:
    judge = Scripted("いいえ", "はい")
    assert rules(judge, finding(0), finding(2), finding(6)) == [
        "wording/T-301@second_reading",
        "wording/T-301@second_reading",
        "wording/T-301",
    ]
    assert judge.asked == ["一つ目の文", "二つ目の文"]


def test_the_sure_and_the_other_kinds_are_not_asked_about() -> None:
    judge = Scripted()
    assert rules(judge, finding(0, 1.0), finding(0, 0.3), finding(0, 0.5, "pii.person")) == ["wording/T-301"] * 3
    assert judge.asked == []


@pytest.mark.parametrize("answer", ["", "はい", "たぶんいいえ", "いいえ、しかし", "問題ありません", "No"])
def test_any_other_answer_leaves_the_finding(answer: str) -> None:
    assert rules(Scripted(answer), finding(0)) == ["wording/T-301"]


def test_no_more_sentences_than_configured() -> None:
    judge = Scripted("いいえ")
    assert rules(judge, finding(0), finding(6), most=1) == ["wording/T-301@second_reading", "wording/T-301"]


def test_an_answer_is_remembered_and_a_failure_is_not() -> None:
    judge = Scripted("", "いいえ")
    second = SecondReading(judge, 5)
    said = [second.review(Reading(TEXT), [finding(0)])[0].rule for _ in range(3)]
    assert said == ["wording/T-301", "wording/T-301@second_reading", "wording/T-301@second_reading"]
    assert len(judge.asked) == 2


def check(severity: str) -> Check:
    return Check.model_validate(
        {
            "id": "ordinance/T-1", "domain": "contract", "title": "随意契約の理由", "action": "flag", "message": "理由を確認してください。",
            "severity": severity, "any_of": ["随意契約"], "examples": {"match": ["a"], "no_match": ["b"]},
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "checks", "lowered"),
    [("warn", True, True), ("info", True, True), ("stop", True, False), ("warn", False, False)],
)
def test_checks_that_do_not_stop_are_asked_about_where_that_is_configured(
    severity: str, *, checks: bool, lowered: bool
) -> None:
    judge = Scripted("いいえ")
    found = finding(0, 1.0, "ordinance.contract")
    (reviewed,) = SecondReading(judge, 5, checks=checks).review(Reading(TEXT), [found], lambda _: check(severity))
    assert reviewed.rule.endswith("@second_reading") is lowered
    assert judge.asked == ([TEXT] if lowered else [])


def test_a_lowered_check_is_only_recorded_and_says_why() -> None:
    one = check("warn")
    guidance = Guided({one.id: one})[f"{one.id}@second_reading"]
    assert guidance.action is Action.ALLOW
    assert guidance.message == "庁内のモデルが当てはまらないと判断したため、記録だけしました。理由を確認してください。"
    with pytest.raises(KeyError):
        Guided({one.id: one})[f"{one.id}@quotation"]


def deployment(provider: FakeProvider, zone: str = "on_premises") -> Deployment:
    return Deployment.model_validate(
        {
            "name": "naibu",
            "model": "naibu",
            "lane": "openai_wire",
            "base_url": provider.base_url,
            "zone": zone,
            "region": "庁内",
            **({"trains_on_input": False} if zone == "external" else {}),
        }
    )


async def asked(provider: FakeProvider, seconds: float = 2.0) -> str:
    one = deployment(provider)
    upstreams = Upstreams([one])
    judge = LocalJudge(upstreams, one, seconds)
    judge.start()
    try:
        return await asyncio.to_thread(judge.ask, "だれかを遠ざける文か", "外国人なのに上手だ")
    finally:
        await upstreams.close()


async def test_the_local_model_is_asked_with_the_sentence_alone(provider: FakeProvider) -> None:
    provider.reply(Whole(chat_reply("いいえ")))
    assert await asked(provider) == "いいえ"
    (request,) = provider.requests
    assert request.json()["messages"][1] == {"role": "user", "content": "【文】外国人なのに上手だ"}
    assert request.json()["temperature"] == 0


@pytest.mark.parametrize(
    "script",
    [Whole({"error": {"message": "x"}}, status=500), Whole({"choices": []}), Whole(chat_reply("いいえ"), delay=1.0)],
)
async def test_failures_say_nothing(provider: FakeProvider, script: Whole) -> None:
    provider.reply(script, script, script)  # what may be tried again is tried again
    assert await asked(provider, seconds=0.3) == ""


async def test_it_never_blocks_the_loop(provider: FakeProvider) -> None:
    one = deployment(provider)
    upstreams = Upstreams([one])
    judge = LocalJudge(upstreams, one, 2.0)
    assert judge.ask("問い", "文") == ""  # not started
    judge.start()
    assert judge.ask("問い", "文") == ""  # on the loop itself
    assert provider.requests == []
    await upstreams.close()


def test_nothing_outside_the_building_is_asked(provider: FakeProvider) -> None:
    one = deployment(provider, "external")
    with pytest.raises(ValueError, match="on premises only"):
        LocalJudge(Upstreams([one]), one, 1.0)
