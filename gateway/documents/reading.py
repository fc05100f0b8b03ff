"""From a document's bytes to its text: the one door for whatever the libraries raise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.documents import plain
from gateway.documents.kinds import kind_of
from gateway.documents.limits import UnreadableError

if TYPE_CHECKING:
    from gateway.documents.kinds import Kind
    from gateway.documents.limits import Limits


def read(name: str, data: bytes, limits: Limits) -> str | None:
    """The text of a document; None for what is none, or holds no text. Raises UnreadableError."""
    kind = kind_of(name, data, limits)
    if kind is None:
        return None
    try:
        text = _read(kind, data, limits)
    except UnreadableError:
        raise
    except Exception:  # noqa: BLE001, libraries raise anything on a broken file, and quote it
        raise UnreadableError("broken") from None
    if text is not None and len(text) > limits.max_characters:
        raise UnreadableError("long")
    return text if text and text.strip() else None


def _read(kind: Kind, data: bytes, limits: Limits) -> str | None:
    """Each library is imported when a document needs it: together they take half a second."""
    if kind == "text":
        return plain.read(data)
    if kind == "pdf":
        from gateway.documents import pdf  # noqa: PLC0415

        return pdf.read(data, limits)
    if kind == "word":
        from gateway.documents import word  # noqa: PLC0415

        return word.read(data)
    if kind == "excel":
        from gateway.documents import excel  # noqa: PLC0415

        return excel.read(data, limits)
    if kind == "powerpoint":
        from gateway.documents import powerpoint  # noqa: PLC0415

        return powerpoint.read(data, limits)
    if kind == "picture":
        from gateway.documents import picture  # noqa: PLC0415

        return picture.read(data, limits)
    from gateway.documents import mail  # noqa: PLC0415

    return mail.read(data)
