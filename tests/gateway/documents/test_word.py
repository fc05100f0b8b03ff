from __future__ import annotations

from gateway.documents import word
from tests.fixtures import documents


def test_header_paragraph_and_table_in_their_order() -> None:
    lines = word.read(documents.word("佐藤花子")).splitlines()
    assert [line for line in lines if line] == ["様式第1号", "佐藤花子", "佐藤花子", "見出し", "氏名\t佐藤花子"]
