"""A value found once is found everywhere in the request, and no farther."""

from __future__ import annotations

import pytest

from policies.finding import Span
from policies.reading import Reading
from redaction.spread import Known


def found(value: str, text: str, kind: str = "pii.person", covered: tuple[Span, ...] = ()) -> list[str]:
    return [text[f.span.start : f.span.end] for f in Known([(kind, "pii/x", value)]).find(Reading(text), covered)]


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
    assert Known([]).find(Reading("山田"), ()) == []
    assert found(" ", "山田") == []


def test_many_values_in_a_long_text() -> None:
    values = [("pii.phone", "pii/phone", f"090-{n:04d}-0000") for n in range(3000)]
    text = "。".join(value for _, _, value in values)
    assert len(Known(values).find(Reading(text), ())) == 3000
