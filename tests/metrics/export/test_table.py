from __future__ import annotations

import csv
import io

from metrics.export.rows import COLUMNS
from metrics.export.table import table
from tests.metrics.export.samples import CITY, ROWS


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_it_is_what_excel_for_japan_opens_rightly() -> None:
    content = table(CITY, ROWS)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 4
    assert read(content)[0] == [column.heading for column in COLUMNS]


def test_what_is_withheld_is_empty_and_flagged() -> None:
    row = dict(zip(*(read(table(CITY, ROWS))[number] for number in (0, 2)), strict=True))
    assert [row[name] for name in ("対象職員数", "利用職員数", "利用率", "利用回数", "1人当たり利用回数")] == [""] * 5
    assert row["秘匿フラグ"] == "1"


def test_formulas_are_made_harmless_and_zeros_stay() -> None:
    row = read(table(CITY, ROWS))[3]
    assert row[2:4] == ["'=1+1", '\'=HYPERLINK("http://example.test")']
    assert row[-1] == "'@SUM(A1)"
    assert row[7:11] == ["0", "0.0", "0", "0.0"]


def test_no_rows_make_a_heading() -> None:
    assert len(read(table(CITY, []))) == 1
