from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree as ET

from metrics.export.excel import workbook
from metrics.export.rows import COLUMNS
from tests.metrics.export.samples import CITY, ROWS

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ABOUT = [("活用率の定義", "利用職員数 ÷ 対象職員数")]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        return {name: book.read(name) for name in book.namelist()}


def values(content: bytes, sheet: int) -> list[list[str]]:
    found = parts(content)
    strings = ["".join(s.itertext()) for s in ET.fromstring(found["xl/sharedStrings.xml"])]  # noqa: S314, our own
    root = ET.fromstring(found[f"xl/worksheets/sheet{sheet}.xml"])  # noqa: S314, our own
    return [
        [strings[int(c[0].text or "")] if c.attrib.get("t") == "s" else c[0].text or "" for c in row if len(c)]
        for row in root.iter(f"{MAIN}row")
    ]


def test_the_sheet_holds_the_rows() -> None:
    rows = values(workbook(CITY, ROWS, ABOUT), 1)
    assert rows[0] == [column.heading for column in COLUMNS]
    assert rows[1] == ["999999", "青葉野市", "", "全体", "2026-07-01", "2026-09-30", "300", "100", "0.3333", "1234",
                       "4.11", "0", ""]  # fmt: skip
    assert rows[2] == ["999999", "青葉野市", "02", "市民部", "2026-07-01", "2026-09-30", "1", "人数が少ないため"]


def test_nothing_in_it_is_a_formula_or_a_link() -> None:
    content = workbook(CITY, ROWS, [("=1+1", "http://example.test")])
    found = parts(content)
    sheets = b"".join(text for name, text in found.items() if name.startswith("xl/worksheets"))
    assert not re.search(rb"<f>|<f |hyperlink", sheets)
    assert values(content, 1)[3][2:4] == ["=1+1", '=HYPERLINK("http://example.test")']
    assert values(content, 2)[0] == ["=1+1", "http://example.test"]


def test_the_second_sheet_says_what_it_means() -> None:
    rows = values(workbook(CITY, [], ABOUT), 2)
    assert rows[0] == list(ABOUT[0])
    assert [row[0] for row in rows[1:]] == [column.heading for column in COLUMNS]


def test_the_same_figures_are_the_same_bytes() -> None:
    assert workbook(CITY, ROWS, ABOUT) == workbook(CITY, ROWS, ABOUT)
    assert b"2000-01-01" in parts(workbook(CITY, ROWS, ABOUT))["docProps/core.xml"]
