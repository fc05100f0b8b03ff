"""CSV files as municipal systems and Excel write them: decoded, split into rows with their line numbers, nothing guessed."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 256 * 1024 * 1024
"""Bytes of the largest file that is read."""

JAPAN = ZoneInfo("Asia/Tokyo")

_FORMULA = re.compile(r"[=+\-@\t\r]")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_DAY = re.compile(r"([0-9]{4})(?:[-/.年])([0-9]{1,2})(?:[-/.月])([0-9]{1,2})日?(.*)", re.ASCII | re.DOTALL)
_COUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+", re.ASCII)


class CsvError(ValueError):
    """A file that cannot be used; the message says which line and why, in Japanese."""


Rows = list[tuple[int, list[str]]]


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises CsvError when it cannot be read or is too large."""
    try:
        if path.stat().st_size > LARGEST:
            raise CsvError(f"{path.name}: 大きすぎます（{LARGEST // 1024 // 1024}MBまで）。分けて取り込んでください。")
        return path.read_bytes()
    except OSError as error:
        raise CsvError(f"{path}: 読めません（{error.strerror}）。") from None


def read_rows(content: bytes, name: str) -> Rows:
    """The rows that hold anything, cells stripped, each with the number of its last line.

    UTF-8 with or without BOM, or Shift_JIS (CP932) as Excel for Japan writes it. Raises CsvError.
    """
    text = _decoded(content, name)
    if "\0" in text:
        raise CsvError(f"{name}: CSV ではないようです（NUL 文字があります）。")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [
            (reader.line_num, [cell.strip() for cell in row]) for row in reader if any(cell.strip() for cell in row)
        ]
    except csv.Error:
        raise CsvError(f"{name}:{reader.line_num}: CSV として読めません（引用符を確かめてください）。") from None


def _decoded(content: bytes, name: str) -> str:
    if content[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        for encoding in ("utf-8-sig", "cp932"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise CsvError(f"{name}: 文字コードが読めません。UTF-8 または Shift_JIS（CP932）で保存してください。")


def text_fault(value: str, longest: int) -> str | None:
    """What is wrong with a text from a file, if anything: too long, control characters, or what Excel takes for a formula."""
    if len(value) > longest:
        return f"{longest}文字までにしてください"
    if _CONTROL.search(value):
        return "制御文字が入っています"
    if _FORMULA.match(value):
        return "= + - @ で始めることはできません（表計算ソフトが数式として実行するため）"
    return None


def read_count(text: str, largest: int) -> int | None:
    """A whole number from 0 to ``largest``, with or without commas; None for anything else."""
    if not _COUNT.fullmatch(text):
        return None
    number = int(text.replace(",", "")) if len(text) < 20 else largest + 1  # noqa: PLR2004, longer ones are too large
    return number if number <= largest else None


def read_day(text: str, zone: ZoneInfo = JAPAN) -> date | None:
    """A day in Japan: ``2026-04-01``, ``2026/4/1`` or ``2026年4月1日``, with a time of ``zone`` behind it or without.

    A time with an offset of its own (``2026-04-01T00:30:00Z``) is taken at its word. None for anything else.
    """
    if not (match := _DAY.fullmatch(text)):
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if not (clock := match[4].strip().removeprefix("T").strip()):
            return day
        moment = datetime.fromisoformat(f"{day.isoformat()}T{_padded(clock)}")
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(JAPAN).date()


def _padded(clock: str) -> str:
    """``9:05`` as ``09:05``, ``UTC`` as ``Z``."""
    clock = clock.removesuffix(" UTC") + "Z" if clock.endswith(" UTC") else clock
    return f"0{clock}" if clock[1:2] == ":" else clock
