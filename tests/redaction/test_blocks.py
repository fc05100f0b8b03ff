"""Long texts in blocks: the whole text, at its seams, and found as if read at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.reading import Reading
from redaction.analyzer import PersonalInformation, build
from redaction.blocks import LONG, divide


@pytest.mark.parametrize("text", ["", "あ", "あ" * LONG])
def test_a_short_text_is_one_block(text: str) -> None:
    assert divide(text) == [(0, len(text))]


@given(st.integers(1, 4), st.sampled_from(["あ", "あ。", "あ、", "1\n", "あ\n\n", "a b ", "12-\n"]))
@settings(max_examples=30, deadline=None)
def test_blocks_are_the_text_and_none_is_long(times: int, piece: str) -> None:
    text = piece * (times * LONG // len(piece) + 7)
    blocks = divide(text)
    assert "".join(text[start:end] for start, end in blocks) == text
    assert all(0 < end - start <= LONG for start, end in blocks)


@pytest.mark.parametrize(("seam", "other"), [("\n\n", "\n"), ("\n", "。"), ("。", "、")])
def test_blocks_end_at_the_best_seam(seam: str, other: str) -> None:
    text = (("あ" * 90 + other) * 30 + "い" * 20 + seam) * 20
    for _, end in divide(text)[:-1]:
        assert text[:end].endswith(seam)


def test_no_block_ends_inside_a_number_that_goes_on_in_the_next_line() -> None:
    text = "090-1234-\n5678 と " * 4000
    assert all(not text[:end].endswith("-\n") for _, end in divide(text)[:-1])


@pytest.fixture(scope="module")
def detector() -> PersonalInformation:
    return build()


def test_findings_of_a_long_text_point_where_they_should(detector: PersonalInformation) -> None:
    line = "備考のとおり、電話は０９０－１２３４－５６７８で、個人番号は123456789018です。\u200b\n"
    text = line * 600
    found = detector.detect(Reading(text))
    assert len(text) > LONG
    values = {(f.kind, text[f.span.start : f.span.end]) for f in found if f.kind != "pii.personal_record"}
    assert values == {("pii.phone", "０９０－１２３４－５６７８"), ("pii.my_number", "123456789018")}
    assert sum(f.kind == "pii.my_number" for f in found) == 600


def test_a_table_longer_than_a_block_keeps_its_header(detector: PersonalInformation) -> None:
    rows = [f"K-{n:04d}\t霧谷すみれ\t{n % 90 + 1}\t済" for n in range(2500)]
    text = "\n".join(["整理番号\t氏名\t年齢\t状況", *rows])
    found = [text[f.span.start : f.span.end] for f in detector.detect(Reading(text)) if f.kind == "pii.resident_id"]
    assert len(text) > 2 * LONG
    assert len(found) == 2500
