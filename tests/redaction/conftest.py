"""What the tables of the recognizers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from redaction.recognizers.base import Recognizer

    Find = Callable[[Recognizer, str], list[tuple[str, str]]]


@pytest.fixture(scope="session")
def find() -> Find:
    """Kind and original text of everything that one recognizer finds, in order and once."""

    def found(recognizer: Recognizer, text: str) -> list[tuple[str, str]]:
        reading = Reading(text)
        spans = {(reading.view.span(hit.start, hit.end), hit.kind) for hit in recognizer.find(reading)}
        return [(kind, text[span.start : span.end]) for span, kind in sorted(spans)]

    return found
