"""Who may serve: the matrix first, by default nobody; then what the rules say of each place."""

from __future__ import annotations

from typing import Any

import pytest

from policies.finding import Finding, Span
from policies.routing import Route, route
from policies.ruleset import PolicySet
from policies.schema import MatrixRow, PolicyRule
from policies.situation import Place, Situation

INSIDE = Place("on_premises", "庁内")
JAPAN = Place("external", "japaneast")
ABROAD = Place("external", "eastus")
TRAINS = Place("external", "japaneast", trains_on_input=True)
ALL = (ABROAD, TRAINS, JAPAN, INSIDE)


def rule(name: str, action: str, **more: Any) -> PolicyRule:
    base = {"id": f"r/{name}", "kinds": ["pii.*"], "action": action, "message": "理由"}
    return PolicyRule.model_validate({**base, "examples": {"match": ["a"], "no_match": ["b"]}, **more})


def row(name: str, *zones: str, **more: Any) -> MatrixRow:
    return MatrixRow.model_validate({"classification": name, "zones": zones, "message": "理由", **more})


MATRIX = (
    row("3A"),
    row("3B", "on_premises"),
    row("2", "on_premises", "external", regions=["庁内", "japaneast"]),
    row("1", "on_premises", "external", trains_on_input=True),
    row("unstated", "on_premises", "external"),
)


def routed(*rules: PolicyRule, matrix: Any = (), found: bool = True, classification: str = "") -> Route:
    policy = PolicySet("1", rules, {}, (), {r.classification: r for r in matrix})
    findings = [Finding(Span(0, 1), "pii.person", "pii/person")] if found else []
    return route(policy, findings, Situation(classification=classification), ALL)


@pytest.mark.parametrize(
    ("classification", "places"),
    [
        ("3A", ()),
        ("3B", (INSIDE,)),
        ("3C", ()),  # has no row: default deny
        ("2", (JAPAN, INSIDE)),
        ("1", ALL),
        ("", (ABROAD, JAPAN, INSIDE)),
    ],
)
def test_the_matrix(classification: str, places: tuple[Place, ...]) -> None:
    found = routed(matrix=MATRIX, found=False, classification=classification)
    assert found.places == places
    assert found.admitted is bool(places)
    assert set(found.left_out) == set(ALL) - set(places)
    assert set(found.left_out.values()) <= {f"matrix/{classification or 'unstated'}"}


def test_without_a_matrix_a_stated_class_goes_nowhere() -> None:
    assert routed(found=False).places == ALL
    assert routed(found=False, classification="1").places == ()


def test_personal_information_goes_where_nobody_trains() -> None:
    block = rule("train", "block", trains_on_input=True)
    found = routed(block, rule("all", "redact"))
    assert found.places == (ABROAD, JAPAN, INSIDE)
    assert found.left_out == {TRAINS: "r/train"}
    assert routed(block, found=False).places == ALL


def test_regions_are_left_out_one_by_one() -> None:
    found = routed(rule("abroad", "block", regions=["eastus"]), rule("all", "redact"))
    assert found.left_out == {ABROAD: "r/abroad"}


def test_what_is_confined_stays_inside() -> None:
    found = routed(rule("all", "confine"))
    assert found.places == (INSIDE,)
    assert set(found.left_out) == {ABROAD, TRAINS, JAPAN}


def test_where_nobody_may_serve_the_decisions_speak_of_those_the_matrix_admits() -> None:
    found = routed(rule("all", "block"), matrix=MATRIX, classification="2")
    assert found.places == ()
    assert found.judged == (JAPAN, INSIDE)
    assert found.admitted


def test_a_place_is_asked_once() -> None:
    policy = PolicySet("1", (), {}, ())
    assert route(policy, [], Situation(), (INSIDE, INSIDE, JAPAN)).places == (INSIDE, JAPAN)


def test_a_row_gives_way_to_a_written_reason_where_it_says_so() -> None:
    matrix = (row("3B", "on_premises", break_glass=["external"]), row("3A"))
    policy = PolicySet("1", (), {}, (), {r.classification: r for r in matrix})
    without = route(policy, [], Situation(classification="3B"), ALL)
    assert (without.places, without.gave_way) == ((INSIDE,), ())
    given = route(policy, [], Situation(classification="3B", reason_given=True), ALL)
    assert (set(given.places), given.gave_way) == ({ABROAD, JAPAN, INSIDE}, ("matrix/3B",))
    assert given.left_out == {TRAINS: "matrix/3B"}
    for classification in ("3A", "1"):  # a row without it, and no row at all
        found = route(policy, [], Situation(classification=classification, reason_given=True), ALL)
        assert (found.places, found.gave_way) == ((), ())
