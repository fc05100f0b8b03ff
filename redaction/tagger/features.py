"""What the tagger looks at: each word, its neighbours, and what the rules already say about the place.

Everything is a number here. What a word says by itself is in ``words``; what depends on the place (line, rules, the rest
of the text) stands in columns beside it. Training and reading use this one description, so that they cannot differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from policies.tokens import Token, word_classes
from redaction.tagger.words import (
    ATTRIBUTES,
    BREAKS,
    COLON,
    COLUMNS,
    HONORIFIC,
    KANJI,
    MARK,
    NAMED,
    NEWLINE,
    PLACE,
    Word,
    key,
    units,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from redaction.hit import Hit
    from redaction.page import Page

    Keys = NDArray[np.uint32]
    Places = NDArray[np.int64]
    Flags = NDArray[np.uint32]

NEIGHBOURS = 11
"""Places whose words are looked at: three before to three behind, and the two nearest words on either side that are no mark."""
_STEPS = (0, -1, 1, -2, 2, -3, 3)
_NEAR = 3
"""Of them the first are the word itself, the one before and the one behind."""
_FAR_ATTRIBUTES = 5
WIDTHS = (ATTRIBUTES,) * _NEAR + (_FAR_ATTRIBUTES,) * (NEIGHBOURS - _NEAR)
"""Keys of a word as each kind of neighbour."""
_PLACES = np.repeat(np.arange(1, NEIGHBOURS + 1, dtype=np.uint32), WIDTHS)
_EDGE = 0
_LEFT, _RIGHT = 7, 9
"""Among the neighbours: the nearest words before and behind that are no mark."""

# Combinations of columns at places: (column, place) …. The last rows are about one place alone.
COMBINED: tuple[tuple[tuple[str, int], ...], ...] = (
    (("p", -1), ("p", 0)), (("p", 0), ("p", 1)), (("p", -1), ("p", 0), ("p", 1)), (("w", -1), ("p", 0)),
    (("p", 0), ("w", 1)), (("w", -1), ("w", 1)), (("c", -1), ("c", 0)), (("c", 0), ("c", 1)), (("d", -1), ("d", 0)),
    (("d", 0), ("d", 1)), (("d", -1), ("d", 0), ("d", 1)), (("w", -1), ("d", 0)), (("d", 0), ("w", 1)),
    (("w", -2), ("w", -1)), (("w", 1), ("w", 2)), (("c", 0), ("w", 1)), (("w", -1), ("c", 0)), (("d", 0), ("z", 1)),
    (("z", -1), ("d", 0)), (("c", -1), ("c", 0), ("c", 1)), (("w", -1), ("c", 0), ("w", 1)), (("d", 0), ("wL", 0)),
    (("d", 0), ("wR", 0)), (("c", 0), ("wL", 0)), (("r", 0), ("d", 0)), (("r", 0), ("c", 0)), (("r", 0), ("z", 1)),
    (("r", 0), ("p", 0)), (("h", 0), ("c", 0)), (("h", 0), ("d", 0)), (("x", 0), ("c", 0)), (("x", 0), ("d", 0)),
    (("y", 0), ("d", 0)), (("y", 0), ("c", 0)), (("g", 0), ("d", 0)), (("g", 0), ("c", 0)), (("a", 0), ("c", 0)),
    (("r", -1), ("r", 0)), (("r", 0), ("r", 1)), (("a", -1), ("a", 0)), (("a", 0), ("a", 1)),
    (("j", 0), ("c", 0)), (("j", 0), ("d", 0)), (("j", 1), ("d", 0)), (("j", 0),), (("j", 1),), (("j", -1),),
    (("h", 0),), (("r", -1),), (("r", 0),), (("r", 1),), (("a", -1),), (("a", 0),), (("a", 1),), (("f", 0),),
    (("f", -1),), (("f", 1),), (("x", 0),), (("y", 0),), (("y", -1),), (("y", 1),), (("g", 0),), (("o", 0),), (("o", 0), ("d", 0)),
)  # fmt: skip


class Sheet(NamedTuple):
    """A text as the tagger sees it.

    ``words``: each different word; ``which``: for each of the ``NEIGHBOURS`` and each word of the text which of
    ``words`` that neighbour is, ``len(words)`` for what lies beyond the text; ``combined``: a key for each of
    ``COMBINED`` and each word; ``style``: what the whole text says about the kind of writing.
    """

    tokens: Sequence[Token]
    words: Sequence[Word]
    which: Places
    combined: Keys
    style: list[int]
    breaks: NDArray[np.bool_]
    """Where a word ends a line or a sentence."""


def describe(page: Page, read: Callable[[Sequence[Token]], Sequence[Word]] | None = None) -> Sheet:
    """The sheet of a page. ``read`` makes words of tokens, for who remembers them. Linear in its length."""
    tokens = units(page.reading.tokens)
    numbers: dict[tuple[str, tuple[str, ...]], int] = {}
    different: list[Token] = []
    which = np.zeros(len(tokens), np.int64)
    for n, token in enumerate(tokens):
        known = len(different)
        number = numbers.setdefault((token.surface, token.pos), known)
        if number == known:
            different.append(token)
        which[n] = number
    words = read(different) if read else [Word(token) for token in different]
    if not words:
        empty = np.zeros((len(COMBINED), 0), np.uint32)
        return Sheet(tokens, words, np.zeros((NEIGHBOURS, 0), np.int64), empty, _style(page.words, words), which > 0)
    table = np.frombuffer(b"".join([word.columns for word in words]), np.uint32).reshape(len(words), -1)
    own = table[which].T
    flags = own[-1]
    around = _around(flags, which, len(words))
    columns = dict(zip(COLUMNS, own, strict=False))
    columns |= _columns(page, tokens, own, np.append(table[:, 0], np.uint32(_EDGE))[around])
    columns |= _elsewhere(table[:, -1], which, flags, columns["r"])
    return Sheet(
        tokens, words, around, _combined(columns, len(tokens)), _style(page.words, words), (flags & BREAKS) > 0
    )


def slots(words: Sequence[Word]) -> Keys:
    """The keys of each word as each kind of neighbour, ``sum(WIDTHS)`` of them; 0 where a word has none."""
    attributes = np.frombuffer(b"".join([word.keys for word in words]), np.uint32).reshape(-1, ATTRIBUTES)
    return _slots(attributes)


def edge() -> Keys:
    """The same for what lies beyond the text: one row."""
    attributes = np.zeros((1, ATTRIBUTES), np.uint32)
    attributes[0, 0] = key("w", "edge")
    return _slots(attributes)


def _slots(attributes: Keys) -> Keys:
    keys = np.concatenate([attributes[:, :width] for width in WIDTHS], axis=1)
    return np.where(keys > 0, _mixed(keys, _PLACES), 0).astype(np.uint32)


def _mixed(keys: Keys, places: Keys) -> Keys:
    mixed = (keys ^ (places * np.uint32(0x9E3779B1))) * np.uint32(0x85EBCA6B)
    return (mixed ^ (mixed >> np.uint32(15))) | np.uint32(1)


def _style(text: str, words: Sequence[Word]) -> list[int]:
    """Which ordinary words a text has, and a little about its form."""
    form = (
        ("lines", "\n" in text.strip()),
        ("courtesy", any(word.sets[:1] == "H" for word in words)),
        ("colon", ":" in text),
        ("ended", text.rstrip().endswith("。")),
        ("short", len(text) < 30),  # noqa: PLR2004, characters of a short note
        ("always", True),
    )
    keys = [word.key for word in words if not word.flags & NAMED]
    return [*keys, *(key("form", name) for name, holds in form if holds)]


def _around(flags: Flags, which: Places, beyond: int) -> Places:
    """For each neighbour and each word, which word that neighbour is; ``beyond`` past either end of the text."""
    n = len(which)
    padded = np.full(n + 2 * _NEAR, beyond)
    padded[_NEAR : _NEAR + n] = which
    near = [padded[_NEAR + step : _NEAR + step + n] for step in _STEPS]
    left, right = _nearest(flags)
    # A row beyond the text, at the end, which -1 finds too.
    ends = np.append(which, beyond)
    again_left, again_right = np.append(left, -1)[left], np.append(right, -1)[right]
    return np.stack([*near, ends[left], ends[again_left], ends[right], ends[again_right]])


def _nearest(flags: Flags) -> tuple[Places, Places]:
    """For each word where the nearest word before and behind is that is no mark; -1 where there is none."""
    n = len(flags)
    at = np.arange(n)
    marks = (flags & MARK) > 0
    left, right = np.full(n, -1), np.full(n, n)
    left[1:] = np.maximum.accumulate(np.where(marks, -1, at))[:-1]
    right[:-1] = np.minimum.accumulate(np.where(marks, n, at)[::-1])[::-1][1:]
    right[right == n] = -1
    return left, right


def _columns(page: Page, tokens: Sequence[Token], own: Keys, around: Keys) -> dict[str, Keys]:
    """What the place of each word says: neighbours that are no mark, rules, line."""
    starts = np.array([token.start for token in tokens])
    columns = {
        "wL": around[_LEFT],
        "wR": around[_RIGHT],
        "r": _spans(starts, "r", page.ruled_people),
        "a": _spans(starts, "a", page.ruled_homes),
        "f": _spans(starts, "f", page.fields),
        "j": _joined(tokens, (own[-1] & KANJI) > 0),
    }
    return columns | _lines(own[-1], columns["wL"])


def _spans(starts: Places, name: str, hits: Iterable[Hit]) -> Keys:
    """What a rule says about each word: begins or lies within a hit of some kind and score."""
    column = np.zeros(len(starts), np.uint32)
    for hit in hits:
        first, last = np.searchsorted(starts, (hit.start, hit.end))
        about = f"{hit.kind}{hit.score:.1f}"
        column[first:last] = key(name, f"I{about}")
        column[first : first + (last > first)] = key(name, f"B{about}")
    return column


def _joined(tokens: Sequence[Token], kanji: NDArray[np.bool_]) -> Keys:
    """What the dictionary knows a word together with its neighbour to be: 有賀|野, 板野|原."""
    out = np.zeros(len(tokens), np.uint32)
    known: dict[str, str] = {}
    for n in np.flatnonzero(kanji[:-1] & kanji[1:]).tolist():
        pair = tokens[n].surface + tokens[n + 1].surface
        classes = known.get(pair)
        if classes is None:
            classes = known[pair] = word_classes(pair)
        if classes:
            out[n] = key("j", classes)
            out[n + 1] = key("i", classes)
    return out


def _lines(flags: Flags, left: Keys) -> dict[str, Keys]:
    """Place within the line, and the word before the line's last colon."""
    at = np.arange(len(flags))
    newline = (flags & NEWLINE) > 0
    began, labelled = np.full(len(flags), -1), np.full(len(flags), -1)
    began[1:] = np.maximum.accumulate(np.where(newline, at, -1))[:-1]
    labelled[1:] = np.maximum.accumulate(np.where(flags & COLON, at, -1))[:-1]
    label = np.where(labelled > began, left[labelled], _EDGE)
    ends = np.append(newline[1:], True)
    place = np.minimum(at - began - 1, 3) + 4 * ends
    return {"h": label.astype(np.uint32), "x": (place + 1).astype(np.uint32)}


def _elsewhere(described: Flags, which: Places, flags: Flags, rules: Keys) -> dict[str, Keys]:
    """What the text says elsewhere about a word: honoured, a place, found by a rule, how often; how many rules found."""
    n, different = len(which), len(described)
    named = (described & (NAMED | MARK)) == NAMED
    ruled = rules > 0
    seen = np.zeros(different, np.int64)
    behind = np.append(flags[1:], np.uint32(0))
    for bit, marked in ((1, (behind & HONORIFIC) > 0), (2, (behind & PLACE) > 0), (4, ruled)):
        seen[which[marked]] |= bit
    counts = np.bincount(which, minlength=different)
    again = np.where(named & (counts > 1), seen + 8, 0)
    often = np.where(named, np.minimum(counts, 4), 0)
    density = min(4, 40 * int(np.count_nonzero(ruled)) // max(n, 1))
    return {
        "y": again[which].astype(np.uint32),
        "o": often[which].astype(np.uint32),
        "g": np.full(n, density + 1, np.uint32),
    }


def _combined(columns: dict[str, Keys], n: int) -> Keys:
    """One key for each combination and word."""
    table = np.zeros((len(_PARTS_OF) + 1, n + 2 * _REACH), np.uint64)
    for row, name in enumerate(_PARTS_OF):
        table[row, _REACH : _REACH + n] = columns[name]
    windows = sliding_window_view(table, n, axis=1)
    keys = _NUMBERED
    for rows, steps in _PARTS_AT:
        keys = (keys ^ windows[rows, steps]) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return (keys >> np.uint64(32)).astype(np.uint32) | np.uint32(1)


_REACH = 2
_PARTS_OF = tuple(dict.fromkeys(name for parts in COMBINED for name, _ in parts))
_NUMBERED = np.arange(1, len(COMBINED) + 1, dtype=np.uint64)[:, None]


def _parts_at(n: int) -> tuple[Places, Places]:
    """The n-th part of each combination: its column's row, the empty one where it has none; and its place."""
    parts = [combination[n] if n < len(combination) else (None, 0) for combination in COMBINED]
    rows = [len(_PARTS_OF) if name is None else _PARTS_OF.index(name) for name, _ in parts]
    return np.array(rows), np.array([_REACH + step for _, step in parts])


_PARTS_AT = tuple(_parts_at(n) for n in range(max(map(len, COMBINED))))
