"""PDF, page by page. The one door to pypdf."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from gateway.documents.limits import UnreadableError

if TYPE_CHECKING:
    from gateway.documents.limits import Limits


def read(data: bytes, limits: Limits) -> str:
    """The text of all pages; empty for one that holds only pictures of text. Raises UnreadableError."""
    reader = PdfReader(io.BytesIO(data))
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("locked")
        if len(reader.pages) > limits.max_pages:
            raise UnreadableError("pages")
        pages, length = [], 0
        for page in reader.pages:
            pages.append(page.extract_text().strip())
            length += len(pages[-1])
            if length > limits.max_characters:
                raise UnreadableError("long")
    except (DependencyError, FileNotDecryptedError):
        raise UnreadableError("locked") from None
    return "\n\n".join(page for page in pages if page)
