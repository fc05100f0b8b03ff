"""An expression is asked only where one of its indispensable strings stands; nothing is lost by that."""

from __future__ import annotations

import random
import re

import pytest

from redaction import labels
from redaction.analyzer import RECOGNIZERS
from redaction.evaluation.corpus import generate
from redaction.recognizers import credentials, sensitive
from redaction.recognizers.base import PatternRecognizer
from redaction.sieve import Sieve, needed


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        ("abc", {"abc"}), ("ab|cd", {"ab", "cd"}), ("a(?:bc)?de", {"de"}), (r"\d{4}-\d{4}", {"-"}), (r"\d+", None),
        ("(?:ab)+c", {"ab"}), ("(?:ab)*c", {"c"}), ("[xy]z?", {"x", "y"}), ("[^x]", None), ("[a-z]", None),
        ("(?=様)[一-龥]", {"様"}), ("(?<=お)客", {"客"}), ("(?!ab)cd", {"cd"}), ("ab|", None), ("a|[0-1]+|b", {"a", "b", "0", "1"}),
        ("(?i)abc", None), ("x(?i:abc)", {"x"}), ("(?P<v>様方)(?P=v)?", {"様方"}), ("口座|口頭", {"口"}), ("", None),
        ("(?>ab|cd)", {"ab", "cd"}) , ("(?:a|b){2,}+", {"a", "b"}),
    ],
)  # fmt: skip
def test_what_a_match_cannot_do_without(pattern: str, strings: set[str] | None) -> None:
    try:
        regex = re.compile(pattern)
    except re.error:
        pytest.skip("this Python has no such syntax")
    found = needed(regex)
    assert (set(found) if found is not None else None) == strings


def every() -> list[re.Pattern[str]]:
    patterns = [p.regex for made in RECOGNIZERS if isinstance(one := made(), PatternRecognizer) for p in one.patterns]
    patterns += [label for _, label, _, _ in labels._COMPILED]
    patterns += [sensitive._ENDINGS, *(pattern for _, pattern in sensitive._COMPILED)]
    return [*patterns, credentials._SECRET, credentials._CODE, credentials._ACCOUNT]


def texts() -> list[str]:
    chance = random.Random(3)  # noqa: S311, chance that must repeat
    own = [document.text for document in generate(5, 150)]
    alphabet = "".join(own)
    return [*own, *("".join(chance.choices(alphabet, k=60)) for _ in range(150))]


def test_no_match_is_lost_in_any_text() -> None:
    patterns = every()
    assert sum(needed(pattern) is not None for pattern in patterns) > len(patterns) / 2
    for text in texts():
        for pattern in patterns:
            strings = needed(pattern)
            if strings is not None and pattern.search(text):
                assert any(string in text for string in strings), pattern.pattern


def test_a_sieve_passes_what_can_match() -> None:
    patterns = every()
    sieve = Sieve(patterns)
    assert sieve.passing("") == {n for n, pattern in enumerate(patterns) if needed(pattern) is None}
    for text in texts():
        passed = sieve.passing(text)
        assert {n for n, pattern in enumerate(patterns) if pattern.search(text)} <= passed


def test_an_empty_sieve() -> None:
    assert Sieve([]).passing("何か") == set()
    assert Sieve([re.compile(r"\d")]).passing("何か") == {0}
