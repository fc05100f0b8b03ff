r"""What a recognizer is, and patterns guarded for Japanese text.

``\b`` never fires beside kana and kanji, which are word characters: every guard here is a look-around.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from redaction.hit import Hit
from redaction.page import Page
from redaction.sieve import needed

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

    from policies.reading import Reading

__all__ = ["Hit", "PageRecognizer", "Pattern", "PatternRecognizer", "Recognizer", "digits"]


class Recognizer(Protocol):
    """Finds personal information in a Reading; may raise anything. Keeps nothing of a text."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it can find, without ``pii.``."""
        ...

    def find(self, reading: Reading) -> Iterable[Hit]:
        """Hits in offsets of ``reading.view.text``."""
        ...


class PageRecognizer:
    """A recognizer over the page that all of ours share."""

    kinds: tuple[str, ...] = ()

    def find(self, reading: Reading) -> Iterable[Hit]:
        """Hits in offsets of ``reading.view.text``."""
        return self.on(reading.derived(Page))

    def on(self, page: Page) -> Iterable[Hit]:
        """What it finds on the page. May raise anything."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Pattern:
    """A guarded expression. The span is group ``v`` if there is one, else the whole match.

    A match must hold at least ``digits`` digits, and one of the strings that the expression needs: both spare the search of most text. ``valid`` is asked with the matched text. Where ``context`` is given, one of its words must stand within
    ``window`` characters before the match, or within ``after`` behind it.
    """

    kind: str
    regex: re.Pattern[str]
    score: float = 0.8
    valid: Callable[[str], bool] | None = None
    context: re.Pattern[str] | None = None
    window: int = 30
    after: int = 0
    digits: int = 0
    needs: frozenset[str] | None = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        """Read from the expression what a text must hold."""
        object.__setattr__(self, "needs", needed(self.regex))

    def hits(self, page: Page) -> Iterable[Hit]:
        """Every match that holds."""
        text = page.text
        if self.needs is not None and not any(string in text for string in self.needs):
            return
        group: str | int = "v" if "v" in self.regex.groupindex else 0
        for begin, stop in page.windows(self.digits):
            for match in self.regex.finditer(text, begin, stop):
                start, end = match.span(group)
                if (self.valid is None or self.valid(text[start:end])) and self._near(text, start, end):
                    yield Hit(start, end, self.kind, self.score)

    def _near(self, text: str, start: int, end: int) -> bool:
        if self.context is None:
            return True
        return bool(
            self.context.search(text, max(0, start - self.window), start)
            or (self.after and self.context.search(text, end, end + self.after))
        )


class PatternRecognizer(PageRecognizer):
    """A recognizer made of patterns, and of labelled fields of the same kinds."""

    patterns: ClassVar[tuple[Pattern, ...]] = ()

    def __init__(self) -> None:
        self.kinds = tuple(dict.fromkeys((*self.kinds, *(pattern.kind for pattern in self.patterns))))

    def on(self, page: Page) -> Iterable[Hit]:
        """Hits of all patterns and fields."""
        for field in page.fields:
            if field.kind in self.kinds:
                yield field
        for pattern in self.patterns:
            yield from pattern.hits(page)


def digits(text: str) -> str:
    """The digits of a text."""
    return "".join(char for char in text if "0" <= char <= "9")
