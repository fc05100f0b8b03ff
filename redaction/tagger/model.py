"""The trained weights: how they lie in their file, and what they say about a text.

The file is a line of JSON (what it is, how it was made, the digest of the rest) and the compressed tables. It holds no
words: features are numbers of 32 bits, from which no text can be read.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from redaction.tagger import ModelError, chain
from redaction.tagger.features import WIDTHS, describe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redaction.page import Page
    from redaction.tagger.features import Keys, Sheet

    Values = NDArray[np.float32]

FORMAT = "sekimori-tagger-1"
LABELS = ("O", "B-person", "I-person", "B-address", "I-address")
REGISTERS = ("office", "prose")
"""Two kinds of writing, with weights of their own: papers and letters of an office; encyclopaedic and journalistic prose."""
SHIPPED = Path(__file__).with_name("names-and-addresses.model")
_SLOTS = 1 << 21
_LARGEST = 64 << 20
"""Bytes of the tables when unpacked: more is no file of ours."""


_BLOCK = 4096
"""Words whose combined features are looked up at once: bounds the memory that a long text takes."""
_PLANES = 4
_STEPS = 40
"""Of a weight on either side of 0: enough, and fewer pack better."""


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
        scores = np.zeros((len(sheet.tokens), len(LABELS)), np.float32)
        at = 0
        for place, width in enumerate(WIDTHS):
            scores += self.table[sheet.words[:, at : at + width]].sum(1)[sheet.which[place]]
            at += width
        for begin in range(0, len(scores), _BLOCK):
            scores[begin : begin + _BLOCK] += self.table[sheet.combined[:, begin : begin + _BLOCK]].sum(0)
        scores[:, 0] -= self.tilt
        return scores


class Tagging(NamedTuple):
    """What the tagger says of a text: start, end and kind of each find, in order and apart; whether it read it as prose."""

    spans: tuple[tuple[int, int, str], ...]
    prose: bool


class Model:
    """The tagger. Immutable, so safe between threads."""

    def __init__(self, registers: tuple[Register, Register], style: Table, revision: str) -> None:
        self._office, self._prose = registers
        self._style = style
        self.revision = revision

    def tag(self, page: Page) -> Tagging:
        """What it finds. Linear in the length of the page."""
        sheet = describe(page)
        if not sheet.tokens:
            return Tagging((), prose=False)
        prose = bool(self._style[sheet.style].sum() > 0)
        register = self._prose if prose else self._office
        labels = chain.best(register.emissions(sheet), register.steps, chain.cut(sheet.breaks))
        return Tagging(tuple(spans(sheet, labels.tolist())), prose)


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


@cache
def shipped() -> Model:
    """The model that comes with the project, read once (it never changes). Raises ModelError."""
    return load(SHIPPED)


def load(path: Path) -> Model:
    """Read a model file. Raises ModelError for one that is missing, cut short, changed or made for something else."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}: the tagger's model cannot be read") from None
    head, _, body = raw.partition(b"\n")
    try:
        header = json.loads(head)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ModelError(f"{path}: not a model of this tagger (wanted {FORMAT})")
    if hashlib.sha256(body).hexdigest() != header.get("sha256"):
        raise ModelError(f"{path}: incomplete or changed: its digest is not the one it names")
    try:
        return _unpacked(header, body)
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise ModelError(f"{path}: its tables cannot be read ({type(error).__name__})") from None


def _unpacked(header: dict[str, Any], body: bytes) -> Model:
    if tuple(header["labels"]) != LABELS or tuple(header["registers"]) != REGISTERS:
        raise ValueError("labels")
    unpack = zlib.decompressobj()
    rest = unpack.decompress(body, _LARGEST)
    if unpack.unconsumed_tail or not unpack.eof:
        raise ValueError("size")
    tables = []
    for rows, width, scale in header["tables"]:
        table, rest = _table(rest, int(rows), int(width), float(scale))
        tables.append(table)
    office, prose = (
        Register(table, np.array(steps, np.float32).reshape(len(LABELS), len(LABELS)), float(tilt))
        for table, steps, tilt in zip(tables, header["steps"], header["tilts"], strict=False)
    )
    return Model((office, prose), tables[2], str(header["sha256"])[:12])


def _table(data: bytes, rows: int, width: int, scale: float) -> tuple[Table, bytes]:
    size = rows * (_PLANES + width)
    if rows < 0 or len(data) < size:
        raise ValueError("size")
    planes = np.frombuffer(data, np.uint8, rows * _PLANES).reshape(_PLANES, rows).astype(np.uint32)
    gaps = sum((planes[n] << np.uint32(8 * n) for n in range(1, _PLANES)), start=planes[0])
    values = np.frombuffer(data, np.int8, rows * width, rows * _PLANES).reshape(width, rows).T
    return Table(np.cumsum(gaps, dtype=np.uint32), values.astype(np.float32) * np.float32(scale)), data[size:]


def pack(keys: Keys, values: Values) -> tuple[tuple[int, int, float], bytes]:
    """A table as it lies in the file: rows, width and scale; gaps between keys by significance, weights in few steps."""
    scale = float(np.abs(values).max(initial=1e-6)) / _STEPS
    gaps = np.diff(keys, prepend=np.uint32(0)).astype(np.uint32)
    planes = b"".join((gaps >> np.uint32(8 * n)).astype(np.uint8).tobytes() for n in range(_PLANES))
    return (len(keys), values.shape[1], scale), planes + np.round(values / scale).astype(np.int8).T.tobytes()


def save(path: Path, header: dict[str, Any], tables: list[tuple[Keys, Values]]) -> None:
    """Write a model file. ``header`` says how it was made, with ``steps`` and ``tilts`` of the registers."""
    packed = [pack(*table) for table in tables]
    body = zlib.compress(b"".join(data for _, data in packed), 9)
    head = {
        "format": FORMAT, "labels": LABELS, "registers": REGISTERS, "tables": [shape for shape, _ in packed], **header,
        "sha256": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip
    path.write_bytes(json.dumps(head, ensure_ascii=False).encode() + b"\n" + body)
