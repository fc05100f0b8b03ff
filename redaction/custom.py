r"""Recognizers that an administrator writes: Presidio's no-code YAML form, patterns on re2.

``recognizers: [{name, supported_entity, patterns: [{name, regex, score}], context: [...], examples: {match, no_match}}]``.
re2 takes linear time whatever the pattern and the text; so it has neither look-around nor back-references. Its
``\b`` knows Latin letters and digits only, and so holds beside kana and kanji.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from policies.document import Document, DocumentError, Fault, load
from policies.expressions import ExpressionError, compile_expression
from policies.normalize import normalize
from policies.reading import Reading
from policies.schema import Strict, Text
from redaction.hit import Hit
from redaction.recognizers.base import PageRecognizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from redaction.page import Page

_WEAK, _RAISED = 0.4, 0.35
"""Presidio's: context raises a score by 0.35; below 0.4 a match counts only where a context word stands near."""
_WINDOW = 30
_LONGEST_PATTERN = 1_000


def _compiled(pattern: str) -> Any:
    return compile_expression(pattern, any_case=False)


def _linear(pattern: str) -> str:
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueError(f"longer than {_LONGEST_PATTERN} characters")
    try:
        _compiled(pattern)
    except ExpressionError as error:
        raise ValueError(f"not a pattern that re2 takes: {error}") from None
    return pattern


class CustomPattern(Strict):
    """One expression. ``score`` is how sure a match is by itself."""

    name: Text = Field(description="For people; stands in error messages.")
    regex: Annotated[Text, AfterValidator(_linear)] = Field(description="In re2's syntax.")
    score: float = Field(gt=0.0, le=1.0, description="From 0 to 1; below 0.4 it needs a context word near.")


class CustomExamples(Strict):
    """Texts that the recognizer must find something in, and texts that look alike and in which it must not."""

    match: tuple[Text, ...] = Field(min_length=1)
    no_match: tuple[Text, ...] = Field(min_length=1)


class CustomRecognizer(Strict):
    """One recognizer in Presidio's no-code form, with examples."""

    name: Text = Field(description="For people.")
    supported_entity: str = Field(
        pattern=r"^[A-Z][A-Z0-9_]{1,40}$", description="Kind in capitals: LIBRARY_CARD becomes `pii.library_card`."
    )
    supported_language: Literal["ja"] = Field(default="ja", description="Presidio's; all texts are read alike.")
    type: Literal["custom"] = Field(default="custom", description="Presidio's.")
    patterns: tuple[CustomPattern, ...] = Field(default=(), description="What the value looks like.")
    deny_list: tuple[Text, ...] = Field(default=(), description="Words that are always found.")
    deny_list_score: float = Field(default=1.0, gt=0.0, le=1.0, description="How sure a word of `deny_list` is.")
    context: tuple[Text, ...] = Field(default=(), description="Words near a match that make it surer.")
    examples: CustomExamples = Field(description="Texts that run whenever the file is loaded.")

    @model_validator(mode="after")
    def _usable(self) -> CustomRecognizer:
        if not self.patterns and not self.deny_list:
            raise ValueError("a recognizer needs patterns or a deny_list")
        if not self.context and not self.deny_list and all(pattern.score < _WEAK for pattern in self.patterns):
            raise ValueError(f"all scores are below {_WEAK} and there is no context: nothing would ever be found")
        return self


class CustomFile(Strict):
    """The file that ``redaction.recognizers`` names."""

    version: Literal[1] = Field(default=1)
    recognizers: tuple[CustomRecognizer, ...] = Field(min_length=1, description="Presidio's list.")


class Custom(PageRecognizer):
    """One administrator's recognizer at work. May raise what re2 raises: the request is refused then."""

    def __init__(self, written: CustomRecognizer) -> None:
        self.kinds = (written.supported_entity.lower(),)
        words = "|".join(re.escape(normalize(word).text) for word in sorted(written.deny_list, key=len, reverse=True))
        self._patterns = [(_compiled(pattern.regex), pattern.score) for pattern in written.patterns]
        self._words = (re.compile(words), written.deny_list_score) if words else None
        near = "|".join(re.escape(normalize(word).text) for word in written.context)
        self._context = re.compile(near, re.IGNORECASE) if near else None

    def on(self, page: Page) -> Iterable[Hit]:
        """Matches that are sure enough."""
        for compiled, score in self._patterns:
            for match in compiled.finditer(page.text):
                start, end = match.span()
                sure = self._sure(page.text, start, end, score)
                if end > start and sure >= _WEAK:
                    yield Hit(start, end, self.kinds[0], sure)
        if self._words:
            for word in self._words[0].finditer(page.words):
                yield Hit(*word.span(), self.kinds[0], self._words[1])

    def _sure(self, text: str, start: int, end: int, score: float) -> float:
        near = self._context and (
            self._context.search(text, max(0, start - _WINDOW), start) or self._context.search(text, end, end + _WINDOW)
        )
        return min(1.0, max(score + _RAISED, _WEAK)) if near else score


def load_recognizers(path: Path) -> tuple[list[Custom], str]:
    """The recognizers of a file, every example run, and a digest of the file. Raises DocumentError."""
    document = load(path, CustomFile)
    made = [Custom(written) for written in document.model.recognizers]
    if faults := list(_failing(document, made)):
        raise DocumentError(faults)
    return made, hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _failing(document: Document[CustomFile], made: list[Custom]) -> Iterator[Fault]:
    for n, (written, recognizer) in enumerate(zip(document.model.recognizers, made, strict=True)):
        for side, wanted in (("match", True), ("no_match", False)):
            for at, example in enumerate(getattr(written.examples, side)):
                if any(True for _ in recognizer.find(Reading(example))) is not wanted:
                    problem = "is not found by" if wanted else "is found by"
                    place = ("recognizers", n, "examples", side, at)
                    yield document.fault(place, f"this example {problem} {written.name}")
