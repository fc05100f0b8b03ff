"""The one door to XlsxWriter: open data as a workbook. Every text is stored as a text, never as a formula or a link."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from metrics.export.rows import COLUMNS, cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from metrics.export.rows import Publisher, Row

_SETTINGS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTHS = (12, 16, 12, 24, 12, 12, 12, 12, 10, 10, 12, 8, 48)
_NUMBERS = {6: "#,##0", 7: "#,##0", 8: "0.0%", 9: "#,##0", 10: "#,##0.00"}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # not the time of writing: the same figures are the same bytes


def workbook(publisher: Publisher, rows: Iterable[Row], about: Sequence[tuple[str, str]]) -> bytes:
    """The file: a sheet of data and a sheet of what it means (``about``: heading and text).

    The same arguments give the same bytes.
    """
    import xlsxwriter  # noqa: PLC0415, loaded when somebody first asks for a workbook: a start need not wait for it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _SETTINGS)
    book.set_properties({"title": f"{publisher.name} 部署別の生成AI活用率", "created": _EPOCH.replace(tzinfo=None)})
    heading = book.add_format({"bold": True, "bg_color": "#E8F1FE", "bottom": 1, "text_wrap": True, "valign": "top"})
    numbers = {column: book.add_format({"num_format": form}) for column, form in _NUMBERS.items()}
    count = _data(book.add_worksheet("データ"), publisher, rows, heading, numbers)
    _about(book.add_worksheet("説明"), about, heading, book.add_format({"text_wrap": True, "valign": "top"}))
    if count:
        book.worksheets()[0].autofilter(0, 0, count, len(COLUMNS) - 1)
    book.close()
    return out.getvalue()


def _data(
    sheet: Worksheet, publisher: Publisher, rows: Iterable[Row], heading: Format, numbers: dict[int, Format]
) -> int:
    for place, (column, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, column.heading, heading)
    sheet.freeze_panes(1, 4)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    count = 0
    for count, row in enumerate(rows, 1):
        for place, cell in enumerate(cells(publisher, row)):
            if isinstance(cell, str):
                sheet.write_string(count, place, cell)
            elif cell is not None:
                sheet.write_number(count, place, cell, numbers.get(place))
    return count


def _about(sheet: Worksheet, about: Sequence[tuple[str, str]], heading: Format, text: Format) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 96)
    lines = [*about, *((column.heading, column.meaning) for column in COLUMNS)]
    for place, (name, meaning) in enumerate(lines):
        sheet.write_string(place, 0, name, heading)
        sheet.write_string(place, 1, meaning, text)
