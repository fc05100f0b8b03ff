"""All evidence for names joined: tags, honorifics, kin, labels, readings in brackets, and spreading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.automata import Strings
from redaction.hit import Hit
from redaction.names import announced, beside, foreign, tagged
from redaction.names.words import COURTESY, KANJI_ONLY, NOT_BEFORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redaction.page import Page

_SURE, _LIKELY, _AGAIN = 0.9, 0.8, 0.7


def read(page: Page) -> Iterator[Hit]:
    """Names with their scores: beside an honorific or a label, by tag alone, found again."""
    readers = (beside.honoured, beside.kin, announced.labelled, announced.speakers, announced.listed, tagged.spaced)
    sure = {span for reader in readers for span in reader(page)}
    sure |= {(field.start, field.end) for field in page.fields if field.kind == "person"}
    likely = set(tagged.runs(page)) | set(foreign.names(page))
    sure |= set(announced.readings(page, sure | likely))
    found = _joined(sure | likely)
    repeated = set(again(page, found))
    for start, end in sorted(found | repeated):
        score = _SURE if (start, end) in sure else _LIKELY if (start, end) in likely else _AGAIN
        yield Hit(start, end, "person", score)


def _joined(spans: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Only the longest of spans that overlap."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda s: (s[0], -s[1])):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return set(out)


def again(page: Page, spans: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same names elsewhere in the text, whole or in their parts, on word boundaries."""
    names = {part for start, end in spans for part in (page.words[start:end], *tagged.parts(page, start, end))}
    known = Strings({name: len(name) for name in names if len(name) > 1})
    marks, text = page.reading.boundaries, page.words
    last = -1
    for end, length in known.search(text):
        start = end - length
        courteous = any(text.startswith(word, end) for word in COURTESY)
        if start < last or NOT_BEFORE.match(text, end):
            continue
        if courteous or (start in marks and end in marks) or not _glued(text, start, end):
            yield start, end


def _glued(text: str, start: int, end: int) -> bool:
    """Whether the match is a part of a longer run of kanji."""
    before = text[start - 1] if start else ""
    after = text[end : end + 1]
    return (
        bool(KANJI_ONLY.fullmatch(before) and KANJI_ONLY.match(text[start]))
        or bool(after and KANJI_ONLY.fullmatch(after) and KANJI_ONLY.match(text[end - 1]))
        or not (KANJI_ONLY.match(text[start]))
    )
