"""Excel: every sheet as rows of cells, with the values that were last calculated. The one door to openpyxl."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from gateway.documents.limits import UnreadableError

if TYPE_CHECKING:
    from gateway.documents.limits import Limits


def read(data: bytes, limits: Limits) -> str:
    """The text of all sheets that are shown; each begins with its name. Raises UnreadableError."""
    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    if len(workbook.worksheets) > limits.max_pages:
        raise UnreadableError("pages")
    lines, length = [], 0
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":  # whoever attached it has not seen what stands there
            continue
        lines.append(f"［{sheet.title}］")
        for row in sheet.iter_rows(values_only=True):
            cells = [_shown(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                lines.append("\t".join(cells))
                length += len(lines[-1])
            if length > limits.max_characters:
                raise UnreadableError("long")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
