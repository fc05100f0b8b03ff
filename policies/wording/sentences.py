"""Where the sentences of a text begin and end, found once for all who ask."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from policies.wording.vocabulary import folded

if TYPE_CHECKING:
    from policies.reading import Reading

_REACH = 300
"""Characters on either side of a place within which its sentence is looked at."""
_END = re.compile(r"[。!?\n]")


class Sentences:
    """The ends of the sentences of one text; offsets are those of the text that was given."""

    __slots__ = ("_ends", "_length")

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in _END.finditer(text)]
        self._length = len(text)

    def around(self, start: int, end: int) -> tuple[int, int]:
        """Where the sentence around a place begins and ends, as far as it is looked at; the mark is left outside."""
        low, high = max(0, start - _REACH), min(self._length, end + _REACH)
        before, behind = bisect_left(self._ends, start), bisect_left(self._ends, end)
        left = max(low, self._ends[before - 1] + 1) if before else low
        return left, min(high, self._ends[behind]) if behind < len(self._ends) else high

    def divide(self, end: int, start: int) -> bool:
        """Whether a sentence ends between the end of one word and the start of the next."""
        behind = bisect_left(self._ends, end)
        return behind < len(self._ends) and self._ends[behind] < start


def sentences(reading: Reading) -> Sentences:
    """Those of the view in lower case, for ``Reading.derived``."""
    return Sentences(folded(reading))
