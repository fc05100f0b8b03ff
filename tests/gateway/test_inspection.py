"""Detect, spread, decide, change; and whatever goes wrong is a refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.errors import Refused, Unavailable
from gateway.inspection import FindingCache, Inspector
from gateway.worker import Worker
from policies.decision import Action
from policies.reading import Reading
from policies.schema import MatrixRow
from policies.situation import Place
from tests.gateway.fakes import RULES, Words, exchange, policy, rule

OUT, IN = Place("external"), Place("on_premises")
OUTSIDE, BOTH, INSIDE = (OUT,), (OUT, IN), (IN,)


def inspector() -> Inspector:
    return Inspector(Worker(1, 5), FindingCache(100))


async def inspected(*contents: str, zones: Any = OUTSIDE, **more: Any) -> Any:
    one = exchange(*contents, **more)
    await inspector().inspect(one, zones)
    return one


async def test_tokens_replace_and_the_vault_knows() -> None:
    one = await inspected("山田さん")
    assert one.body["messages"][0]["content"] == "[PERSON_1]さん"
    assert one.vault.value("PERSON_1") == "山田"
    assert one.verdict is Action.REDACT


async def test_a_value_found_in_one_part_is_looked_for_in_all() -> None:
    class Once(Words):
        """Finds the name only where a label stands before it."""

        def detect(self, reading: Any) -> Any:
            return super().detect(reading) if "氏名" in reading.text else []

    judge = policy(*RULES, detector=Once(佐藤花子="person"))
    one = await inspected("氏名 佐藤花子", "佐藤花子の件", judge=judge)
    assert [m["content"] for m in one.body["messages"]] == ["氏名 [PERSON_1]", "[PERSON_1]の件"]


async def test_a_block_refuses_with_the_reason_and_basis() -> None:
    with pytest.raises(Refused, match="理由（根拠: 第9条）"):
        await inspected("これは禁止")


async def test_confined_material_stays_inside_or_is_refused() -> None:
    one = await inspected("庁内の記録、山田", zones=BOTH)
    assert one.zone == "on_premises"
    assert one.verdict is Action.CONFINE
    assert one.body["messages"][0]["content"] == "庁内の記録、[PERSON_1]"
    with pytest.raises(Refused) as raised:
        await inspected("庁内の記録", zones=OUTSIDE)
    assert raised.value.code == "no_on_premises_deployment"


async def test_rules_for_outside_do_not_hold_inside() -> None:
    rules = (rule("pii.person", "block", zones=["external"]), *RULES)
    with pytest.raises(Refused):
        await inspected("山田", zones=OUTSIDE, judge=policy(*rules))
    for zones in (INSIDE, BOTH):
        one = await inspected("山田", zones=zones, judge=policy(*rules))
        assert one.verdict is Action.REDACT
        assert one.places == INSIDE
    assert one.left_out == {OUT: "r/pii-person-block"}


async def test_what_stays_outside_is_decided_for_every_place_that_may_serve() -> None:
    trains, kept = Place("external", "a", trains_on_input=True), Place("external", "b")
    rules = (
        rule("pii.person", "block", id="r/train", trains_on_input=True),
        rule("pii.flagged", "redact", id="r/b", regions=["b"]),
        *RULES,
    )
    one = await inspected("山田に注意", zones=(trains, kept, IN), judge=policy(*rules))
    assert one.places == (kept, IN)
    assert one.body["messages"][0]["content"] == "[PERSON_1]に[FLAGGED_1]"


async def test_the_strictest_class_of_header_and_mark_holds() -> None:
    rows = {
        name: MatrixRow.model_validate(
            {"classification": name, "zones": zones, "message": f"{name}の理由", "basis": "規程"}
        )
        for name, zones in (("3B", ["on_premises"]), ("2", ["on_premises", "external"]))
    }
    judge = replace(policy(*RULES), matrix=rows)
    one = exchange("【機密性3B】\n会議の記録", judge=judge)
    one.classification = "2"
    await inspector().inspect(one, BOTH)
    assert (one.classification, one.places) == ("3B", INSIDE)
    for text, wanted in (
        ("【機密性3B】", "3Bの理由（根拠: 規程）"),
        ("【機密性1】", "送り先が決められていません"),
        ("x", "機密性の指定がない"),
    ):
        with pytest.raises(Refused, match=wanted) as raised:
            await inspected(text, zones=OUTSIDE, judge=judge)
        assert raised.value.code == "classification_not_allowed"


async def test_a_written_reason_makes_a_rule_give_way_where_it_allows_it() -> None:
    rules = (rule("pii.forbidden", "block", break_glass=True), rule("pii.inside", "confine"))
    one = exchange("禁止の件", judge=policy(*rules))
    one.reason = "災害対応のため"
    await inspector().inspect(one, OUTSIDE)
    assert one.verdict is Action.FLAG
    other = exchange("庁内の件", judge=policy(*rules))
    other.reason = "災害対応のため"
    with pytest.raises(Refused):
        await inspector().inspect(other, OUTSIDE)


async def test_a_written_reason_widens_a_row_of_the_matrix_and_is_noted() -> None:
    row = {"classification": "2", "zones": ["on_premises"], "break_glass": ["external"], "message": "理由"}
    judge = replace(policy(*RULES), matrix={"2": MatrixRow.model_validate(row)})
    one = exchange("要件", judge=judge)
    one.classification, one.reason = "2", "災害対応のため"
    await inspector().inspect(one, OUTSIDE)
    assert one.gave_way == ("matrix/2",)
    other = exchange("要件", judge=judge)
    other.classification = "2"
    with pytest.raises(Refused):
        await inspector().inspect(other, OUTSIDE)


async def test_an_unreadable_part_is_a_finding() -> None:
    content = [{"type": "image_url", "image_url": {"url": "data:x"}}]
    with pytest.raises(Refused):
        await inspected(messages=[{"role": "user", "content": content}])


async def test_a_finding_that_no_rule_covers_blocks() -> None:
    with pytest.raises(Refused, match="規程に定めのない"):
        await inspected("山田", judge=policy(rule("content.*", "allow")))


async def test_a_detector_that_raises_is_a_refusal_without_its_message() -> None:
    class Broken(Words):
        def detect(self, reading: Any) -> Any:
            raise ValueError(reading.text)

    with pytest.raises(Unavailable) as raised:
        await inspected("山田", judge=policy(*RULES, detector=Broken()))
    assert "山田" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_the_cache_asks_once_and_forgets_the_oldest() -> None:
    asked: list[str] = []

    class Counting(Words):
        def detect(self, reading: Any) -> Any:
            asked.append(reading.text)
            return super().detect(reading)

    judge, cache = policy(detector=Counting(山田="person")), FindingCache(2)
    for text in ("山田", "山田", "b", "c", "山田"):
        found = cache.detect(judge, Reading(text))
        assert len(found) == (text == "山田")
    assert asked == ["山田", "b", "c", "山田"]


def test_the_cache_knows_detectors_apart_and_holds_no_text() -> None:
    cache = FindingCache(10)
    first, second = Words(山田="person"), Words(太郎="person")
    second.revision = "words-2"  # type: ignore[misc]
    assert len(cache.detect(policy(detector=first), Reading("山田"))) == 1
    assert cache.detect(policy(detector=second), Reading("山田")) == ()
    assert "山田" not in repr(vars(cache))


async def test_numbering_is_stable_as_a_conversation_grows() -> None:
    first = await inspected("山田と相談した")
    second = await inspected("山田と相談した", "承知しました", "山田に伝えて")
    assert second.body["messages"][0] == first.body["messages"][0]
    assert second.body["messages"][2]["content"] == "[PERSON_1]に伝えて"
