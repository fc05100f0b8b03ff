"""Documents with marked names and addresses as examples to learn from.

A document is a line of JSON: ``{"id", "text", "spans": [{"start", "end", "type"}]}`` with code-point offsets.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from policies.reading import Reading
from redaction.page import Page
from redaction.tagger import chain
from redaction.tagger.features import WIDTHS, describe, edge, slots
from redaction.tagger.model import LABELS
from redaction.training.crf import Examples

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from redaction.tagger.features import Keys, Sheet

_KINDS = {"PERSON": LABELS.index("B-person"), "ADDRESS": LABELS.index("B-address")}


class DocumentError(ValueError):
    """A document that cannot be used; the message says file and line."""


class Example(NamedTuple):
    """One document: the keys of each word, its label, where sequences begin, and its style."""

    keys: Keys
    labels: NDArray[np.int64]
    bounds: NDArray[np.int64]
    style: Keys


def documents(path: Path) -> list[dict[str, Any]]:
    """All documents of a file. Raises DocumentError with the line."""
    out = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    out.append(_document(json.loads(line), f"{path}:{number}"))
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DocumentError(f"{path}: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise DocumentError(f"{path}:{number}:{error.colno}: not JSON") from None
    return out


def _document(row: Any, where: str) -> dict[str, Any]:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not isinstance(row.get("spans"), list):
        raise DocumentError(f'{where}: wanted {{"id", "text", "spans"}}')
    for span in row["spans"]:
        whole = isinstance(span, dict) and all(isinstance(span.get(name), int) for name in ("start", "end"))
        if (
            not whole
            or not 0 <= span["start"] < span["end"] <= len(row["text"])
            or not isinstance(span.get("type"), str)
        ):
            raise DocumentError(f'{where}: a span wants "start" < "end" within the text, and a "type"')
    return row


def example(document: dict[str, Any]) -> Example:
    """A document as the tagger sees it, with its labels."""
    page = Page(Reading(document["text"]))
    sheet = describe(page)
    style = np.array(sheet.style, np.uint32)
    return Example(flattened(sheet), labels(sheet, page, document["spans"]), chain.cut(sheet.breaks), style)


def flattened(sheet: Sheet) -> Keys:
    """All keys of each word in one row."""
    words = np.concatenate((slots(sheet.words), edge()))
    at, columns = 0, []
    for place, width in enumerate(WIDTHS):
        columns.append(words[:, at : at + width][sheet.which[place]])
        at += width
    return np.concatenate([*columns, sheet.combined.T], axis=1)


def labels(sheet: Sheet, page: Page, spans: Sequence[dict[str, Any]]) -> NDArray[np.int64]:
    """The label of each word: of the span that covers at least half of it."""
    view = page.reading.view
    out = np.zeros(len(sheet.tokens), np.int64)
    wanted = sorted((s["start"], s["end"], _KINDS[s["type"]]) for s in spans if s["type"] in _KINDS)
    if not wanted:
        return out
    places = [(view.starts[t.start], view.ends[t.end - 1]) if t.end > t.start else (-1, -1) for t in sheet.tokens]
    for first, last, kind in wanted:
        begun = False
        for n, (start, end) in enumerate(places):
            shared = min(last, end) - max(first, start)
            if shared > 0 and 2 * shared >= end - start:
                out[n] = kind + begun
                begun = True
    return out


def learnt(examples: Sequence[Example], fewest: int) -> tuple[Keys, Examples]:
    """The keys that occur often enough, and the examples in row numbers of them (0 for any other key)."""
    known, counts = np.unique(np.concatenate([e.keys.ravel() for e in examples]), return_counts=True)
    known = known[(counts >= fewest) & (known > 0)]
    features = np.concatenate([_rows(known, e.keys) for e in examples])
    bounds, at = [np.zeros(1, np.int64)], 0
    for each in examples:
        bounds.append(each.bounds[1:] + at)
        at += len(each.labels)
    joined = np.unique(np.concatenate(bounds))
    return known, Examples(features, np.concatenate([e.labels for e in examples]), joined)


def _rows(known: Keys, keys: Keys) -> NDArray[np.int32]:
    rows = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[rows] == keys, rows + 1, 0).astype(np.int32)


def lines(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each line of each document by itself: how short notes of an office look."""
    return [{"text": line, "spans": []} for item in items for line in item["text"].split("\n") if line.strip()]
