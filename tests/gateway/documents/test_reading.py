"""Whatever a library raises becomes one word; nothing of the document stands in it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents.limits import Limits, UnreadableError
from gateway.documents.reading import read
from tests.fixtures import documents

LIMITS = Limits()
KINDS = {
    "a.pdf": documents.pdf("佐藤花子"),
    "a.docx": documents.word("佐藤花子"),
    "a.xlsx": documents.excel("佐藤花子"),
    "a.pptx": documents.powerpoint("佐藤花子"),
    "a.eml": documents.mail("佐藤花子"),
    "a.csv": "佐藤花子,1".encode("cp932"),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_read(name: str) -> None:
    assert "佐藤花子" in (read(name, KINDS[name], LIMITS) or "")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_half_a_document_is_broken(name: str, part: float) -> None:
    data = KINDS[name]
    with pytest.raises(UnreadableError, match="broken") as raised:
        read(name, data[: int(len(data) * part)], LIMITS)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("data", [b"", b" \n", documents.pdf(""), b"\0\0", b"\x89PNG"])
def test_what_holds_no_text_is_left_to_the_policy(data: bytes) -> None:
    assert read("a", data, LIMITS) is None


def test_too_many_characters() -> None:
    with pytest.raises(UnreadableError, match="long"):
        read("a.txt", "あ".encode() * 11, Limits(max_characters=10))


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_no_damage_crashes_it(name: str, data: Any) -> None:
    damaged = bytearray(KINDS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnreadableError):
        read(name, bytes(damaged), LIMITS)
