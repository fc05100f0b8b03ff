from __future__ import annotations

from datetime import date

from metrics.ledger import Amounts, PersonYear, ledger
from metrics.periods import Kind, containing

YEAR = containing(Kind.YEAR, date(2026, 4, 1))
NONE = [0] * 12


def days(*months: int) -> list[int]:
    return [*months, *NONE][:12]


def test_a_person_is_one_in_all_units_and_months_together() -> None:
    made = ledger(
        YEAR, [PersonYear("1", "a", days(1, 0, 1)), PersonYear("2", "a", days(0, 1)), PersonYear("1", "b", days(1))], {}
    )
    assert made.persons({"1"}, range(1)).bit_count() == 2
    assert made.persons({"1", "2"}, range(12)).bit_count() == 2
    assert made.persons({"2"}, range(1)).bit_count() == 0
    assert made.persons({"nowhere"}, range(12)) == 0


def test_four_days_make_somebody_stay() -> None:
    made = ledger(YEAR, [PersonYear("1", "a", days(0b1111)), PersonYear("1", "b", days(0b111, 0b11110))], {})
    assert made.stayed({"1"}, 0).bit_count() == 1
    assert made.stayed({"1"}, 1).bit_count() == 1
    assert made.stayed({"2"}, 0) == 0


def test_days_in_several_units_are_taken_together_above_them() -> None:
    people = [PersonYear("1", "a", days(0b0011)), PersonYear("2", "a", days(0b1100)), PersonYear("3", "a", days(0b1))]
    made = ledger(YEAR, people, {})
    assert made.stayed({"1"}, 0) == made.stayed({"2"}, 0) == made.stayed({"1", "3"}, 0) == 0
    assert made.stayed({"1", "2"}, 0).bit_count() == 1


def test_the_same_day_in_two_units_is_one_day() -> None:
    made = ledger(YEAR, [PersonYear("1", "a", days(0b0011)), PersonYear("2", "a", days(0b0111))], {})
    assert made.stayed({"1", "2"}, 0) == 0


def test_many_persons_keep_their_bits() -> None:
    made = ledger(YEAR, [PersonYear("1", f"p{n}", days(int(n % 3 == 0))) for n in range(1000)], {})
    assert made.persons({"1"}, range(1)).bit_count() == 334


def test_amounts_are_sums() -> None:
    one, two = Amounts(1, 2, 3, 0.5, 4, 5, 6), Amounts(10, 20, 30, 1.5, 40, 50, 60)
    made = ledger(YEAR, [], {"1": [one, two, *[Amounts()] * 10], "2": [two, *[Amounts()] * 11]})
    assert made.amount({"1", "2", "x"}, range(1)) == one.plus(two) == Amounts(11, 22, 33, 2.0, 44, 55, 66)
    assert made.amount({"1"}, range(12)) == one.plus(two)
