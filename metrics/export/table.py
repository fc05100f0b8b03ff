"""Open data as CSV: UTF-8 with a byte order mark (Excel for Japan needs it), CRLF, one heading, what is withheld empty."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from metrics.export.rows import COLUMNS, cells, harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrics.export.rows import Publisher, Row


def table(publisher: Publisher, rows: Iterable[Row]) -> bytes:
    """The file (RFC 4180). Texts that a spreadsheet would run as a formula are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.heading for column in COLUMNS)
    for row in rows:
        writer.writerow(harmless(cell) if isinstance(cell, str) else cell for cell in cells(publisher, row))
    return out.getvalue().encode("utf-8-sig")
