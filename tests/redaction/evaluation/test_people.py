"""Invented people: right check digits, every fact labelled, the same person twice the same."""

from __future__ import annotations

import random
import re

import pytest

from redaction import checkdigits
from redaction.evaluation.gold import LABELS
from redaction.evaluation.people import FACTS, Person


@pytest.mark.parametrize("seed", range(20))
def test_check_digits_are_right(seed: int) -> None:
    person = Person(random.Random(seed))  # noqa: S311, chance that must repeat
    assert checkdigits.my_number(re.sub(r"\D", "", person.fact("my_number")))
    assert checkdigits.driver_license(person.fact("license"))
    assert checkdigits.luhn(re.sub(r"\D", "", person.fact("card")))


def test_every_kind_but_sensitive_has_a_fact() -> None:
    assert {label for label, _ in FACTS.values()} == LABELS - {"SENSITIVE"}


def test_a_fact_is_made_once() -> None:
    person = Person(random.Random(1))  # noqa: S311, chance that must repeat
    assert {name: person.fact(name) for name in FACTS} == {name: person.fact(name) for name in FACTS}
    assert all(person.fact(name) for name in FACTS)
    with pytest.raises(KeyError):
        person.fact("horoscope")
