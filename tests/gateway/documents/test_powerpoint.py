from __future__ import annotations

import pytest

from gateway.documents import powerpoint
from gateway.documents.limits import Limits, UnreadableError
from tests.fixtures import documents


def test_boxes_tables_and_notes() -> None:
    assert powerpoint.read(documents.powerpoint("佐藤花子"), Limits()).splitlines() == [
        "［1］",
        "佐藤花子",
        "欄\t佐藤花子",
        "（ノート）話す 佐藤花子",
    ]


def test_bounds() -> None:
    with pytest.raises(UnreadableError, match="pages"):
        powerpoint.read(documents.powerpoint("x"), Limits(max_pages=1).model_copy(update={"max_pages": 0}))
