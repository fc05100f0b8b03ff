"""Letter-spaced words are read as words, and lead back to where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.letterspaced import squeeze


def test_single_blanks_go_and_gaps_stay_one_blank() -> None:
    text = "届出\n氏 名  霧 谷  す み れ  印\n以上"
    squeezed = squeeze(text)
    assert squeezed is not None
    assert squeezed[0] == "届出\n氏名 霧谷 すみれ 印\n以上"


@pytest.mark.parametrize("text", ["", "氏名 霧谷すみれ", "1 2 3 4 5 6 7 8", "a b c d e f g h", "山 川 海", "A 1 B 2"])
def test_what_is_not_letter_spaced(text: str) -> None:
    assert squeeze(text) is None


@given(st.text(alphabet="氏名霧 \n1aあ", max_size=80))
def test_offsets_lead_back(text: str) -> None:
    squeezed = squeeze(text)
    if squeezed:
        assert [text[n] for n in squeezed[1]] == list(squeezed[0])
        assert list(squeezed[1]) == sorted(squeezed[1])


def test_a_megabyte_of_it_is_read_once() -> None:
    squeeze("あ " * 500_000)
    squeeze(" " * 1_000_000)
