"""The word lists agree with each other."""

from __future__ import annotations

import pytest

from redaction.names.words import COUNTED, COURTESY, HONORIFICS, NOT_BEFORE, NOT_BEHIND, ORGANISATION, TITLES


def test_courtesy_and_titles_are_apart() -> None:
    assert not COURTESY & TITLES
    assert HONORIFICS == COURTESY | TITLES


@pytest.mark.parametrize("word", ["市", "県庁", "建設", "小学校", "公園", "商店"])
def test_not_before(word: str) -> None:
    assert NOT_BEFORE.match(word)


@pytest.mark.parametrize("word", ["市長", "課長", "様", "さん", "が", "、"])
def test_before(word: str) -> None:
    assert not NOT_BEFORE.match(word)


def test_organisations_and_counted_things() -> None:
    assert NOT_BEHIND.search("株式会社")
    assert ORGANISATION.search("堀川建設")
    assert not ORGANISATION.search("山田太郎")
    assert COUNTED.match("三軒")
    assert not COUNTED.match("三浦")
