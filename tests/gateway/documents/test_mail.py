from __future__ import annotations

from gateway.documents import mail
from tests.fixtures import documents


def test_headers_text_and_the_names_of_attachments() -> None:
    lines = mail.read(documents.mail("佐藤花子")).splitlines()
    assert lines[:4] == ["From: shimin@example.jp", "To: madoguchi@example.jp", "Subject: 照会 佐藤花子", ""]
    assert "佐藤花子" in lines
    assert lines[-1] == "（添付 図面.bin は読んでいません）"


def test_the_words_of_html() -> None:
    text = mail.read(documents.mail("佐藤花子", html=True))
    assert "\n佐藤花子\n<以上>" in text
    assert "<p>" not in text
    assert "style" not in text


def test_a_japanese_encoding() -> None:
    raw = b"Subject: =?ISO-2022-JP?B?GyRCPEhIRxsoQg==?=\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
    assert "佐藤" in mail.read(raw + "佐藤です".encode("iso2022_jp"))
