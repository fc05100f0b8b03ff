from __future__ import annotations

from datetime import date

from policies.situation import Place, Situation, today, worst_zone

INSIDE, OUTSIDE = Place("on_premises", "庁内"), Place("external", "japaneast", trains_on_input=True)


def test_without_more_it_is_a_request_that_goes_outside_today() -> None:
    here = Situation()
    assert (here.direction, here.zone, here.day) == ("request", "external", today())


def test_the_same_situation_somewhere_else() -> None:
    here = Situation(department="01", day=date(2027, 4, 1))
    there = here.at(OUTSIDE)
    assert there.place == OUTSIDE
    assert (there.department, there.day) == ("01", date(2027, 4, 1))
    assert here.place == Place()


def test_one_place_outside_makes_it_external() -> None:
    assert worst_zone([INSIDE]) == "on_premises"
    assert worst_zone([INSIDE, OUTSIDE]) == "external"
