"""Strict mode: the named entities of ja_ginza as a second opinion on names and addresses (docs/strict.md).

Imported only where strict mode is on: spaCy and the model take seconds and some hundred megabytes.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spacy
from spacy.tokens import Doc

from redaction.hit import Hit
from redaction.tagger import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policies.reading import Reading
    from policies.tokens import Token

_PACKAGE = "ja_ginza"
# Named entities need words and their vectors only. The last two are components of the package ginza, which asks for an
# older Sudachi than ours; nothing that stands here comes before the entities.
_UNUSED = ["parser", "attribute_ruler", "morphologizer", "compound_splitter", "bunsetu_recognizer"]
_MOST_WORDS = 300
_SCORE = 0.4
"""Below whatever our own recognizers give, so that in an overlap theirs is the kind that is named."""
_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fffA-Za-z]")
_NUMBERED = re.compile(r"[都道府県市区町村郡].*[0-9〇一二三四五六七八九十]")


class SecondOpinion:
    """A recognizer: persons, and addresses with a number in them. Keeps nothing of a text.

    One text at a time, whatever the number of threads: the pipeline is not made for several.
    """

    kinds = ("person", "address")

    def __init__(self) -> None:
        """Load the model. Raises ModelError."""
        found = find_spec(_PACKAGE)
        if found is None or found.origin is None:
            raise ModelError("redaction.strict needs the model ja_ginza, which is not installed: make setup-strict")
        self.revision = f"ja_ginza-{metadata.version(_PACKAGE)}"
        self._lock = threading.Lock()
        try:
            self._model = spacy.load(Path(found.origin).parent / self.revision, exclude=_UNUSED)
        except (OSError, ValueError, ImportError) as error:
            raise ModelError(f"redaction.strict: ja_ginza cannot be loaded ({type(error).__name__})") from error

    def find(self, reading: Reading) -> Iterable[Hit]:
        """Hits in offsets of ``reading.view.text``. May raise whatever spaCy raises."""
        text = reading.view.text
        for piece in _pieces([token for token in reading.tokens if token.surface]):
            for start, end, label in self._entities(piece):
                if kind := _kind(text[start:end], label):
                    yield Hit(start, end, kind, _SCORE)

    def _entities(self, tokens: Sequence[Token]) -> list[tuple[int, int, str]]:
        """Entities with offsets of the text. What spaCy would remember of its words goes with the zone."""
        with self._lock, self._model.memory_zone():
            doc: Any = Doc(self._model.vocab, words=[t.surface for t in tokens], spaces=[False] * len(tokens))
            for _, component in self._model.pipeline:
                doc = component(doc)
            return [(tokens[e.start].start, tokens[e.end - 1].end, e.label_) for e in doc.ents]


@cache
def shipped() -> SecondOpinion:
    """The installed model, loaded once (it never changes), also when the detectors are made anew. Raises ModelError."""
    return SecondOpinion()


def _kind(found: str, label: str) -> str:
    """The kind of a finding; '' for what is none: a bare town, or a name without a letter."""
    if label == "Person":
        return "person" if len(found) > 1 and _NAME.search(found) and "\n" not in found else ""
    return "address" if label == "Postal_Address" and _NUMBERED.search(found) else ""


def _pieces(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Runs of words short enough that other threads get their turn between them; cut behind a sentence or line."""
    start = 0
    while start < len(tokens):
        end = min(start + _MOST_WORDS, len(tokens))
        if end < len(tokens):
            breaks = (n + 1 for n in range(end - 1, start, -1) if tokens[n].surface in {"。", "\n"})
            end = next(breaks, end)
        yield tokens[start:end]
        start = end
