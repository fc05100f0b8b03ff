from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from gateway import csv_file
from gateway.csv_file import CsvError, read_bytes, read_count, read_day, read_rows, text_fault

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_rows_with_their_lines(encoding: str) -> None:
    content = '部署,名\r\n\r\n 01 ,"総務,課"\r\n02,"二\r\n行"\r\n,\r\n'.encode(encoding)
    assert read_rows(content, "r.csv") == [(1, ["部署", "名"]), (3, ["01", "総務,課"]), (5, ["02", "二\r\n行"])]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("部署".encode("utf-16"), "文字コード"),
        (b"\x81", "文字コード"),
        (b"a,b\0\n", "NUL"),
        (b'a,b\n1,"2\n', r"r\.csv:\d: .*引用符"),
        (b'a,b\n1,"2"x\n', r"r\.csv:2: .*引用符"),
        (b"a" * 200_000, r"r\.csv:1: "),
    ],
)
def test_what_is_no_csv_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(CsvError, match=message):
        read_rows(content, "r.csv")


def test_files_that_are_missing_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CsvError, match="読めません"):
        read_bytes(tmp_path / "none.csv")
    (tmp_path / "a.csv").write_bytes(b"12345")
    assert read_bytes(tmp_path / "a.csv") == b"12345"
    monkeypatch.setattr(csv_file, "LARGEST", 4)
    with pytest.raises(CsvError, match="大きすぎます"):
        read_bytes(tmp_path / "a.csv")


@pytest.mark.parametrize(
    "value", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a\x07b", "a\nb", "x" * 11]
)
def test_texts_that_are_dangerous_or_too_long(value: str) -> None:
    assert text_fault(value, 10 if len(value) == 11 else 99) is not None


@pytest.mark.parametrize("value", ["", "総務課", "a=b", "e-mail", "1+1"])
def test_texts_that_are_fine(value: str) -> None:
    assert text_fault(value, 10) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("1,234", 1234), ("1,234,567", 1234567)])
def test_counts(text: str, number: int) -> None:
    assert read_count(text, 10**9) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "1.5", "１２", "1,23", "12,3456", "1e3", "=1", "9" * 30, "10000000000", "①"]
)
def test_what_is_no_count(text: str) -> None:
    assert read_count(text, 10**9) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("2026/4/1", date(2026, 4, 1)),
        ("2026年4月1日", date(2026, 4, 1)),
        ("2026/4/1 9:05", date(2026, 4, 1)),
        ("2026-03-31T15:00:00Z", date(2026, 4, 1)),
        ("2026-03-31T14:59:59.999Z", date(2026, 3, 31)),
        ("2026-03-31 20:00:00 UTC", date(2026, 4, 1)),
        ("2026-04-01T00:30:00+09:00", date(2026, 4, 1)),
    ],
)
def test_days_in_japan(text: str, day: date) -> None:
    assert read_day(text) == day


def test_moments_of_another_zone() -> None:
    assert read_day("2026-03-31 15:00:00", ZoneInfo("UTC")) == date(2026, 4, 1)
    assert read_day("2026-03-31", ZoneInfo("UTC")) == date(2026, 3, 31)


@pytest.mark.parametrize(
    "text", ["", "R8.4.1", "2026-02-30", "04/01/2026", "2026-04-01 25:00", "2026-04-01 later", "20260401"]
)
def test_what_is_no_day(text: str) -> None:
    assert read_day(text) is None
