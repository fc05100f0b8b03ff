"""The figures of a page as files for other programs: CSV, Excel, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metrics.export.excel import workbook
from metrics.export.package import written
from metrics.export.rows import Publisher, Row
from metrics.export.table import table
from metrics.purposes import PURPOSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.leaderboard.figures import Figures
    from metrics.board import Board, Shown
    from metrics.board import Row as BoardRow

TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def file(ending: str, publisher: Publisher, figures: Figures, about: Sequence[tuple[str, str]]) -> bytes:
    """The figures in a format of ``TYPES``. Raises KeyError for another one."""
    makers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: table(publisher, rows(figures.board)),
        "xlsx": lambda: workbook(publisher, rows(figures.board), about),
        "json": lambda: document(publisher, figures, about),
    }
    return makers[ending]()


def rows(board: Board) -> list[Row]:
    """The rows of the open data: the whole, then the departments as the page has them.

    Dates are those of the days that the figures cover.
    """
    return [_row(board, board.overall, whole=True), *(_row(board, row) for row in board.rows)]


def _row(board: Board, row: BoardRow, *, whole: bool = False) -> Row:
    shown, span = row.now, board.covered
    code, name = ("", "全体") if whole else (row.code, row.name)
    notes = ["少人数の部署などをまとめた行"] if row.rest else []
    if shown.rate is None:
        notes.append(str(shown.hidden or "まだ集計していません"))
    elif shown.uses is None:
        notes.append("利用回数は秘匿")
    return Row(
        code, name, span.first, span.last, shown.head_count, shown.active, shown.rate, shown.uses,
        withheld=shown.rate is None or shown.uses is None, note="。".join(notes),
    )  # fmt: skip


def document(publisher: Publisher, figures: Figures, about: Sequence[tuple[str, str]]) -> bytes:
    """Everything that the page shows, as JSON; what is withheld is ``null``."""
    board, grid = figures.board, figures.grid
    content: dict[str, Any] = {
        "municipality": {"code": publisher.code, "name": publisher.name},
        "period": {
            "kind": board.period.kind.value,
            "name": board.period.name,
            "first": board.covered.first.isoformat(),
            "last": board.covered.last.isoformat(),
            "complete": board.complete,
        },
        "invented": board.invented,
        "definitions": dict(about),
        "overall": _shown(board.overall.now),
        "departments": [
            {"code": row.code, "name": row.name, "parent": row.parent, "depth": row.depth, "rest": row.rest}
            | {"now": _shown(row.now), "before": None if row.before is None else _shown(row.before)}
            for row in board.rows
        ],
        "purposes": [
            {"name": PURPOSES.get(share.name), "uses": share.uses, "fraction": round(share.fraction, 4)}
            for share in board.shares.purposes
        ],
        "history": {
            "periods": [period.first.isoformat() for period in grid.periods],
            "overall": [None if cell is None else _rounded(cell.rate) for cell in grid.overall.cells],
            "departments": {
                row.code: [None if cell is None else _rounded(cell.rate) for cell in row.cells] for row in grid.rows
            },
        },
    }
    return written(content)


def _shown(shown: Shown) -> dict[str, Any]:
    return {
        "head_count": shown.head_count,
        "active": shown.active,
        "rate": _rounded(shown.rate),
        "retention": _rounded(shown.retention),
        "uses": shown.uses,
        "robot_uses": shown.robot_uses,
        "hidden": shown.hidden and str(shown.hidden),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
