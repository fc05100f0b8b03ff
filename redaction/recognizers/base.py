"""Presidio's seam: recognizers that read our Reading, and patterns guarded for Japanese text.

``\\b`` never fires beside kana and kanji, which are word characters: every guard here is a look-around.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

if TYPE_CHECKING:
    from policies.reading import Reading

LANGUAGE = "ja"
_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九ー―−‐の", "00123456789-----")
_KANJI_RUN = re.compile(r"[〇零一二三四五六七八九]{2,}(?:[-ー―−‐の][〇零一二三四五六七八九]{2,}){1,4}|[〇零一二三四五六七八九]{7,}")


class Hit(NamedTuple):
    """A recognizer's find, in offsets of the reading's view; ``kind`` without ``pii.``."""

    start: int
    end: int
    kind: str
    score: float


class Artifacts(NlpArtifacts):  # type: ignore[misc]
    """What Presidio hands to recognizers, carrying our Reading; nothing is computed twice."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.entities: list[Any] = []
        self.tokens = ()
        self.tokens_indices: list[int] = []
        self.lemmas: list[str] = []
        self.keywords: list[str] = []
        self.scores: list[float] = []
        self.nlp_engine = None


class ReadingRecognizer(EntityRecognizer):  # type: ignore[misc]
    """A recognizer over a Reading. Subclasses say what they find in ``find``; they may raise anything."""

    kinds: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__(
            supported_entities=[kind.upper() for kind in self.kinds],
            name=type(self).__name__,
            supported_language=LANGUAGE,
        )

    def load(self) -> None:
        """Nothing to load."""

    def find(self, reading: Reading) -> Iterable[Hit]:
        """Hits in offsets of ``reading.view.text``."""
        raise NotImplementedError

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Artifacts) -> list[RecognizerResult]:
        """Presidio's signature: results in offsets of the view."""
        del text
        return [
            RecognizerResult(hit.kind.upper(), hit.start, hit.end, hit.score)
            for hit in self.find(nlp_artifacts.reading)
            if hit.kind.upper() in entities
        ]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A guarded expression. The span is group ``v`` if there is one, else the whole match.

    ``valid`` is asked with the matched text. Where ``context`` is given, one of its words must
    stand within ``window`` characters before (or, with ``after``, behind) the match, unless ``valid`` says yes
    and ``valid_suffices``.
    """

    kind: str
    regex: re.Pattern[str]
    score: float = 0.8
    valid: Callable[[str], bool] | None = None
    context: re.Pattern[str] | None = None
    window: int = 30
    after: int = 0
    valid_suffices: bool = False

    def hits(self, text: str) -> Iterable[Hit]:
        """Every match that holds."""
        for match in self.regex.finditer(text):
            start, end = match.span("v") if "v" in self.regex.groupindex else match.span()
            valid = self.valid is None or self.valid(text[start:end])
            if self.context is None:
                if valid:
                    yield Hit(start, end, self.kind, self.score)
            elif (valid and self.valid_suffices) or ((valid or self.valid_suffices) and self._near(text, start, end)):
                yield Hit(start, end, self.kind, self.score)

    def _near(self, text: str, start: int, end: int) -> bool:
        assert self.context is not None  # noqa: S101, asked only where there is one
        return bool(
            self.context.search(text, max(0, start - self.window), start)
            or (self.after and self.context.search(text, end, end + self.after))
        )


class PatternRecognizer(ReadingRecognizer):
    """A recognizer made of patterns over the view with kanji digits unified."""

    patterns: Sequence[Pattern] = ()

    def __init__(self) -> None:
        self.kinds = tuple(dict.fromkeys(pattern.kind for pattern in self.patterns))
        super().__init__()

    def find(self, reading: Reading) -> Iterable[Hit]:
        """Hits of all patterns."""
        text = unify_digits(reading.view.text)
        for pattern in self.patterns:
            yield from pattern.hits(text)


def unify_digits(text: str) -> str:
    """Long runs of kanji digits as digits, character by character: the offsets stay."""
    if not _KANJI_RUN.search(text):
        return text
    return _KANJI_RUN.sub(lambda match: match[0].translate(_KANJI_DIGITS), text)


def digits(text: str) -> str:
    """The digits of a text."""
    return "".join(char for char in text if "0" <= char <= "9")
