"""Rows as aligned columns on a terminal, where Japanese characters are two cells wide."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def width(text: str) -> int:
    """Cells that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def columns(rows: Sequence[Sequence[str]]) -> str:
    """The rows, each column as wide as its widest cell, two blanks between; no blanks at a line's end."""
    widths = [max(width(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    lines = (
        "  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)) for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
