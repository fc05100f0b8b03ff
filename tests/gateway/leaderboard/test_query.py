from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from gateway.leaderboard.query import INSIDE, OUTSIDE, Level, Order, Query, Scope, Who, parse
from metrics.periods import Kind, PeriodError

LANGUAGES = ("ja", "en")


@pytest.mark.parametrize("scope", [INSIDE, OUTSIDE])
def test_nothing_asked_is_the_start(scope: Scope) -> None:
    assert parse({}, scope, LANGUAGES) == scope.start


def test_everything_stands_in_the_address_and_comes_back() -> None:
    query = Query(Kind.QUARTER, "2026-07", Level.DIVISION, Who.ROBOTS, Order.RATE, "en")
    address = query.address()
    assert address.startswith("?period=quarter&at=2026-07")
    assert parse(dict(parse_qsl(address[1:])), INSIDE, LANGUAGES) == query


def test_what_is_usual_is_left_out_of_the_address() -> None:
    assert Query(Kind.MONTH, None, Level.SECTION).address() == "?period=month&level=section"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("period", "decade"), ("period", ""), ("level", "person"), ("level", "whole"), ("who", "x"), ("order", "RATE"),
        ("period", "<script>"), ("who", "people\0"),
    ],
)  # fmt: skip
def test_what_there_is_not_is_refused(name: str, value: str) -> None:
    with pytest.raises(PeriodError, match=name) as refused:
        parse({name: value}, INSIDE, LANGUAGES)
    assert "script" not in str(refused.value)


@pytest.mark.parametrize(("name", "value"), [("period", "month"), ("period", "day"), ("level", "section")])
def test_outside_there_is_less(name: str, value: str) -> None:
    assert parse({name: value}, INSIDE, LANGUAGES)
    with pytest.raises(PeriodError):
        parse({name: value}, OUTSIDE, LANGUAGES)


def test_an_unknown_language_is_none() -> None:
    assert parse({"lang": "../../etc"}, INSIDE, LANGUAGES).language is None
