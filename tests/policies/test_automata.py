"""Many strings in one look: the same as looking for each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.automata import Strings

SOME = st.text(st.sampled_from("あいa\u3000\ufffd𠮷𠀋\ud800\0"), min_size=1, max_size=3)


def each(strings: list[str], text: str) -> list[tuple[int, str]]:
    found = [(n + len(s), s) for s in strings for n in range(len(text)) if text.startswith(s, n)]
    return sorted(found)


@given(st.lists(SOME, max_size=6, unique=True), st.text(st.sampled_from("あいa\u3000\ufffd𠮷𠀋\ud800\0"), max_size=12))
def test_every_place_of_every_string(strings: list[str], text: str) -> None:
    found = Strings({s: s for s in strings}).search(text)
    assert [end for end, _ in found] == sorted(end for end, _ in found)
    assert sorted(found) == each(strings, text)
    gathered: dict[str, list[int]] = {}
    Strings({s: s for s in strings}).gather(text, gathered)
    assert sorted((end, s) for s, ends in gathered.items() for end in ends) == sorted(found)


@pytest.mark.parametrize("text", ["", "何か", "𠮷"])
def test_without_strings_nothing_is_found(text: str) -> None:
    assert Strings({}).search(text) == []
    assert Strings({"": 1}).search(text) == []
    assert len(Strings({"": 1, "𠮷": 2, "吉": 3})) == 2


def test_a_match_does_not_begin_within_a_character() -> None:
    # The second half of one character and the first of the next are those of 、 in two other characters.
    assert Strings({"\u0130": 1}).search("\u3001\u3042") == []
