"""Other people in the same documents."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from redaction.training.variation import Supply, supply, variants, vary

NAMES = Supply(
    surnames=[("神崎", "カンザキ"), ("大迫", "オオサコ")],
    given=[("美波", "ミナミ"), ("耕平", "コウヘイ")],
    single=[("東", "アズマ")],
    placelike=[("千葉", "チバ")],
    foreign=["ロベルト"],
    places={"町": ["栄町", "旭町"]},
)


def marked(text: str, *values: tuple[str, str]) -> dict[str, Any]:
    spans, at = [], 0
    for value, kind in values:
        at = text.index(value, at)
        spans.append({"start": at, "end": at + len(value), "type": kind})
        at += len(value)
    return {"id": "x", "text": text, "spans": spans}


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311, nothing secret


def values(document: dict[str, Any]) -> list[str]:
    return [document["text"][s["start"] : s["end"]] for s in document["spans"]]


def test_the_text_around_stays_and_spans_move_with_it() -> None:
    text = "担当は佐藤 花子です。電話03-0000-0000、佐藤より"
    document = marked(text, ("佐藤 花子", "PERSON"), ("03-0000-0000", "PHONE"), ("佐藤", "PERSON"))
    for seed in range(20):
        found = vary(document, NAMES, chance(seed))
        full, phone, surname = values(found)
        assert found["text"] == f"担当は{full}です。電話{phone}、{surname}より"
        assert phone == "03-0000-0000"
        assert full.split(" ")[0] == surname != "佐藤"


@pytest.mark.parametrize(
    ("value", "looks"),
    [
        ("やまだ", "[ぁ-ん]+"),
        ("ヤマダ", "[ァ-ヴー]+"),
        ("YAMADA", "[A-Z]+"),
        ("Yamada Hanako", "[A-Z][a-z]+ [A-Z][a-z]+"),
    ],
)
def test_scripts_stay(value: str, looks: str) -> None:
    for seed in range(10):
        (found,) = values(vary(marked(f"私は{value}です", (value, "PERSON")), NAMES, chance(seed)))
        assert re.fullmatch(looks, found)


def test_addresses_keep_their_shape() -> None:
    (found,) = values(vary(marked("本町12-3に住む", ("本町12-3", "ADDRESS")), NAMES, chance(1)))
    assert re.fullmatch(r"(?:栄町|旭町|本町)[1-9]{2}-[1-9]", found)


def test_the_same_seed_gives_the_same_variants() -> None:
    document = marked("佐藤さん", ("佐藤", "PERSON"))
    assert variants([document], 3, NAMES, 5) == variants([document], 3, NAMES, 5)
    assert len(variants([document], 3, NAMES, 5)) == 3


def test_the_dictionary_supplies_names() -> None:
    names = supply()
    assert len(names.surnames) > 10_000
    assert ("東", "ヒガシ") in names.single
    assert any(written == "千葉" for written, _ in names.placelike)
    assert names.places["町"]
