from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter

from gateway.documents import pdf
from gateway.documents.limits import Limits, UnreadableError
from tests.fixtures import documents


def test_pages_in_japanese() -> None:
    assert pdf.read(documents.pdf("佐藤花子", "二頁目"), Limits()) == "佐藤花子\n\n二頁目"


def test_a_page_without_text() -> None:
    assert pdf.read(documents.pdf(""), Limits()) == ""


@pytest.mark.parametrize(("limits", "reason"), [(Limits(max_pages=1), "pages"), (Limits(max_characters=3), "long")])
def test_bounds(limits: Limits, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        pdf.read(documents.pdf("佐藤花子", "二頁目"), limits)


@pytest.mark.parametrize(("password", "locked"), [("secret", True), ("", False)])
def test_a_password(password: str, *, locked: bool) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(documents.pdf("佐藤花子"))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    if locked:
        with pytest.raises(UnreadableError, match="locked"):
            pdf.read(out.getvalue(), Limits())
    else:
        assert pdf.read(out.getvalue(), Limits()) == "佐藤花子"
