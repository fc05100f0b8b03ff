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
from redaction.tagger.features import COMBINED, NEIGHBOURS, WIDTHS, describe
from redaction.tagger.lexicon import Lexicon
from redaction.tagger.weights import BUCKETS, VOTERS, counted, displace, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from redaction.page import Page
    from redaction.tagger.features import Keys, Sheet
    from redaction.tagger.weights import Steps, Table, Votes

    Values = NDArray[np.float32]

FORMAT = "sekimori-tagger-2"
LABELS = ("O", "B-person", "I-person", "B-address", "I-address")
REGISTERS = ("office", "prose")
"""Two kinds of writing, with weights of their own: papers and letters of an office; encyclopaedic and journalistic prose."""
SHIPPED = Path(__file__).with_name("names-and-addresses.model")
_LARGEST = 64 << 20
"""Bytes of the tables when unpacked: more is no file of ours."""
_PLANES = 4
_STEPS = 40
"""Of a weight on either side of 0: enough, and fewer pack better."""
_SUMMED = sum(WIDTHS) + len(COMBINED)
"""Votes in the score of a word."""


class Register(NamedTuple):
    """What one kind of writing was learnt to weigh."""

    table: Table
    unit: float
    """What a step of the table weighs."""
    steps: Values
    tilt: float
    """Taken from the label O: how much a needless token is preferred to a leak."""

    def emissions(self, sheet: Sheet, words: Votes) -> Values:
        """A score for each word and label; ``words``: what the table says of the sheet's words and its edge at each place."""
        rows = sheet.which * NEIGHBOURS + _ROWS
        votes = words.ravel()[rows].sum(0) + self.table.votes(sheet.combined).sum(0)
        scores = np.empty((len(sheet.tokens), len(LABELS)), np.float32)
        scores[:, 0] = -self.tilt
        scores[:, 1:] = counted(votes, _SUMMED) * np.float32(self.unit)
        return scores


_ROWS = np.arange(NEIGHBOURS)[:, None]


class Tagging(NamedTuple):
    """What the tagger says of a text: start, end and kind of each find, in order and apart; whether it read it as prose."""

    spans: tuple[tuple[int, int, str], ...]
    prose: bool


class Model:
    """The tagger. Safe between threads: beside its weights it only remembers ordinary words."""

    def __init__(self, registers: tuple[Register, Register], style: Mapping[int, int], revision: str) -> None:
        self._registers = registers
        self._style = style
        self._lexicon = Lexicon([register.table for register in registers])
        self.revision = revision

    def tag(self, page: Page) -> Tagging:
        """What it finds. Linear in the length of the page."""
        sheet = describe(page, self._lexicon.read)
        if not sheet.tokens:
            return Tagging((), prose=False)
        style = self._style
        prose = sum(style.get(key, 0) for key in sheet.style) > 0
        register = self._registers[prose]
        emissions = register.emissions(sheet, self._lexicon.votes(sheet.words, int(prose)))
        labels = chain.best(emissions, register.steps, chain.cut(sheet.breaks))
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
    read = []
    for rows, scale in header["tables"]:
        keys, steps, rest = _columns(rest, int(rows), VOTERS)
        displacements, rest = _taken(rest, BUCKETS)
        read.append((table(keys, steps, np.frombuffer(displacements, np.uint8)), float(scale)))
    keys, steps, rest = _columns(rest, int(header["style"][0]), 1)
    style = dict(zip(keys.tolist(), steps[:, 0].tolist(), strict=True))
    office, prose = (
        Register(each, scale, np.array(between, np.float32).reshape(len(LABELS), len(LABELS)), float(tilt))
        for (each, scale), between, tilt in zip(read, header["steps"], header["tilts"], strict=True)
    )
    return Model((office, prose), style, str(header["sha256"])[:12])


def _taken(data: bytes, size: int) -> tuple[bytes, bytes]:
    if not 0 <= size <= len(data):
        raise ValueError("size")
    return data[:size], data[size:]


def _columns(data: bytes, rows: int, width: int) -> tuple[Keys, Steps, bytes]:
    """Keys in order and the steps of each, (rows, width)."""
    data, rest = _taken(data, rows * (_PLANES + width))
    planes = np.frombuffer(data, np.uint8, rows * _PLANES).reshape(_PLANES, rows).astype(np.uint32)
    gaps = sum((planes[n] << np.uint32(8 * n) for n in range(1, _PLANES)), start=planes[0])
    steps = np.frombuffer(data, np.int8, rows * width, rows * _PLANES).reshape(width, rows).T
    return np.cumsum(gaps, dtype=np.uint32), steps, rest


def pack(keys: Keys, values: Values) -> tuple[tuple[int, float], bytes]:
    """A table as it lies in the file: rows and scale; gaps between keys by significance, weights in few steps.

    ``keys`` in order, ``values`` a row for each.
    """
    scale = float(np.abs(values).max(initial=1e-6)) / _STEPS
    return (len(keys), scale), _packed(keys, np.round(values / scale).astype(np.int8))


def pack_register(keys: Keys, values: Values) -> tuple[tuple[int, float], bytes]:
    """The same for a register's table, ``values`` a column for each label: relative to the first, and where they lie."""
    scale = float(np.abs(values).max(initial=1e-6)) / _STEPS
    steps = np.round(values / scale).astype(np.int8)
    packed = _packed(keys, steps[:, 1:] - steps[:, :1])
    return (len(keys), scale), packed + displace(keys).tobytes()


def _packed(keys: Keys, steps: Steps) -> bytes:
    gaps = np.diff(keys, prepend=np.uint32(0)).astype(np.uint32)
    planes = b"".join((gaps >> np.uint32(8 * n)).astype(np.uint8).tobytes() for n in range(_PLANES))
    return planes + steps.T.tobytes()


def save(
    path: Path, header: dict[str, Any], registers: Sequence[tuple[Keys, Values]], style: tuple[Keys, Values]
) -> None:
    """Write a model file. ``header`` says how it was made, with ``steps`` and ``tilts`` of the registers."""
    packed = [pack_register(*each) for each in registers]
    size, last = pack(*style)
    body = zlib.compress(b"".join([*(data for _, data in packed), last]), 9)
    head = {
        "format": FORMAT, "labels": LABELS, "registers": REGISTERS, "tables": [shape for shape, _ in packed],
        "style": size, **header, "sha256": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip
    path.write_bytes(json.dumps(head, ensure_ascii=False).encode() + b"\n" + body)
