from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from gateway.documents import excel
from gateway.documents.limits import Limits, UnreadableError
from tests.fixtures import documents


def test_rows_of_every_sheet() -> None:
    text = excel.read(documents.excel("佐藤花子", sheets=2), Limits())
    one = "氏名\t番号\t日付\n佐藤花子\t123456789018\t2026-04-01\n\t1.5"
    assert text == f"［表1］\n{one}\n［表2］\n{one}"


def test_a_hidden_sheet_does_not_leave() -> None:
    workbook = load_workbook(io.BytesIO(documents.excel("佐藤花子", sheets=2)))
    workbook.worksheets[1].sheet_state = "hidden"
    out = io.BytesIO()
    workbook.save(out)
    assert "表2" not in excel.read(out.getvalue(), Limits())


@pytest.mark.parametrize(("limits", "reason"), [(Limits(max_pages=1), "pages"), (Limits(max_characters=9), "long")])
def test_bounds(limits: Limits, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        excel.read(documents.excel("佐藤花子", sheets=2), limits)
