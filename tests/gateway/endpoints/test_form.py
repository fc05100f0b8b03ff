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
        b"\r\n" + WHOLE,
        WHOLE + WHOLE,
        WHOLE + b"--xYz--",
        WHOLE.replace(b"--xYz--", b"--xYz"),
        WHOLE.replace(b"\r\n", b"\n"),
        WHOLE.replace(b"--xYz--", b"--xyz--"),
        part(NOTE + "\r\n" + NOTE, b"") + END,
        part(NOTE.replace(": ", ":\r\n "), b"") + END,
        part("".join(f"X-{n}: a\r\n" for n in range(9)) + NOTE, b"") + END,
        part("x" * 5000 + ": a\r\n" + NOTE, b"") + END,
        part("X Y: a\r\n" + NOTE, b"") + END,
        part(NOTE.replace("note", "n\0te"), b"") + END,
        part(NOTE.replace("note", "メモ"), b"") + END,
        part(NOTE.replace("note", "n" * 65), b"") + END,
        part(NOTE.replace('"note"', '"note'), b"") + END,
        part(NOTE + "\r\nContent-Type: text/plain; charset=iso-2022-jp", b"\x1b$B;3ED\x1b(B") + END,
        part(NOTE + "\r\nContent-Type: text/plain; charset=utf-7", b"+XHF1MA-") + END,
        part(NOTE.replace("note", "_charset_"), b"iso-2022-jp") + END,
        part(NOTE, b"a")[:-2] + b"--xYz--\r\n",
    ],
)
def test_what_is_broken_is_refused_without_quoting_it(raw: bytes) -> None:
    with pytest.raises(BadRequest) as caught:
        fields(raw)
    assert caught.value.code == "invalid_form"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Disposition: form-data; name=file; filename=a.wav",
        'content-disposition: form-data; filename="; name=note"; name="file"',
        "Content-Disposition: form-data; name=\"file\"; filename*=utf-8''%E5%B1%B1%E7%94%B0.wav",
        'Content-Disposition: form-data; name="file"; FILENAME="C:\\山田\\a.wav"\r\nContent-Transfer-Encoding: binary',
        'Content-Disposition: FORM-DATA; name="file"; filename=""\r\nContent-Type: audio/wav; charset=iso-2022-jp',
    ],
)
def test_a_file_is_one_however_its_name_is_written(head: str) -> None:
    (field,) = fields(part(head, b"RIFF") + END)
    assert (field.name, field.data, field.file) == ("file", b"RIFF", True)


def test_fields_say_their_charset_if_it_is_the_only_one() -> None:
    made = part(NOTE + "\r\nContent-Type: text/plain; charset=UTF-8", "山田".encode())
    note, charset = fields(made + part(NOTE.replace("note", "_charset_"), b"utf-8") + END)
    assert note.data.decode() == "山田"
    assert charset.name == "_charset_"


def test_a_hostile_form_costs_little() -> None:
    """Ten megabytes that look like the beginning of a boundary over and over."""
    data = b"\r\n--xY" * 1_700_000
    (field,) = fields(part(NOTE, data) + END)
    assert field.data == data


def test_no_half_of_a_form_is_taken() -> None:
    for length in range(len(WHOLE) - 2):
        with pytest.raises(BadRequest):
            fields(WHOLE[:length])
