from __future__ import annotations

import pytest

from metrics.purposes import OTHER, PURPOSES, purpose


def test_the_purposes_of_the_survey_in_their_order() -> None:
    assert list(PURPOSES.values()) == [
        "文書作成", "要約", "文字起こし", "アイディア出し", "議会答弁", "調査", "翻訳", "その他",
    ]  # fmt: skip
    assert OTHER in PURPOSES
    assert all(len(identifier) <= 16 for identifier in PURPOSES)


@pytest.mark.parametrize("named", ["要約", " 要約 ", "summary", "SUMMARY"])
def test_identifiers_and_words_are_understood(named: str) -> None:
    assert purpose(named) == "summary"


@pytest.mark.parametrize("named", ["", "遊び", "summary2"])
def test_anything_else_is_none(named: str) -> None:
    assert purpose(named) is None
