"""Word: paragraphs and tables in their order, headers and footers. The one door to python-docx."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from docx import Document
from docx.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.blkcntnr import BlockItemContainer


def read(data: bytes) -> str:
    """The text; cells of a row are parted by tabs."""
    document = Document(io.BytesIO(data))
    lines: dict[str, None] = {}
    for section in document.sections:
        for place in (section.header, section.footer):
            lines.update(dict.fromkeys(line for line in _lines(place) if line.strip()))
    return "\n".join([*lines, *_lines(document)])


def _lines(container: BlockItemContainer) -> Iterator[str]:
    for item in container.iter_inner_content():
        if not isinstance(item, Table):
            yield item.text
            continue
        for row in item.rows:
            cells, last = [], None
            for cell in row.cells:
                if cell._tc is not last:  # noqa: SLF001, a merged cell is given once for each column
                    cells.append(" ".join(line for line in _lines(cell) if line))
                last = cell._tc  # noqa: SLF001
            yield "\t".join(cells)
