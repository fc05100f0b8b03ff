"""One spelling to read, and a way back to the text as it was sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.normalize import normalize


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("０９０－１２３４－５６７８", "090-1234-5678"),
        ("090ー1234−5678", "090-1234-5678"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
        ("カレー", "カレー"),
        ("㍻①㈱", "平成1(株)"),
        ("12\u200b34\u00ad56", "123456"),
        ("\\u5c71\\u7530", "山田"),
        ("\\ud83d\\ude00", "😀"),
        ("⼭⽥", "山田"),
        ("090-\x008765\x1b-4321", "090-8765-4321"),
        ("一\t二\x0c三", "一\t二\x0c三"),
        ("&#23665;&#x7530;です", "山田です"),
        ("090&#45;8765", "090-8765"),
        ("&#12&#x;&#55296;&#9999999;&#8203;R&D", "&#12&#x;\ufffd\ufffdR&D"),
        ("見て\U000e0001\U000e0030\U000e0039\U000e0030\U000e007f", "見て090"),
        ("か\u3099", "が"),
        ("邊\U000e0100さん", "邊さん"),
        ("髙﨑", "髙﨑"),
        ("ふつうの文です。", "ふつうの文です。"),
        ("", ""),
    ],
)
def test_folding(text: str, wanted: str) -> None:
    assert normalize(text).text == wanted


def test_the_way_back_covers_the_whole_cluster() -> None:
    text = "番号は１２\u200b３４です"
    view = normalize(text)
    at = view.text.index("1234")
    span = view.span(at, at + 4)
    assert text[span.start : span.end] == "１２\u200b３４"


@given(st.text(max_size=60))
def test_offsets_are_in_order_and_inside(text: str) -> None:
    view = normalize(text)
    assert len(view.starts) == len(view.ends) == len(view.text)
    for n in range(len(view.text)):
        assert 0 <= view.starts[n] < view.ends[n] <= len(text)
        if n:
            assert view.starts[n - 1] <= view.starts[n]
            assert view.ends[n - 1] <= view.ends[n]


@given(st.text(max_size=60))
def test_folding_twice_changes_little(text: str) -> None:
    """A folded text has no full-width digit or invisible character left."""
    folded = normalize(text).text
    assert not set("０１２３４５６７８９\u200b\ufeff\u00ad") & set(folded)
