"""PowerPoint: every slide with its shapes, groups, tables and notes. The one door to python-pptx."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pptx import Presentation

from gateway.documents.limits import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.documents.limits import Limits


def read(data: bytes, limits: Limits) -> str:
    """The text; a slide begins with its number. Raises UnreadableError."""
    slides = list(Presentation(io.BytesIO(data)).slides)
    if len(slides) > limits.max_pages:
        raise UnreadableError("pages")
    lines = []
    for number, slide in enumerate(slides, 1):
        lines += [f"［{number}］", *_lines(slide.shapes)]
        if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None and frame.text:
            lines.append(f"（ノート）{frame.text}")
    return "\n".join(lines)


def _lines(shapes: Iterable[Any]) -> Iterator[str]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _lines(shape.shapes)
        elif shape.has_text_frame and shape.text_frame.text.strip():
            yield shape.text_frame.text
        elif shape.has_table:
            for row in shape.table.rows:
                yield "\t".join(cell.text for cell in row.cells)
