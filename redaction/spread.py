"""A value found once is found everywhere in the request, and no farther."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from array import array
from bisect import bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from policies.automata import Strings
from policies.finding import Finding, Span
from policies.normalize import normalize
from policies.tokens import segment
from redaction.vault import FIXED_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policies.reading import Reading

# After a surname these make a place, an office or a house of it.
_NOT_A_PERSON = re.compile(
    r"[都道府県市区町村郡駅川山橋港湖島寺]|病院|医院|公園|団地|小学校|中学校|高校|大学|銀行|支店|支所|役所|役場|警察|消防|税務"
)
Value = tuple[str, str, str]
"""Kind, rule and value."""
_MOST_REMEMBERED = 2_000
"""Values and places of one text that are remembered at most."""
_SENTENCE = 80
"""Characters before and behind a name in which its words are looked at."""
_SHORTEST = 2
"""Characters of the shortest value that is looked for: one character is a word in too many other words."""
_BLANK = re.compile(r"\s+")
_GROUPING = re.compile(r"[\s().・-]+")
_GROUPED_BEFORE = re.compile(r"\d[-.]\d\Z")
_GROUPED_BEHIND = re.compile(r"\d[-.]\d")
_LOWER = {ord(char): ord(char.lower()) for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class Place(NamedTuple):
    """Where a value stands in a text: offsets of the text, offsets of its view, and which value."""

    span: Span
    start: int
    end: int
    value: bytes


class Known:
    """Values of one request by name (kind, rule, value), to be looked for in each of its texts.

    Widths, blanks, Latin capitals and invisible characters do not matter, nor how numbers of fixed length are
    grouped. Linear in a text, whatever the number of values.
    """

    def __init__(self, values: Mapping[bytes, Value]) -> None:
        groups: dict[re.Pattern[str], dict[str, tuple[int, tuple[bytes, ...]]]] = {}
        for name, (kind, _, value) in values.items():
            ignored = _GROUPING if kind.rpartition(".")[2].upper() in FIXED_LENGTH else _BLANK
            folded, _ = _squeezed(normalize(value).text, ignored)
            if len(folded) >= _SHORTEST:
                group = groups.setdefault(ignored, {})
                group[folded] = (len(folded), (*group.get(folded, (0, ()))[1], name))
        self._groups = tuple((ignored, Strings(group)) for ignored, group in groups.items())

    def places(self, reading: Reading) -> Iterator[Place]:
        """Where the values stand, pieces of longer numbers and words left out."""
        text = reading.view.text
        for ignored, strings in self._groups:
            for start, end, names in _matches(strings, ignored, text):
                if not _continues(text, start, end):
                    span = reading.view.span(start, end)
                    yield from (Place(span, start, end, name) for name in names)


class Memory:
    """Where the values of earlier requests stand in texts that were read before: keyed hashes and offsets, no text.

    A conversation that grows by one turn is not searched again from the start. Bounded; safe between threads. The
    key is chance that dies with the process.
    """

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._key = secrets.token_bytes(32)
        self._texts: OrderedDict[bytes, tuple[frozenset[bytes], tuple[Place, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    def name(self, *parts: str) -> bytes:
        """The keyed hash of a text, or of a value with its kind and rule."""
        digest = hashlib.blake2b(key=self._key, digest_size=16)
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big"))
            digest.update(data)
        return digest.digest()

    def seen(self, text: bytes) -> tuple[frozenset[bytes], tuple[Place, ...]]:
        """The values that were looked for in a text, and where they stand."""
        with self._lock:
            known = self._texts.get(text)
            if known is None:
                return frozenset(), ()
            self._texts.move_to_end(text)
            return known

    def keep(self, text: bytes, values: frozenset[bytes], places: tuple[Place, ...]) -> None:
        """Remember what was looked for in a text, in place of what was known of it."""
        if len(values) > _MOST_REMEMBERED or len(places) > _MOST_REMEMBERED:
            return
        with self._lock:
            self._texts[text] = values, places
            self._texts.move_to_end(text)
            while len(self._texts) > self._entries:
                self._texts.popitem(last=False)


def spread(
    values: Iterable[Value],
    readings: Sequence[Reading],
    covered: Sequence[Sequence[Span]],
    memory: Memory | None = None,
) -> list[list[Finding]]:
    """For each text the findings of the values that no span of its ``covered`` holds wholly already.

    The spans of ``covered`` are in order and do not overlap (as ``ruleset.edits`` gives them).
    """
    memory = memory or Memory(0)
    named = {memory.name(*value): value for value in values}
    wanted = frozenset(named)
    unseen: dict[frozenset[bytes], Known] = {}
    found = []
    for reading, spans in zip(readings, covered, strict=True):
        text = memory.name(reading.text)
        seen, places = memory.seen(text)
        if seen is not wanted:
            missing = wanted - seen
            if missing not in unseen:
                unseen[missing] = Known({name: named[name] for name in missing})
            fresh = tuple(unseen[missing].places(reading)) if missing else ()
            places = (*(place for place in places if place.value in wanted), *fresh)
        reaching, places = _reaching(reading, named, places, spans)
        memory.keep(text, wanted, places)
        found.append(sorted({Finding(p.span, named[p.value][0], named[p.value][1]) for p in reaching}))
    return found


def _reaching(
    reading: Reading, named: Mapping[bytes, Value], places: Iterable[Place], covered: Sequence[Span]
) -> tuple[list[Place], tuple[Place, ...]]:
    """The places that reach out of what is covered, and all places less those that turned out to be none."""
    starts, ends = [span.start for span in covered], [span.end for span in covered]
    out, kept = [], []
    for place in places:
        before = bisect_right(starts, place.span.start) - 1
        if before >= 0 and ends[before] >= place.span.end:
            kept.append(place)
        elif named[place.value][0] != "pii.person" or _names_somebody(reading, place.start, place.end):
            kept.append(place)
            out.append(place)
    return out, tuple(kept)


def _matches(
    strings: Strings[tuple[int, tuple[bytes, ...]]], ignored: re.Pattern[str], text: str
) -> Iterator[tuple[int, int, tuple[bytes, ...]]]:
    """Where the values stand in a text if one reads over what is ignored: start, end, which values."""
    squeezed, offsets = _squeezed(text, ignored)
    for end, (length, names) in strings.search(squeezed):
        yield offsets[end - length], offsets[end - 1] + 1, names


def _squeezed(text: str, ignored: re.Pattern[str]) -> tuple[str, Sequence[int]]:
    """The text without what is ignored and in lower case, with the offset of each character left."""
    if not ignored.search(text):
        return text.translate(_LOWER), range(len(text))
    offsets = array("l")
    pieces, done = [], 0
    for match in ignored.finditer(text):
        pieces.append(text[done : match.start()])
        offsets.extend(range(done, match.start()))
        done = match.end()
    pieces.append(text[done:])
    offsets.extend(range(done, len(text)))
    return "".join(pieces).translate(_LOWER), offsets


def _continues(text: str, start: int, end: int) -> bool:
    """Whether this is a piece of a longer number or Latin word."""
    if start and _joined(text[start - 1], text[start]):
        return True
    if end < len(text) and _joined(text[end - 1], text[end]):
        return True
    return bool(_GROUPED_BEFORE.search(text[max(0, start - 2) : start + 1]) or _GROUPED_BEHIND.match(text, end - 1))


def _names_somebody(reading: Reading, start: int, end: int) -> bool:
    """Whether a name stands here as a word of its own, and is no place: a surname alone may be one."""
    text = reading.view.text
    if not _short(text[start:end]):
        return True
    if _NOT_A_PERSON.match(text, end):
        return False
    # Only the sentence is divided into words: the same whether the whole text was or not.
    first = max(text.rfind("\n", 0, start), text.rfind("。", 0, start), start - _SENTENCE) + 1
    last = min((n for n in (text.find("\n", end), text.find("。", end)) if n >= 0), default=len(text))
    boundaries = segment(text[first : min(last, end + _SENTENCE)]).boundaries
    return start - first in boundaries and end - first in boundaries


def _joined(left: str, right: str) -> bool:
    """Two digits, or two Latin letters, side by side."""
    return (left.isdigit() and right.isdigit()) or (
        left.isascii() and left.isalpha() and right.isascii() and right.isalpha()
    )


def _short(name: str) -> bool:
    """A surname alone may be a place; a full name is not."""
    return len(name) <= _SHORTEST + 1
