"""A value found once is found everywhere in the request, and no farther."""

from __future__ import annotations

import pytest

from policies.finding import Span
from policies.reading import Reading
from redaction.spread import Memory, spread


def found(value: str, text: str, kind: str = "pii.person", covered: tuple[Span, ...] = ()) -> list[str]:
    (findings,) = spread([(kind, "pii/x", value)], [Reading(text)], [covered])
    return [text[f.span.start : f.span.end] for f in findings]


@pytest.mark.parametrize(
    ("value", "text", "wanted"),
    [
        ("山田太郎", "山田太郎が来た。山田太郎は帰った。", ["山田太郎", "山田太郎"]),
        ("山口", "山口が来た。", ["山口"]),
        ("山口", "山口県と山口市役所に問い合わせた。", []),
        ("林", "林業の担当と林が話した。", []),
        ("Sato", "Sato came; Satomi did not.", ["Sato"]),
        ("北条院小夜子", "北条院小夜子.pdf", ["北条院小夜子"]),
    ],
)
def test_names(value: str, text: str, wanted: list[str]) -> None:
    assert found(value, text) == wanted


@pytest.mark.parametrize(
    ("value", "text", "wanted"),
    [
        ("090-1234-5678", "０９０－１２３４－５６７８へ", ["０９０－１２３４－５６７８"]),
        ("1234567", "1234567と91234567と12345678", ["1234567"]),
        ("1234567", "12\u200b34567", ["12\u200b34567"]),
    ],
)
def test_numbers(value: str, text: str, wanted: list[str]) -> None:
    assert found(value, text, "pii.phone") == wanted


def test_what_is_covered_wholly_is_not_found_again_but_what_reaches_out_is() -> None:
    assert found("北条院小夜子", "北条院小夜子", covered=(Span(0, 6),)) == []
    assert found("北条院小夜子", "北条院小夜子", covered=(Span(3, 6),)) == ["北条院小夜子"]


def test_nothing_to_look_for() -> None:
    assert spread([], [Reading("山田")], [()]) == [[]]
    assert found(" ", "山田") == []


def test_many_values_in_a_long_text() -> None:
    values = [("pii.phone", "pii/phone", f"090-{n:04d}-0000") for n in range(3000)]
    text = "。".join(value for _, _, value in values)
    assert len(spread(values, [Reading(text)], [()])[0]) == 3000


TURNS = [
    "山田太郎が来た。",
    "電話は090-1234-5678。",
    "福島県の福島さんと山田太郎。",
    "０９０－１２３４－５６７８に福島から。",
    "以上",
]
VALUES = [
    ("pii.person", "pii/person", "山田太郎"),
    ("pii.phone", "pii/phone", "090-1234-5678"),
    ("pii.person", "pii/person", "福島"),
]


def test_with_a_memory_a_growing_conversation_finds_the_same() -> None:
    memory = Memory(100)
    for count in range(1, len(TURNS) + 1):
        for known in (VALUES[:1], VALUES[:2], VALUES, VALUES[1:]):
            readings = [Reading(text) for text in TURNS[:count]]
            covered = [(Span(0, 2),) for _ in readings]
            assert spread(known, readings, covered, memory) == spread(known, readings, covered)


def test_a_text_that_was_searched_is_not_read_again() -> None:
    memory = Memory(10)
    first = spread(VALUES[:1], [Reading(TURNS[0])], [()], memory)
    again = Reading(TURNS[0])
    assert spread(VALUES[:1], [again], [()], memory) == first
    assert "view" not in vars(again) or first


def test_the_memory_is_bounded_and_holds_no_text() -> None:
    memory = Memory(3)
    for n in range(10):
        spread(VALUES, [Reading(f"山田太郎{n}")], [()], memory)
    kept = vars(memory)["_texts"]
    assert len(kept) == 3
    assert "山田" not in repr(kept)
