"""A form is read whole or refused."""

from __future__ import annotations

import pytest

from gateway.endpoints.form import fields
from gateway.errors import BadRequest


def part(head: str, data: bytes) -> bytes:
    return b"--xYz\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n"


NOTE = 'Content-Disposition: form-data; name="note"'
FILE = 'content-disposition: form-data; name="file"; filename="山田太郎.wav"\r\nContent-Type: audio/wav'
END = b"--xYz--\r\n"


def test_fields_and_files_come_as_their_bytes() -> None:
    odd = b"\0\r\n--xY\r\n\xff--xYz\n"
    note, file = fields(part(NOTE, b"") + part(FILE, odd) + END)
    assert (note.name, note.data, note.file) == ("note", b"", False)
    assert (file.name, file.data, file.file) == ("file", odd, True)
    assert "山田" not in repr(file)


WHOLE = part(NOTE, b"a") + part(FILE, b"b") + END


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"--xYz",
        END,
        b"x" + WHOLE,
        WHOLE + b"more",
        part("Content-Type: text/plain", b"") + END,
        part('Content-Disposition: attachment; name="note"', b"") + END,
        part('Content-Disposition: form-data; name="a\\"b"', b"") + END,
        part('Content-Disposition: form-data; filename="note"', b"") + END,
        part(NOTE + "\r\nContent-Transfer-Encoding: base64", b"QQ==") + END,
        part(NOTE + "\r\nX-Long: " + "x" * 5000, b"") + END,
        b"--xYz\r\nno blank line\r\n" + END,
        part(NOTE, b"") * 65 + END,
        b"--" + b"x" * 71 + b"\r\n\r\n",
        part(NOTE, b"a").replace(b"--xYz", b"--xYzMore") + END,
    ],
)
def test_what_is_broken_is_refused_without_quoting_it(raw: bytes) -> None:
    with pytest.raises(BadRequest) as caught:
        fields(raw)
    assert caught.value.code == "invalid_form"


def test_no_half_of_a_form_is_taken() -> None:
    for length in range(len(WHOLE) - 2):
        with pytest.raises(BadRequest):
            fields(WHOLE[:length])
