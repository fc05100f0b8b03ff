"""The trained weights: how they lie in their file, and what they say about a text.

The file is a line of JSON (what it is, how it was made, the digest of the rest) and the compressed tables. It holds no
words: features are numbers of 32 bits, from which no text can be read.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from redaction.tagger import chain
from redaction.tagger.features import NEIGHBOURS, SLOTS, describe

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from redaction.page import Page
    from redaction.tagger.features import Keys, Sheet

    Values = NDArray[np.float32]

FORMAT = "sekimori-tagger-1"
LABELS = ("O", "B-person", "I-person", "B-address", "I-address")
REGISTERS = ("office", "prose")
"""Two kinds of writing, with weights of their own: papers and letters of an office; encyclopaedic and journalistic prose."""
_SLOTS = 1 << 20
_LARGEST = 64 << 20
"""Bytes of the tables when unpacked: more is no file of ours."""


class ModelError(Exception):
    """The model file is missing, or is not one. The message names the file and says what is wrong."""


class Table:
    """Weights by key; a key that is not there weighs nothing."""

    def __init__(self, keys: Keys, values: Values) -> None:
        """``keys`` in order, ``values`` a row for each."""
        self._keys = np.concatenate((np.zeros(1, np.uint32), keys))
        self._values = np.concatenate((np.zeros((1, values.shape[1]), np.float32), values.astype(np.float32)))
        self._rows = np.zeros(_SLOTS, np.int32)
        # Where two keys want one place, the heavier has it.
        order = np.argsort(np.abs(self._values).max(1), kind="stable")
        self._rows[self._keys[order] & (_SLOTS - 1)] = order

    def __getitem__(self, keys: Keys) -> Values:
        """The weights of each key."""
        rows = self._rows[keys & np.uint32(_SLOTS - 1)]
        return self._values[np.where(self._keys[rows] == keys, rows, 0)]


class Register(NamedTuple):
    """What one kind of writing was learnt to weigh."""

    table: Table
    steps: Values
    tilt: float
    """Taken from the label O: how much a needless token is preferred to a leak."""

    def emissions(self, sheet: Sheet) -> Values:
        """A score for each word and label."""
        words, at = self.table[sheet.words], 0
        width = SLOTS_OF
        scores = np.zeros((len(sheet.tokens), len(LABELS)), np.float32)
        for place in range(NEIGHBOURS):
            scores += words[:, at : at + width[place]].sum(1)[sheet.which[place]]
            at += width[place]
        for row in sheet.combined:
            scores += self.table[row]
        scores[:, 0] -= self.tilt
        return scores


SLOTS_OF = tuple(SLOTS_ for SLOTS_ in (13, 13, 13, *([5] * (NEIGHBOURS - 3))))


class Model:
    """The tagger. Immutable, so safe between threads."""

    def __init__(self, registers: tuple[Register, Register], style: Table, revision: str) -> None:
        self._office, self._prose = registers
        self._style = style
        self.revision = revision

    def tag(self, page: Page) -> list[tuple[int, int, str]]:
        """Start, end and kind of what it finds, in order and apart. Linear in the length of the page."""
        sheet = describe(page)
        if not sheet.tokens:
            return []
        register = self._prose if self._style[sheet.style].sum() > 0 else self._office
        labels = chain.best(register.emissions(sheet), register.steps, chain.cut(sheet.breaks))
        return spans(sheet, labels.tolist())


def spans(sheet: Sheet, labels: list[int]) -> list[tuple[int, int, str]]:
    """What labels say, in offsets of the view."""
    out: list[tuple[int, int, str]] = []
    open_kind = ""
    for token, label in zip(sheet.tokens, labels, strict=True):
        begin, _, kind = LABELS[label].partition("-")
        if kind and (begin == "B" or kind != open_kind):
            out.append((token.start, token.end, kind))
        elif kind:
            out[-1] = (out[-1][0], token.end, kind)
        open_kind = kind
    return [span for span in out if span[0] < span[1]]
