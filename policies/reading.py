"""One text, read once for all detectors: as it is, folded, and as words."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from policies.normalize import View, normalize
from policies.tokens import Token, boundaries, tokenize


class Reading:
    """A text with its normalised view and its words, each computed when first asked for.

    ``tokens`` and ``boundaries`` are in offsets of ``view.text``; ``view.span(a, b)`` leads back
    to the original text, where findings point.
    """

    def __init__(self, text: str) -> None:
        """Keep the text; read nothing yet."""
        self.text = text

    @cached_property
    def view(self) -> View:
        """The folded text and its offset map."""
        return normalize(self.text)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Words of the view in Sudachi's mode C."""
        return tokenize(self.view.text)

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

    @cached_property
    def boundaries(self) -> frozenset[int]:
        """Offsets in the view where a word of mode A or C begins or ends."""
        marks = set(boundaries(self.view.text))
        for token in self.tokens:
            marks.add(token.start)
            marks.add(token.end)
        return frozenset(marks)
