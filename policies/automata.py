"""Many strings looked for at once (Aho and Corasick 1975): the one door to pyahocorasick."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import ahocorasick

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Value = TypeVar("Value")

_UNKNOWN = "\ufffd"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_RARE = re.compile("[\U00010000-\U0010ffff\ufffd]")
"""Characters that are no one unit of UTF-16, and the one that takes their place in the automaton."""


class Strings(Generic[Value]):
    """Strings with a value each. Immutable, so safe between threads."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        """Compile them. An empty string is found nowhere."""
        self._rare = {string: value for string, value in values.items() if _RARE.search(string)}
        self._automaton: Any = ahocorasick.Automaton()
        for string, value in values.items():
            if string and string not in self._rare:
                self._automaton.add_word(_halves(string), value)
        self._automaton.make_automaton()

    def __len__(self) -> int:
        """How many strings there are."""
        return len(self._automaton) + len(self._rare)

    def search(self, text: str) -> list[tuple[int, Value]]:
        """Where each string ends, with its value, in the order of the ends; inner strings included. Linear."""
        found: list[tuple[int, Value]] = []
        if len(self._automaton):  # one without strings cannot be asked
            found = [((last + 1) >> 1, value) for last, value in self._automaton.iter(_halves(text)) if last & 1]
        if self._rare and _RARE.search(text):
            found = sorted((*found, *self._rare_ones(text)), key=lambda hit: hit[0])
        return found

    def gather(self, text: str, into: dict[Value, list[int]]) -> None:
        """The same by value: the ends of each string that stands in the text, appended to those that are there."""
        if self._rare and _RARE.search(text):
            for end, value in self.search(text):
                into.setdefault(value, []).append(end)
        elif len(self._automaton):
            for last, value in self._automaton.iter(_halves(text)):
                if last & 1:
                    if (ends := into.get(value)) is None:
                        into[value] = [(last + 1) >> 1]
                    else:
                        ends.append((last + 1) >> 1)

    def _rare_ones(self, text: str) -> Iterator[tuple[int, Value]]:
        for string, value in self._rare.items():
            start = text.find(string)
            while start >= 0:
                yield start + len(string), value
                start = text.find(string, start + 1)


def _halves(text: str) -> str:
    """Each character as two of at most 256. A match is one only where it ends at a whole character.

    An automaton looks through the ways on from a node one by one, and from its root there would be a thousand.
    """
    return _ASTRAL.sub(_UNKNOWN, text).encode("utf-16-be", "surrogatepass").decode("latin-1")
