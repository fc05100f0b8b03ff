from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import JAPAN, Kind, PeriodError, containing, parse, today

KINDS = st.sampled_from(list(Kind))
DAYS = st.dates(date(2000, 1, 2), date(2099, 12, 30))


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("day", "2026-11-24", "2026-11-24", "2026-11-24"),
        ("week", "2026-11-29", "2026-11-23", "2026-11-29"),
        ("week", "2027-01-01", "2026-12-28", "2027-01-03"),
        ("month", "2028-02-10", "2028-02-01", "2028-02-29"),
        ("month", "2026-12-31", "2026-12-01", "2026-12-31"),
        ("quarter", "2026-03-31", "2026-01-01", "2026-03-31"),
        ("quarter", "2026-04-01", "2026-04-01", "2026-06-30"),
        ("quarter", "2026-12-31", "2026-10-01", "2026-12-31"),
        ("year", "2027-03-31", "2026-04-01", "2027-03-31"),
        ("year", "2027-04-01", "2027-04-01", "2028-03-31"),
    ],
)
def test_the_period_of_a_day(kind: str, day: str, first: str, last: str) -> None:
    period = containing(Kind(kind), date.fromisoformat(day))
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


def test_a_day_begins_at_midnight_in_japan() -> None:
    day = containing(Kind.DAY, date(2026, 11, 24))
    assert day.start == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert day.end == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert day.start.tzinfo is UTC


def test_the_fiscal_year_turns_between_two_seconds() -> None:
    new_year = datetime(2027, 3, 31, 15, 0, tzinfo=UTC)
    assert today(new_year - timedelta(microseconds=1)) == date(2027, 3, 31)
    assert today(new_year) == date(2027, 4, 1)
    assert containing(Kind.YEAR, date(2027, 3, 31)).end == new_year == containing(Kind.YEAR, date(2027, 4, 1)).start


@given(KINDS, DAYS)
def test_periods_of_a_kind_have_neither_gap_nor_overlap(kind: Kind, day: date) -> None:
    period = containing(kind, day)
    assert period.first <= day <= period.last
    assert period.previous().end == period.start
    assert period.next().start == period.end
    assert period.next().previous() == period
    assert period.start.astimezone(JAPAN).hour == 0


@given(KINDS, DAYS)
def test_an_address_leads_back(kind: Kind, day: date) -> None:
    period = containing(kind, day)
    if period.first.year >= 2000:
        assert parse(kind.value, period.at) == period
    assert parse(kind.value, day.isoformat()) == period


@pytest.mark.parametrize(
    ("kind", "at", "name"),
    [
        ("day", "2026-11-24", "2026年11月24日（火）"),
        ("week", "2026-11-24", "2026年11月23日からの週"),
        ("month", "2026-11", "2026年11月"),
        ("quarter", "2026-11", "令和8年度（2026年度） 第3四半期"),
        ("quarter", "2027-01", "令和8年度（2026年度） 第4四半期"),
        ("quarter", "2027-04", "令和9年度（2027年度） 第1四半期"),
        ("year", "2026", "令和8年度（2026年度）"),
        ("year", "2019", "令和元年度（2019年度）"),
        ("year", "2018", "2018年度"),
    ],
)
def test_names(kind: str, at: str, name: str) -> None:
    assert parse(kind, at).name == name


def test_days_are_written_out() -> None:
    assert parse("month", "2026-11").days == "2026年11月1日〜2026年11月30日"
    assert parse("day", "2026-11-24").days == "2026年11月24日"


def test_every_kind_has_its_words() -> None:
    words = [(kind.word, kind.before, kind.following) for kind in Kind]
    assert words[2] == ("月", "前月", "翌月")
    assert len(set(words)) == 5


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        ("", "2026-11"),
        ("Month", "2026-11"),
        ("decade", "2026"),
        ("month", ""),
        ("month", "2026"),
        ("month", "2026-13"),
        ("month", "2026-00"),
        ("month", "2026-1"),
        ("day", "2026-11"),
        ("day", "2026-02-30"),
        ("day", "2026-11-24T00:00"),
        ("day", " 2026-11-24"),
        ("day", "2026-11-24\n"),
        ("day", "２０２６-11-24"),
        ("year", "1999"),
        ("year", "9999"),
        ("month", "0000-01"),
        ("month", "'; DROP TABLE exchanges; --"),
    ],
)
def test_what_is_no_period_is_refused(kind: str, at: str) -> None:
    with pytest.raises(PeriodError):
        parse(kind, at)
