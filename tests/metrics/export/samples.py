"""Rows for the tests of this folder: a unit, a withheld one, and one whose name is an attack."""

from datetime import date

from metrics.export.rows import Publisher, Row

CITY = Publisher("999999", "青葉野市")
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
ROWS = (
    Row("", "全体", FIRST, LAST, 300, 100, 1 / 3, 1234, withheld=False),
    Row("02", "市民部", FIRST, LAST, None, None, None, None, withheld=True, note="人数が少ないため"),
    Row("=1+1", '=HYPERLINK("http://example.test")', FIRST, LAST, 40, 0, 0.0, 0, withheld=False, note="@SUM(A1)"),
)
