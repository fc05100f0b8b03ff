"""Overlapping hits become one, and nothing that was found stays uncovered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redaction.hit import Hit, resolve

spans = st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda s: (s[0], s[0] + s[1]))
hits = st.lists(
    st.builds(lambda s, kind, score: Hit(*s, kind, score), spans, st.sampled_from("abc"), st.sampled_from([0.5, 0.9])),
    max_size=12,
)


def test_the_surest_names_the_union() -> None:
    assert resolve([Hit(0, 4, "phone", 0.7), Hit(2, 8, "my_number", 0.9)]) == [Hit(0, 8, "my_number", 0.9)]


def test_of_equal_hits_the_longer_names_it() -> None:
    assert resolve([Hit(2, 5, "age", 0.9), Hit(0, 6, "address", 0.9)]) == [Hit(0, 6, "address", 0.9)]


def test_neighbours_stay_apart() -> None:
    both = [Hit(0, 2, "person", 0.9), Hit(2, 4, "person", 0.9)]
    assert resolve(reversed(both)) == both


def test_a_chain_is_led_by_its_surest_hit_though_it_touches_not_all() -> None:
    chain = [Hit(0, 3, "a", 0.5), Hit(2, 6, "b", 0.6), Hit(5, 9, "c", 0.9)]
    assert resolve(chain) == [Hit(0, 9, "c", 0.9)]


@given(hits)
def test_the_same_characters_are_covered_and_none_twice(found: list[Hit]) -> None:
    covered = {n for hit in found for n in range(hit.start, hit.end)}
    resolved = resolve(found)
    flat = [n for hit in resolved for n in range(hit.start, hit.end)]
    assert sorted(flat) == sorted(covered)
    assert resolved == sorted(resolved)
