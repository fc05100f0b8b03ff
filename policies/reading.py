"""One text, read once for all detectors: as it is, folded, and as words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from policies.normalize import View, normalize
from policies.tokens import Boundaries, Token, Words, segment

if TYPE_CHECKING:
    from collections.abc import Callable

Derived = TypeVar("Derived")


class Reading:
    """A text with its normalised view and its words, each computed when first asked for.

    ``tokens`` and ``boundaries`` are in offsets of ``view.text``; ``view.span(a, b)`` leads back
    to the original text, where findings point.
    """

    def __init__(self, text: str) -> None:
        """Keep the text; read nothing yet."""
        self.text = text
        self._derived: dict[Callable[[Reading], Any], Any] = {}

    def derived(self, make: Callable[[Reading], Derived]) -> Derived:
        """What ``make`` reads out of this reading, made once for all detectors that ask for it."""
        if make not in self._derived:
            self._derived[make] = make(self)
        known: Derived = self._derived[make]
        return known

    def adopt(self, make: Callable[[Reading], Derived], derived: Derived) -> None:
        """Take what ``make`` would read out of this reading from who has made it already."""
        self._derived[make] = derived

    @cached_property
    def view(self) -> View:
        """The folded text and its offset map."""
        return normalize(self.text)

    @cached_property
    def _words(self) -> Words:
        return segment(self.view.text)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Words of the view in Sudachi's mode C."""
        return self._words.tokens

    @cached_property
    def lemmas(self) -> tuple[str, ...]:
        """The dictionary form of each of ``tokens``."""
        return self._words.lemmas()

    @cached_property
    def norms(self) -> tuple[str, ...]:
        """Sudachi's normalised form of each of ``tokens``: one for all spellings of a word."""
        return self._words.norms()

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    def words(self, start: int, end: int) -> tuple[Token, ...]:
        """The words that lie wholly between two offsets of the view."""
        first = bisect_left(self._starts, start)
        last = first
        while last < len(self.tokens) and self.tokens[last].end <= end:
            last += 1
        return self.tokens[first:last]

    def word_at(self, offset: int) -> Token | None:
        """The word that covers an offset of the view; None beyond the text and where Sudachi reads nothing."""
        n = bisect_right(self._starts, offset) - 1
        return self.tokens[n] if n >= 0 and offset < self.tokens[n].end else None

    @property
    def boundaries(self) -> Boundaries:
        """Offsets in the view where a word of mode A or C begins or ends."""
        return self._words.boundaries
