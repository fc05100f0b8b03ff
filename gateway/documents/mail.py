"""Mail (``.eml``): the headers that people read, the text, and the names of what is attached."""

from __future__ import annotations

import html
import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_SKIPPED = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")


def read(data: bytes) -> str:
    """The text. What is attached is only named: it is not sent on."""
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
    lines = [f"{name}: {message[name]}" for name in _HEADERS if message[name]]
    body = message.get_body(("plain", "html"))
    if body is not None:
        text = body.get_content()
        lines += ["", _words(text) if body.get_content_subtype() == "html" else text]
    names = [part.get_filename() or "（名前なし）" for part in message.iter_attachments()]
    return "\n".join([*lines, *(f"（添付 {name} は読んでいません）" for name in names)])


def _words(text: str) -> str:
    """The words of an HTML text, one line for each block."""
    text = _TAG.sub("", _BREAK.sub("\n", _SKIPPED.sub("", text)))
    return html.unescape(re.sub(r"\n{3,}", "\n\n", text)).strip()
