"""Attached documents in a body, in the words of each dialect: found, read, and put in place as text parts."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.documents.limits import REASONS, UnreadableError
from gateway.endpoints.base import MAX_DEPTH
from gateway.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    class Reads(Protocol):
        """What takes a document apart, so many of one request."""

        @property
        def most(self) -> int:
            """Documents that one request may have."""
            ...

        @property
        def pictures(self) -> bool:
            """Whether letters in pictures are read."""
            ...

        async def read(self, name: str, data: bytes) -> str | None:
            """The text; None for what is no document. Raises UnreadableError."""
            ...


MAX_NAME = 80
_UNREAD = ("image/", "audio/", "video/")


@dataclass(slots=True)
class Attachment:
    """A content part that carries a document. ``becomes`` is the type of a text part in its dialect."""

    holder: Any
    index: Any
    name: str
    data: bytes
    becomes: str | None

    def replace(self, text: str) -> None:
        """Put the text in the place of the document."""
        said = f"【添付ファイル：{self.name}】\n{text}\n【添付ファイルの終わり】"
        self.holder[self.index] = {"text": said} if self.becomes is None else {"type": self.becomes, "text": said}


async def unfold(body: dict[str, Any], reader: Reads) -> None:
    """Turn every document of a body into text, in place. Raises BadRequest for one that cannot be read, or too many.

    What is no document (an archive, a picture unless letters in pictures are read) stays as it is, for the policy to decide.
    """
    found_ones = attachments(body, pictures=reader.pictures)
    if len(found_ones) > reader.most:
        raise BadRequest(f"添付の文書が多すぎます（{reader.most}件まで）。", code="too_many_documents")
    for found in found_ones:
        try:
            text = await reader.read(found.name, found.data)
        except UnreadableError as error:
            raise BadRequest(
                f"添付「{found.name}」を読めません。{REASONS[error.reason]}。",
                code="unreadable_document",
                param=f"attachment.{error.reason}",
            ) from None
        if text is not None:
            found.replace(text)


def attachments(body: dict[str, Any], *, pictures: bool = False) -> list[Attachment]:
    """Every document in a body, and every picture where asked for. Raises BadRequest for one that is no base64."""
    return list(_find(body, 0, pictures=pictures))


def _find(node: Any, depth: int, *, pictures: bool) -> Iterator[Attachment]:
    if depth > MAX_DEPTH:  # the walk will refuse it
        return
    if not isinstance(node, (dict, list)):
        return
    for index, value in node.items() if isinstance(node, dict) else enumerate(node):
        attachment = None
        if isinstance(value, dict):
            attachment = _attachment(node, index, value) or (_picture(node, index, value) if pictures else None)
        if attachment is not None:
            yield attachment
        else:
            yield from _find(value, depth + 1, pictures=pictures)


def _attachment(holder: Any, index: Any, part: dict[str, Any]) -> Attachment | None:
    """The document of a content part of OpenAI's chat, of Responses, of Messages or of Gemini."""
    kind = part.get("type")
    if kind == "file" and isinstance(file := part.get("file"), dict):
        return _made(holder, index, (file.get("filename"), file.get("file_data")), "text")
    if kind == "input_file":
        return _made(holder, index, (part.get("filename"), part.get("file_data")), "input_text")
    if kind == "document" and isinstance(source := part.get("source"), dict):
        if source.get("type") == "text" and isinstance(text := source.get("data"), str):
            return Attachment(holder, index, _name(part.get("title")), text.encode("utf-8", "replace"), "text")
        return _made(holder, index, (part.get("title"), source.get("data")), "text")
    inline = part.get("inlineData") or part.get("inline_data")
    if isinstance(inline, dict):
        media_type = str(inline.get("mimeType") or inline.get("mime_type") or "")
        if not media_type.startswith(_UNREAD):
            name = inline.get("displayName") or inline.get("display_name")
            return _made(holder, index, (name, inline.get("data")), None)
    return None


def _picture(holder: Any, index: Any, part: dict[str, Any]) -> Attachment | None:
    """The picture of a content part, if it holds the picture itself: an address is for the policy."""
    kind, source, becomes = part.get("type"), None, "text"
    if kind == "image_url":
        link = part.get("image_url")
        source = link.get("url") if isinstance(link, dict) else link
    elif kind == "input_image":
        source, becomes = part.get("image_url"), "input_text"
    elif kind == "image" and isinstance(given := part.get("source"), dict):
        data = given.get("data")
        source = f"data:,{data}" if isinstance(data, str) else None
    elif isinstance(inline := part.get("inlineData") or part.get("inline_data"), dict):
        if not str(inline.get("mimeType") or inline.get("mime_type") or "").startswith("image/"):
            return None
        data = inline.get("data")
        return Attachment(holder, index, "画像", decode(data, "画像"), None) if isinstance(data, str) else None
    if not isinstance(source, str) or not source.startswith("data:"):
        return None
    return Attachment(holder, index, "画像", decode(source.partition(",")[2], "画像"), becomes)


def _made(holder: Any, index: Any, given: tuple[Any, Any], becomes: str | None) -> Attachment | None:
    name, data = _name(given[0]), given[1]
    if not isinstance(data, str):
        return None
    if data.startswith("data:"):
        if data.startswith(tuple(f"data:{each}" for each in _UNREAD)):
            return None
        data = data.partition(",")[2]
    return Attachment(holder, index, name, decode(data, name), becomes)


def decode(data: Any, name: str) -> bytes:
    """Bytes from base64, line breaks allowed. Raises BadRequest."""
    try:
        return base64.b64decode("".join(str(data or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest(f"添付「{name}」は base64 として読めません。", code="unreadable_document") from None


def _name(value: Any) -> str:
    """A name for people: one line, not too long."""
    name = "".join(char if char.isprintable() else " " for char in value) if isinstance(value, str) else ""
    return name.strip()[:MAX_NAME] or "document"
