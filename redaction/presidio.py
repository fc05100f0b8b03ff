"""Presidio's recognizer seam, both ways: ours in Presidio's engine, Presidio's recognizers in our detector.

The one door to Presidio and spaCy. Importing this takes two seconds and a hundred megabytes, so only who uses
Presidio does (docs/adr/0010).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import spacy
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.tokens import Doc
from spacy.vocab import Vocab

from policies.reading import Reading
from redaction.recognizers.base import Hit, Recognizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LANGUAGE = "ja"
_KIND = re.compile(r"[a-z][a-z0-9_]*")


class SudachiEngine(NlpEngine):
    """Presidio's view of a text from our tokens: a spaCy Doc without spaCy's own, slower tokenizer.

    Recognizers that look for context words in Presidio's way find them in Japanese text too.
    """

    def __init__(self) -> None:
        self._vocab = Vocab()

    def load(self) -> None:
        """Nothing to load: Sudachi's dictionary is opened with the first text."""

    def is_loaded(self) -> bool:
        """Always."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Tokens, lemmas and offsets of a text."""
        del language
        return self.artifacts(Reading(text))

    def process_batch(self, texts: Iterable[str], language: str, **more: Any) -> Iterator[tuple[str, NlpArtifacts]]:
        """One text after the other."""
        del more
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        """Whether spaCy lists the word among those without meaning of their own."""
        return word in spacy.blank(language).Defaults.stop_words

    def is_punct(self, word: str, language: str) -> bool:
        """Whether the word is punctuation."""
        del language
        return not any(char.isalnum() for char in word)

    def get_supported_entities(self) -> list[str]:
        """None: this engine reads words, it names nothing."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Japanese."""
        return [LANGUAGE]

    def artifacts(self, reading: Reading) -> ReadingArtifacts:
        """What Presidio's recognizers are given beside a text; offsets are those of the view."""
        words = [token.surface for token in reading.tokens]
        doc = Doc(self._vocab, words=words, spaces=[False] * len(words))
        starts = [token.start for token in reading.tokens]
        return ReadingArtifacts(reading, doc, starts, words, self)


class ReadingArtifacts(NlpArtifacts):
    """Presidio's artifacts that carry our Reading, so that our recognizers need not read again."""

    def __init__(self, reading: Reading, doc: Doc, starts: list[int], lemmas: list[str], engine: NlpEngine) -> None:
        self.reading = reading
        super().__init__(
            entities=[], tokens=doc, tokens_indices=starts, lemmas=lemmas, nlp_engine=engine, language=LANGUAGE
        )


class ForPresidio(EntityRecognizer):
    """One of our recognizers as Presidio knows them. Spans are offsets of the text that Presidio passes."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        super().__init__(
            supported_entities=[kind.upper() for kind in recognizer.kinds],
            name=type(recognizer).__name__,
            supported_language=LANGUAGE,
        )

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Presidio's signature; raises whatever the recognizer raises."""
        shared = isinstance(nlp_artifacts, ReadingArtifacts) and nlp_artifacts.reading.text == text
        reading = nlp_artifacts.reading if shared and isinstance(nlp_artifacts, ReadingArtifacts) else Reading(text)
        results = []
        for hit in self._recognizer.find(reading):
            if hit.kind.upper() in entities:
                span = reading.view.span(hit.start, hit.end)
                results.append(RecognizerResult(hit.kind.upper(), span.start, span.end, hit.score))
        return results


class FromPresidio:
    """A recognizer of Presidio's in our detector. Its failure is a failure, not an empty result."""

    def __init__(self, recognizer: EntityRecognizer, engine: SudachiEngine) -> None:
        self._recognizer, self._engine = recognizer, engine
        self.kinds = tuple(entity.lower() for entity in recognizer.supported_entities)
        for kind in self.kinds:
            if not _KIND.fullmatch(kind):
                raise ValueError(f"the entity {kind.upper()} of {recognizer.name} cannot be a kind of finding")

    def find(self, reading: Reading) -> Iterable[Hit]:
        """Its results over the normalised view."""
        artifacts = self._engine.artifacts(reading)
        entities = list(self._recognizer.supported_entities)
        for result in self._recognizer.analyze(reading.view.text, entities, artifacts) or ():
            if result.end > result.start:
                yield Hit(result.start, result.end, result.entity_type.lower(), result.score)


def registry(recognizers: Sequence[Recognizer]) -> RecognizerRegistry:
    """Presidio's registry with our recognizers in it."""
    return RecognizerRegistry(recognizers=[ForPresidio(r) for r in recognizers], supported_languages=[LANGUAGE])


def engine(recognizers: Sequence[Recognizer]) -> AnalyzerEngine:
    """Presidio's whole engine over our recognizers: for those who have built on Presidio already."""
    return AnalyzerEngine(registry=registry(recognizers), nlp_engine=SudachiEngine(), supported_languages=[LANGUAGE])
