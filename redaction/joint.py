"""Names and addresses by rule and by the tagger, together.

The rules are precise where something announces a name (a label, a table's header, an honorific) and where an address
has its numbers; the tagger reads the rest. What either is sure of stays found, and is found again elsewhere in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redaction.hit import Hit, resolve
from redaction.names import again
from redaction.names.beside import called
from redaction.names.foreign import initialled
from redaction.names.things import is_thing
from redaction.names.whole import completed, headings, lettered
from redaction.names.words import COURTESY
from redaction.places.mentions import homely, public
from redaction.posts import held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.tokens import Token
    from redaction.page import Page
    from redaction.places.mentions import Mention

_TAGGED, _AGAIN, _LISTED = 0.85, 0.7, 0.75
_BEHIND = frozenset("の に へ で が は から より 在住 に在住 出身".split())
_PARTICLES = frozenset("がはをにへもと") | {"から", "より", "さん", "様", "氏"}
_LONGEST_REPEATED = 4
_SURE = 0.9
"""From this score on a rule's name counts whatever the tagger says."""


def people(page: Page) -> list[Hit]:
    """Names of persons. In prose, where few names are labelled, the tagger alone decides but for labels and tables."""
    spread = [range(start, end) for start, end in headings(page)]
    found = [
        Hit(start, end, kind, _TAGGED)
        for start, end, kind in page.tagging.spans
        if kind == "person"
        and not _one_character(page, start, end)
        and page.words[start:end] not in COURTESY
        and not (end - start == 1 and any(start in span for span in spread))
        and not (page.tagging.prose and is_thing(page, start, end))
    ]
    if page.tagging.prose:
        found += (field for field in page.fields if field.kind == "person")
    else:
        found += (hit for hit in page.ruled_people if _counts(page, hit))
    found += (
        Hit(start, end, "person", _TAGGED)
        for start, end in (*lettered(page), *initialled(page), *held(page), *called(page))
    )
    found = [hit._replace(end=completed(page, hit.start, hit.end)) for hit in resolve(found) if not _town(page, hit)]
    known = {(hit.start, hit.end) for hit in found}
    repeated = (*again(page, known), *_single(page, known))
    others = (Hit(start, end, "person", _AGAIN) for start, end in repeated)
    return resolve([*found, *(hit for hit in others if not _town(page, hit))])


def _one_character(page: Page, start: int, end: int) -> bool:
    """Whether it is one character over and over, which a line of a form is and no name: あああああ."""
    return end - start > _LONGEST_REPEATED and len(set(page.words[start:end])) == 1


def _town(page: Page, hit: Hit) -> bool:
    """Whether what looks like a name is a town, or the beginning of one, right behind its municipality."""
    return any(mention.municipality <= hit.start and hit.end <= mention.end for mention in page.mentions)


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
    """Addresses: what rules and tagger found, less a public body's place, and the list's towns that both missed."""
    found = [Hit(start, end, kind, _TAGGED) for start, end, kind in page.tagging.spans if kind == "address"]
    found += page.ruled_homes
    bodies = [mention for mention in page.mentions if public(page.words, mention)]
    found += (
        Hit(mention.start, mention.end, "address", _LISTED)
        for mention in page.mentions
        if mention not in bodies and homely(page.words, mention) and not _named_on(page, mention)
    )
    trimmed = (hit._replace(end=_trimmed(page, hit)) for hit in resolve(found))
    return [hit for hit in trimmed if not any(_within(hit, body) for body in bodies)]


def _named_on(page: Page, mention: Mention) -> bool:
    """Whether the town's characters begin a person's name instead: 福島市荒井健太."""
    return any(kind == "person" and start < mention.end < end for start, end, kind in page.tagging.spans)


def _within(hit: Hit, body: Mention) -> bool:
    """Whether what was found is the place in a body's name and no more: 吾妻郡草津 of 吾妻郡草津町長."""
    return body.start <= hit.start and hit.end <= body.end + 1


def _trimmed(page: Page, hit: Hit) -> int:
    """The end of an address less what only follows a place of the list: 富田一色町の, 豊北町神田上在住."""
    for mention in page.mentions:
        if hit.start <= mention.start < hit.end and page.words[mention.end : hit.end] in _BEHIND:
            return mention.end
    return hit.end
