"""The kind of a document follows from its bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from gateway.documents.kinds import Kind, kind_of
from gateway.documents.limits import Limits, Reason, UnreadableError
from tests.fixtures import documents

LIMITS = Limits()


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", documents.pdf("x"), "pdf"),
        ("a.pdf", documents.word("x"), "word"),
        ("a", documents.excel("x"), "excel"),
        ("a.zip", documents.powerpoint("x"), "powerpoint"),
        ("a.EML", documents.mail("x"), "mail"),
        ("a.csv", "氏名,番号\r\n".encode("cp932"), "text"),
        ("a.txt", "山".encode("utf-16"), "text"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", None),
        ("a.txt", b"\0\1\2", None),
        ("a.bin", b"\xff\xd8\xff\xe0", None),
    ],
)
def test_kinds(name: str, data: bytes, kind: Kind | None) -> None:
    assert kind_of(name, data, LIMITS) == kind


def archive(*names: str, content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content)
    return out.getvalue()


def test_an_archive_is_no_document() -> None:
    assert kind_of("a.docx", archive("readme.txt"), LIMITS) is None


@pytest.mark.parametrize(
    ("data", "limits", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, LIMITS, "old"),
        (b"x" * 11, Limits(max_bytes=10), "large"),
        (b"PK\x03\x04 and no archive", LIMITS, "broken"),
        (archive("word/document.xml", content=b" " * 10**6), LIMITS, "expands"),
        (archive("word/document.xml", content=b"x" * 200), Limits(max_expanded_bytes=100), "expands"),
    ],
)
def test_what_is_refused(data: bytes, limits: Limits, reason: Reason) -> None:
    with pytest.raises(UnreadableError) as raised:
        kind_of("a", data, limits)
    assert raised.value.reason == reason


def test_a_locked_archive_is_named_so() -> None:
    made = bytearray(archive("word/document.xml"))
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        made[made.index(mark) + offset] |= 1
    with pytest.raises(UnreadableError, match="locked"):
        kind_of("a", bytes(made), LIMITS)
