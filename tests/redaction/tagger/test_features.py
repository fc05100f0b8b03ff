"""What the tagger looks at."""

from __future__ import annotations

import numpy as np
import pytest

from policies.reading import Reading
from redaction.page import Page
from redaction.tagger.features import COMBINED, NEIGHBOURS, WIDTHS, Sheet, describe, edge, slots


def sheet(text: str) -> Sheet:
    return describe(Page(Reading(text)))


def row(found: Sheet, n: int) -> list[int]:
    """All keys of one word: its neighbours' and the combined ones."""
    words = np.concatenate((slots(found.words), edge()))
    at, keys = 0, []
    for place, width in enumerate(WIDTHS):
        keys += words[found.which[place, n], at : at + width].tolist()
        at += width
    return [*keys, *found.combined[:, n].tolist()]


def test_shapes() -> None:
    found = sheet("森さんは三軒茶屋に住む。\n住所：本町三丁目")
    n = len(found.tokens)
    assert found.which.shape == (NEIGHBOURS, n)
    assert found.combined.shape == (len(COMBINED), n)
    assert slots(found.words).shape == (len(found.words), sum(WIDTHS))
    assert found.which.max() == len(found.words)  # what lies beyond the text
    assert found.breaks.sum() == 2


@pytest.mark.parametrize("text", ["", " ", "\n", "。", "\ud800", "(((", "💮", "박민재", "0" * 50])
def test_odd_texts(text: str) -> None:
    found = sheet(text)
    assert found.which.shape == (NEIGHBOURS, len(found.tokens))


def test_the_same_place_has_the_same_keys_in_any_text() -> None:
    one, other = sheet("前置き。\n担当は森さんです。"), sheet("担当は森さんです。")
    words = [t.surface for t in one.tokens]
    # Four words before and three behind are the same; whole-text columns are too in these two.
    assert row(one, words.index("さん"))[: 3 * 13] == row(other, 3)[: 3 * 13]


def test_a_word_honoured_elsewhere_looks_otherwise() -> None:
    alone, again = sheet("轡田が来た。轡田が帰る。"), sheet("轡田が来た。轡田さんが帰る。")
    assert row(alone, 0)[:39] == row(again, 0)[:39]
    assert row(alone, 0) != row(again, 0)


def test_old_characters_are_known_to_the_dictionary() -> None:
    column = [name for parts in COMBINED for name, _ in parts].index("d")
    assert column >= 0
    one, other = sheet("髙梨さん"), sheet("高梨さん")
    assert slots(one.words)[0, 3] == slots(other.words)[0, 3]  # what the dictionary knows the word to be


def test_work_grows_with_the_text_and_not_faster() -> None:
    text = "森さんは三軒茶屋に住む。\n"
    small, large = sheet(text * 10), sheet(text * 100)
    assert len(large.words) == len(small.words)
    assert large.which.shape[1] == 10 * small.which.shape[1]
    assert np.array_equal(slots(large.words), slots(small.words))
