"""What kind of document some bytes are: by what they begin with and hold, since names and media types lie."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Literal

from gateway.documents.limits import UnreadableError

if TYPE_CHECKING:
    from gateway.documents.limits import Limits

Kind = Literal["pdf", "word", "excel", "powerpoint", "mail", "text", "picture"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"
_PDF_WITHIN = 1024
_INSIDE: dict[str, Kind] = {
    "word/document.xml": "word",
    "xl/workbook.xml": "excel",
    "ppt/presentation.xml": "powerpoint",
}
_LEGIBLE = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"ID3",
    b"OggS",
    b"\x1aE\xdf\xa3",
)


def kind_of(name: str, data: bytes, limits: Limits) -> Kind | None:
    """The kind, or None for what is no document that can be read here. Raises UnreadableError."""
    if len(data) > limits.max_bytes:
        raise UnreadableError("large")
    if _PDF in data[:_PDF_WITHIN]:
        return "pdf"
    if data.startswith(_OLE):
        raise UnreadableError("old")
    if data.startswith(_ZIP):
        return _office(data, limits)
    if limits.pictures == "text" and data.startswith(_LEGIBLE):
        return "picture"
    if data.startswith(_PICTURES) or (b"\0" in data[:4096].replace(b"\xff\xfe", b"") and not _utf16(data)):
        return None
    return "mail" if name.lower().endswith(".eml") else "text"


def _office(data: bytes, limits: Limits) -> Kind | None:
    """The kind of an Office file, once it is known that it does not burst when it is opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableError("broken") from None
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableError("locked")
    expanded = sum(entry.file_size for entry in entries)
    if expanded > limits.max_expanded_bytes or expanded > limits.max_ratio * max(len(data), 1):
        raise UnreadableError("expands")
    names = {entry.filename for entry in entries}
    return next((kind for inside, kind in _INSIDE.items() if inside in names), None)


def _utf16(data: bytes) -> bool:
    return data.startswith((b"\xff\xfe", b"\xfe\xff"))
