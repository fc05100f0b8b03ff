"""One file of law text, whatever its form and encoding: XML of e-Gov, a publisher's HTML, Markdown, plain text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from policies.ordinance.law import Law, bare
from policies.ordinance.law_text import LawError, from_html, from_text
from policies.ordinance.law_xml import Schema, from_xml

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = frozenset({".xml", ".html", ".htm", ".md", ".markdown", ".txt"})
LARGEST = 48 << 20
"""Bytes of the largest file that is read: the longest law of Japan has an eighth of this."""
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_NAMED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?([A-Za-z0-9_.-]{2,20})""", re.IGNORECASE)
_JAPANESE = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932"}
_GUESSES = ("utf-8", "cp932", "euc_jp")
_HEAD = 2048
_SINCE = re.compile(r"_(\d{4})(\d{2})(\d{2})_")
_MARKUP = re.compile(r"^\s*(?:<\?xml|<(?:!doctype\s+html|html|body|div|DataRoot|Law)\b)", re.IGNORECASE)


def read_law(path: Path, schema: Schema | None = None) -> Law:
    """The law of a file. Raises LawError for anything that it is not, OSError when it cannot be read."""
    check_size(path)
    text = decode(path.read_bytes())
    law = _parsed(text, path.suffix.lower(), schema)
    if not law.title:
        law = replace(law, title=bare(path.stem))
    if since := _SINCE.search(path.stem):  # e-Gov names its files ID_DAY_AMENDMENT
        law = replace(law, in_force=_day(*map(int, since.groups())))
    return law


def check_size(path: Path) -> None:
    """Raise LawError for a file that is too large to be read."""
    if path.stat().st_size > LARGEST:
        raise LawError(f"larger than {LARGEST >> 20} MiB: split the file")


def decode(raw: bytes) -> str:
    """Text of a file in UTF-8, UTF-16, UTF-32, Shift_JIS or EUC-JP, by its mark, its own word or its bytes."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return _decoded(raw, encoding)
    if 0 in raw[:_HEAD]:  # no other encoding of text has such a byte
        return _decoded(raw, max(("utf-16-le", "utf-16-be"), key=lambda encoding: _plausible(raw, encoding)))
    if named := _NAMED.search(raw[:_HEAD]):
        encoding = named[1].decode("ascii").lower()
        return _decoded(raw, _JAPANESE.get(encoding, encoding))
    for encoding in _GUESSES:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LawError("in none of the encodings UTF-8, UTF-16, Shift_JIS and EUC-JP")


def _plausible(raw: bytes, encoding: str) -> int:
    """How much of a law's beginning looks like one in an encoding."""
    head = raw[:_HEAD].decode(encoding, "replace")
    return sum(head.count(mark) for mark in "第条\n 　の<")


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise LawError(f"not {encoding} (byte {error.start})", line) from None
    except LookupError:
        raise LawError(f"the encoding {encoding} is unknown") from None


def _parsed(text: str, ending: str, schema: Schema | None) -> Law:
    markup = _MARKUP.match(text.lstrip("\ufeff")[:_HEAD])
    if ending == ".xml" or (markup and "<Law" in text[:_HEAD]):
        return from_xml(text, schema)
    if ending in {".html", ".htm"} or markup:
        return from_html(text)
    return from_text(text)


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
