"""What one word says by itself."""

from __future__ import annotations

import numpy as np
import pytest

from policies.tokens import Token, segment
from redaction.tagger import words
from redaction.tagger.words import ATTRIBUTES, COLUMNS, Word, is_ordinary, units


def word(text: str) -> Word:
    return Word(segment(text).tokens[0])


@pytest.mark.parametrize(
    ("text", "flag", "wanted"),
    [
        ("。", words.MARK, True), ("様", words.MARK, False), ("\n", words.NEWLINE, True), ("。", words.NEWLINE, False),
        ("。", words.BREAKS, True), ("\n", words.BREAKS, True), ("、", words.BREAKS, False), (":", words.COLON, True),
        ("森", words.KANJI, True), ("さん", words.KANJI, False), ("森", words.NAMED, True), ("轡田", words.NAMED, True),
        ("申請", words.NAMED, False), ("様", words.HONORIFIC, True), ("市", words.HONORIFIC, False), ("市", words.PLACE, True),
    ],
)  # fmt: skip
def test_what_is_true_of_a_word(text: str, flag: int, *, wanted: bool) -> None:
    assert bool(word(text).flags & flag) is wanted


def test_keys_are_packed_ready_to_be_arrays() -> None:
    made = word("森")
    columns, keys = np.frombuffer(made.columns, np.uint32), np.frombuffer(made.keys, np.uint32)
    assert len(columns) == len(COLUMNS) + 1
    assert columns[-1] == made.flags
    assert len(keys) == ATTRIBUTES
    assert keys[: len(COLUMNS)].tolist() == columns[:-1].tolist()
    assert made.key == columns[0]
    assert not np.frombuffer(word("abc").keys, np.uint32)[len(COLUMNS) :].any()


def test_digits_do_not_matter_and_other_words_do() -> None:
    assert word("45").columns == word("67").columns
    assert word("森").columns != word("林").columns


@pytest.mark.parametrize(
    ("text", "wanted"), [("申請", True), ("佐藤", False), ("5", True), ("45", False), ("轡田", False)]
)
def test_which_words_say_nothing_about_anybody(text: str, *, wanted: bool) -> None:
    assert is_ordinary(segment(text).tokens[0]) is wanted


def test_a_long_word_is_not_ordinary() -> None:
    assert not is_ordinary(Token("あ" * 9, 0, 9, ("名詞", "普通名詞", "一般", "*", "*", "*"), is_oov=False))


def test_a_face_is_taken_apart() -> None:
    text = "日置（へき）と屋(へき)に"
    assert "へき" in [t.surface for t in units(segment(text).tokens)]
    assert "".join(t.surface for t in units(segment(text).tokens)) == text
