"""Names and addresses by rule and by the tagger, together.

The rules are precise where something announces a name (a label, a table's header, an honorific) and where an address
has its numbers; the tagger reads the rest. What either is sure of stays found, and is found again elsewhere in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redaction.hit import Hit, resolve
from redaction.names import again
from redaction.names.whole import completed, headings, lettered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.tokens import Token
    from redaction.page import Page

_TAGGED, _AGAIN = 0.85, 0.7
_PARTICLES = frozenset("がはをにへもと") | {"から", "より", "さん", "様", "氏"}
_SURE = 0.9
"""From this score on a rule's name counts whatever the tagger says."""


def people(page: Page) -> list[Hit]:
    """Names of persons. In prose, where few names are labelled, the tagger alone decides but for labels and tables."""
    spread = [range(start, end) for start, end in headings(page)]
    found = [
        Hit(start, end, kind, _TAGGED)
        for start, end, kind in page.tagging.spans
        if kind == "person" and not (end - start == 1 and any(start in span for span in spread))
    ]
    if page.tagging.prose:
        found += (field for field in page.fields if field.kind == "person")
    else:
        found += (hit for hit in page.ruled_people if _counts(page, hit))
    found += (Hit(start, end, "person", _TAGGED) for start, end in lettered(page))
    found = [hit._replace(end=completed(page, hit.start, hit.end)) for hit in resolve(found)]
    known = {(hit.start, hit.end) for hit in found}
    repeated = (*again(page, known), *_single(page, known))
    return resolve([*found, *(Hit(start, end, "person", _AGAIN) for start, end in repeated)])


def _counts(page: Page, hit: Hit) -> bool:
    """Whether a rule's name counts by itself: a sure one, one in Latin letters, a surname with a given name."""
    if hit.score >= _SURE or page.words[hit.start].isascii():
        return True
    parts = {word.pos[3] for word in page.reading.words(hit.start, hit.end)}
    return {"姓", "名"} <= parts


def _single(page: Page, known: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Names of one character again, where they stand by themselves: 池（留守）, 岸が."""
    names = {page.words[start] for start, end in known if end - start == 1}
    if not names:
        return
    tokens = page.reading.tokens
    for n, token in enumerate(tokens):
        if token.surface in names:
            before = tokens[n - 1] if n else None
            after = tokens[n + 1] if n + 1 < len(tokens) else None
            if (before is None or _apart(before)) and (after is None or _apart(after) or after.surface in _PARTICLES):
                yield token.start, token.end


def _apart(token: Token) -> bool:
    return token.pos[0] in {"補助記号", "空白"}


def homes(page: Page) -> list[Hit]:
    """Addresses."""
    found = [Hit(start, end, kind, _TAGGED) for start, end, kind in page.tagging.spans if kind == "address"]
    return resolve([*found, *page.ruled_homes])
