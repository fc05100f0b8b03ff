"""The roster as a CSV file: departments with head counts and the days from which they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from gateway.csv_file import JAPAN, CsvError, read_count, read_day, read_rows, text_fault
from gateway.language import Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COLUMNS = ("code", "name", "parent", "head_count", "valid_from", "valid_to")
_NAMES = {
    "部署コード": "code",
    "部署名": "name",
    "上位部署コード": "parent",
    "対象職員数": "head_count",
    "適用開始日": "valid_from",
    "適用終了日": "valid_to",
}
_OPTIONAL = "valid_to"
_MOST_PERSONS = 999_999
_AHEAD = timedelta(days=2 * 366)
"""A reorganisation is known some months before; a day later than this is a slip of the pen."""


class DirectoryError(Told, ValueError):
    """What an administrator asked for is not possible; the message says why, in Japanese."""


@dataclass(frozen=True, slots=True)
class Department:
    """A unit from a day on. ``parent`` is a code or None, ``head_count`` the persons who could use the gateway."""

    code: str
    name: str
    parent: str | None
    head_count: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class _Line:
    department: Department
    until: date | None
    place: str


def read_roster(content: bytes, name: str, today: date | None = None) -> list[Department]:
    """Rows of a roster CSV; a unit with ``valid_to`` and no row behind it gets one with nobody. Raises DirectoryError.

    All faults are told at once, by line.
    """
    try:
        rows = read_rows(content, name)
    except CsvError as error:
        raise DirectoryError(str(error)) from None
    header = [_NAMES.get(cell, cell) for cell in rows[0][1]] if rows else []
    if tuple(header) not in {_COLUMNS, _COLUMNS[:-1]}:
        raise DirectoryError(
            f"{name}:1: 1行目は見出し {','.join(_COLUMNS[:-1])}（または {','.join(list(_NAMES)[:-1])}）にしてください。"
            f"終わりの日 {_OPTIONAL}（適用終了日）の列を加えることもできます。"
        )
    if len(rows) == 1:
        raise DirectoryError(f"{name}: 部署が1件もありません。")
    faults: list[str] = []
    latest = (today or datetime.now(JAPAN).date()) + _AHEAD
    found = (_line(cells, f"{name}:{line}", (len(header), latest), faults) for line, cells in rows[1:])
    lines = [line for line in found if line is not None]
    departments = [line.department for line in lines] + _endings(lines, faults)
    if faults:
        raise DirectoryError("\n".join(faults))
    return departments


def _line(cells: Sequence[str], place: str, limits: tuple[int, date], faults: list[str]) -> _Line | None:
    width, latest = limits
    if len(cells) != width:
        faults.append(f"{place}: {width}列が必要ですが {len(cells)}列あります。")
        return None
    code, name, parent, count, first, *last = cells
    before = len(faults)
    for label, value, longest in (("code（部署コード）", code, 64), ("name（部署名）", name, 255)):
        if fault := "空です" if not value else text_fault(value, longest):
            faults.append(f"{place}: {label}: {fault}。")
    if parent and (fault := text_fault(parent, 64)):
        faults.append(f"{place}: parent（上位部署コード）: {fault}。")
    heads = read_count(count, _MOST_PERSONS)
    if heads is None or "," in count:
        faults.append(f"{place}: head_count（対象職員数）は0以上の整数にしてください。")
    valid_from, until = read_day(first), read_day(last[0]) if last and last[0] else None
    if valid_from is None:
        faults.append(f"{place}: valid_from（適用開始日）は 2026-04-01 の形にしてください。")
    elif valid_from > latest:
        faults.append(f"{place}: valid_from（適用開始日）の {valid_from} は先すぎます（{latest} まで）。")
    if last and last[0] and (until is None or (valid_from is not None and until < valid_from)):
        faults.append(f"{place}: valid_to（適用終了日）は 2027-03-31 の形で、適用開始日以後にしてください。")
    if len(faults) > before or valid_from is None or heads is None:
        return None
    return _Line(Department(code, name, parent or None, heads, valid_from), until, place)


def _endings(lines: Sequence[_Line], faults: list[str]) -> list[Department]:
    """Rows with nobody for units that end; faults where the rows of a unit overlap."""
    endings = []
    ordered = sorted(lines, key=lambda line: (line.department.code, line.department.valid_from))
    for code, group in groupby(ordered, key=lambda line: line.department.code):
        rows = list(group)
        for row, following in pairwise(rows):
            if row.department.valid_from == following.department.valid_from:
                faults.append(
                    f"{following.place}: 部署 {code} の {row.department.valid_from} からの行が2つあります（{row.place}）。"
                )
            elif row.until is not None and row.until >= following.department.valid_from:
                faults.append(f"{following.place}: 部署 {code} の期間が {row.place} の行と重なっています。")
        for row, following_row in zip(rows, [*rows[1:], None], strict=True):
            day = row.until + timedelta(days=1) if row.until else None
            if day is not None and (following_row is None or day < following_row.department.valid_from):
                unit = row.department
                endings.append(Department(unit.code, unit.name, unit.parent, 0, day))
    return endings


def check_tree(rows: Sequence[Department], name: str) -> None:
    """Every parent is known, and on no day does a unit stand above itself. Raises DirectoryError."""
    codes = {row.code for row in rows}
    for row in rows:
        if row.parent is not None and row.parent not in codes:
            raise DirectoryError(f"{name}: 部署 {row.code} の上位部署 {row.parent} が名簿にありません。")
    parents: dict[str, str | None] = {}
    for _, of_day in groupby(sorted(rows, key=lambda row: row.valid_from), key=lambda row: row.valid_from):
        parents.update((row.code, row.parent) for row in of_day)
        for code in parents:
            if code in ancestors(code, parents):
                raise DirectoryError(f"{name}: 部署 {code} の上位部署をたどると自分に戻ります。")


def ancestors(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Codes of the units above, nearest first; a circle ends where it closes."""
    above: list[str] = []
    unit = parents.get(code)
    while unit is not None and unit not in above:
        above.append(unit)
        unit = parents.get(unit)
    return tuple(above)
