"""``multipart/form-data`` (RFC 7578) from bytes: whole or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.errors import BadRequest

_MOST_FIELDS = 64
_LONGEST_HEAD = 4096
_BOUNDARY = re.compile(rb"--[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_NAME = re.compile(r';\s*name="([A-Za-z0-9_.\-]{1,64}(?:\[\])?)"')
_FILE = re.compile(r";\s*filename\*?=")
_PLAIN = frozenset({"7bit", "8bit", "binary"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field; a file's name is dropped, since it may name a person."""

    name: str
    data: bytes
    file: bool


def fields(raw: bytes) -> list[Field]:
    """The fields in their order. Raises BadRequest for what is broken, cut off, or has too many.

    The first line is the boundary: clients write nothing before it, and a body is sent on anew with a boundary of ours.
    """
    boundary = raw.partition(b"\r\n")[0]
    if not _BOUNDARY.fullmatch(boundary):
        raise _broken()
    first, *parts, end = (b"\r\n" + raw).split(b"\r\n" + boundary)
    if first or not parts or end.rstrip(b"\r\n") != b"--":
        raise _broken()
    if len(parts) > _MOST_FIELDS:
        raise BadRequest(f"項目が多すぎます（{_MOST_FIELDS}個まで）。", code="invalid_form")
    return [_field(part) for part in parts]


def _field(part: bytes) -> Field:
    head, blank, data = part.partition(b"\r\n\r\n")
    if not blank or not head.startswith(b"\r\n") or len(head) > _LONGEST_HEAD:
        raise _broken()
    headers = {}
    for line in head.decode("utf-8", "replace").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    disposition = headers.get("content-disposition", "")
    named = _NAME.search(disposition)
    if named is None or not disposition.lower().startswith("form-data"):
        raise _broken()
    if headers.get("content-transfer-encoding", "binary").lower() not in _PLAIN:
        raise _broken()
    return Field(named[1], data, _FILE.search(disposition) is not None)


def _broken() -> BadRequest:
    return BadRequest("multipart/form-data として読めません。", code="invalid_form")
