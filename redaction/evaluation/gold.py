"""Gold documents: texts with what is to be found in them, one JSON object a line.

``{"id", "text", "spans": [{"start", "end", "type"}], "traps": [{"start", "end", "kind"}], "ignore": [{"start", "end"}],
"genre"}``; the last three may be missing. Offsets are code points, half open. ``ignore`` counts neither for nor
against, ``traps`` look like personal information and are none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LABELS = frozenset(
    "PERSON ADDRESS POSTAL_CODE PHONE EMAIL URL IP_ADDRESS MY_NUMBER JUMINHYO_CODE DRIVER_LICENSE PASSPORT RESIDENCE_CARD PENSION_NUMBER HEALTH_INSURANCE"
    " CARE_INSURANCE EMPLOYMENT_INSURANCE BANK_ACCOUNT CREDIT_CARD DATE_OF_BIRTH VEHICLE_NUMBER RESIDENT_ID STUDENT_ID CREDENTIAL AGE SEX SENSITIVE".split()
)
"""The kinds that are measured; a detector may find more."""
LARGEST_LINE = 8 * 1024 * 1024
"""Bytes of the longest line that is read."""


class GoldError(ValueError):
    """A gold file that cannot be used; each line of the message names file and line."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a text and what it is: a label, a kind of trap, or nothing for what is ignored."""

    start: int
    end: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One text with its gold marks."""

    id: str
    text: str
    spans: tuple[Mark, ...] = ()
    traps: tuple[Mark, ...] = ()
    ignore: tuple[Mark, ...] = ()
    genre: str = ""

    def line(self) -> str:
        """As it stands in a gold file."""
        row: dict[str, Any] = {"id": self.id, "genre": self.genre, "text": self.text}
        row["spans"] = [{"start": m.start, "end": m.end, "type": m.label} for m in self.spans]
        row["traps"] = [{"start": m.start, "end": m.end, "kind": m.label} for m in self.traps]
        row["ignore"] = [{"start": m.start, "end": m.end} for m in self.ignore]
        return json.dumps(row, ensure_ascii=False)


def read(lines: Iterable[bytes], name: str, labels: Iterable[str] = ()) -> list[Document]:
    """The documents of a gold file. ``labels`` are allowed beside ``LABELS``. Raises GoldError with every fault."""
    known = LABELS | set(labels)
    documents: list[Document] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            document = _document(line, known)
        except ValueError as error:
            faults.append(f"{name}:{number}: {error}")
            continue
        first = seen.setdefault(document.id, number)
        if first != number:
            faults.append(f"{name}:{number}: the id {document.id} stands already in line {first}")
        documents.append(document)
    if not documents and not faults:
        faults.append(f"{name}:1: no document in this file")
    if faults:
        raise GoldError("\n".join(faults))
    return documents


def _document(line: bytes, known: frozenset[str] | set[str]) -> Document:
    row = _row(line)
    text, name = row.get("text"), row.get("id")
    if not isinstance(text, str) or not text:
        raise ValueError("text must be a string that is not empty")
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise ValueError("id must be a string or a number")  # noqa: TRY004
    if not isinstance(row.get("spans"), list):
        raise ValueError('spans must be a list of {"start", "end", "type"}; empty where there is nothing')  # noqa: TRY004
    spans = tuple(_marks(row, "spans", "type", len(text)))
    for n, span in enumerate(spans):
        if span.label not in known:
            raise ValueError(f"spans[{n}].type: no such kind: {span.label}")
    return Document(
        str(name),
        text,
        spans,
        tuple(_marks(row, "traps", "kind", len(text))),
        tuple(_marks(row, "ignore", None, len(text))),
        str(row.get("genre", "")),
    )


def _row(line: bytes) -> dict[str, Any]:
    if len(line) > LARGEST_LINE:
        raise ValueError(f"longer than {LARGEST_LINE} bytes")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start + 1})") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON (column {error.colno})") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(row, dict):
        raise ValueError('must be an object {"id", "text", "spans"}')  # noqa: TRY004, one kind of error for one file
    return row


def _marks(row: dict[str, Any], key: str, label: str | None, length: int) -> Iterator[Mark]:
    marks = row.get(key, [])
    if not isinstance(marks, list):
        raise ValueError(f"{key} must be a list")  # noqa: TRY004
    for n, mark in enumerate(marks):
        place = f"{key}[{n}]"
        if not isinstance(mark, dict):
            raise ValueError(f"{place} must be an object")  # noqa: TRY004
        start, end = mark.get("start"), mark.get("end")
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
            raise ValueError(f"{place}: start and end must be numbers with 0 <= start < end <= {length}")
        named = mark.get(label) if label else ""
        if not isinstance(named, str) or (label and not named):
            raise ValueError(f"{place}.{label} is required")
        yield Mark(start, end, named)
