"""A long text in blocks, so that no single search runs so long that the event loop waits for it.

A search in C lets nobody else run before it ends. Blocks end where a text has its seams: at an empty line, at the
end of a line, of a sentence; never inside a number that goes on in the next line.
"""

from __future__ import annotations

import re

LONG = 16_000
"""Characters from which on a text is read in blocks."""
_LEAST, _MOST = 8_000, 12_000
_SEAMS = (
    re.compile(r"\n[ \t]*\n"),
    re.compile(r"(?<![0-9-])\n|(?<=[0-9])\n(?![0-9>-])"),
    re.compile(r"[。！？!?]"),
    re.compile(r"[、, ]"),
)


def divide(text: str) -> list[tuple[int, int]]:
    """Start and end of each block; together they are the text. Linear in its length."""
    blocks, start = [], 0
    while len(text) - start > LONG:
        end = _seam(text, start + _LEAST, start + _MOST)
        blocks.append((start, end))
        start = end
    return [*blocks, (start, len(text))] if start < len(text) or not blocks else blocks


def _seam(text: str, least: int, most: int) -> int:
    for seam in _SEAMS:
        last = None
        for last in seam.finditer(text, least, most):  # noqa: B007, the last one is wanted
            pass
        if last:
            return last.end()
    return most
