"""``multipart/form-data`` (RFC 7578) from bytes: whole or not at all. What takes the bytes apart is python-multipart.

The library is lenient where a form is cut off, or goes on after its end; here that is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from gateway.errors import BadRequest

_MOST_FIELDS = 64
_MOST_HEADERS = 8
_LONGEST_HEADER = 4096
_BOUNDARY = re.compile(rb"--([0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-])")
_NAME = re.compile(rb"[A-Za-z0-9_.\-]{1,64}(?:\[\])?")
_FILE = re.compile(rb";\s*filename\*?\s*=", re.IGNORECASE)
"""RFC 7578 knows no ``filename*``, but clients write it for Japanese names."""
_PLAIN = (b"7bit", b"8bit", b"binary")
_CHARSETS = (b"utf-8", b"utf8", b"us-ascii")


@dataclass(frozen=True, slots=True)
class Field:
    """One field; a file's name is dropped, since it may name a person."""

    name: str
    data: bytes
    file: bool


def fields(raw: bytes) -> list[Field]:
    """The fields in their order. Raises BadRequest for what is broken, cut off, goes on after its end, or has too many.

    The first line is the boundary: clients write nothing before it, and a body is sent on anew with a boundary of ours.
    """
    boundary = _BOUNDARY.fullmatch(raw.partition(b"\r\n")[0])
    body = raw.rstrip(b"\r\n")
    if boundary is None or not body.endswith(b"\r\n" + boundary[0] + b"--"):
        raise _broken()
    form = _Form(boundary[1])
    if form.ends_with(body[:-2]):  # its end stood before, and this is what follows
        raise _broken()
    if not form.ends_with(body[-2:]) or not form.fields:
        raise _broken()
    return form.fields


class _Form:
    """What python-multipart tells of a form, put together."""

    def __init__(self, boundary: bytes) -> None:
        self.fields: list[Field] = []
        self._ended = False
        self._name, self._value, self._data = bytearray(), bytearray(), bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._header,
                "on_part_data": lambda data, start, end: self._data.extend(data[start:end]),
                "on_part_end": self._end,
                "on_end": self._done,
            },
            max_header_count=_MOST_HEADERS,
            max_header_size=_LONGEST_HEADER,
        )

    def ends_with(self, data: bytes) -> bool:
        """Take more bytes; whether the form is complete."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise _broken() from None
        return self._ended

    def _begin(self) -> None:
        if len(self.fields) == _MOST_FIELDS:
            raise BadRequest(f"項目が多すぎます（{_MOST_FIELDS}個まで）。", code="invalid_form")
        self._headers, self._data = {}, bytearray()

    def _header(self) -> None:
        name = bytes(self._name).lower()
        if name in self._headers:
            raise _broken()
        self._headers[name] = bytes(self._value).strip()
        self._name, self._value = bytearray(), bytearray()

    def _end(self) -> None:
        said = self._headers.get(b"content-disposition", b"")
        kind, options = parse_options_header(said.decode("latin-1"))
        name = options.get(b"name", b"")
        if kind != b"form-data" or not _NAME.fullmatch(name):
            raise _broken()
        if self._headers.get(b"content-transfer-encoding", b"binary").lower() not in _PLAIN:
            raise _broken()
        file = _FILE.search(said) is not None
        charset = parse_options_header(self._headers.get(b"content-type", b"").decode("latin-1"))[1].get(b"charset")
        # What is read here as UTF-8 must not mean something else to the next reader.
        foreign = charset if charset is not None else bytes(self._data) if name == b"_charset_" else b"utf-8"
        if not file and foreign.lower() not in _CHARSETS:
            raise _broken()
        self.fields.append(Field(name.decode(), bytes(self._data), file))

    def _done(self) -> None:
        self._ended = True


def _broken() -> BadRequest:
    return BadRequest("multipart/form-data として読めません。", code="invalid_form")
