from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

HEADER = "code,name,parent,head_count,valid_from\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_roster_is_imported_and_listed(run: Run, tmp_path: Path, encoding: str) -> None:
    roster = tmp_path / "名簿.csv"
    roster.write_text(HEADER + "01,総務部,,2,2026-04-01\n0101,総務課,01,18,2026-04-01\n", encoding)
    assert run("departments", "import", str(roster)) == (0, "2件の部署を登録しました。\n", "")
    status, out, _ = run("departments", "list")
    assert status == 0
    assert [line.split() for line in out.splitlines()] == [
        ["コード", "部署名", "上位", "対象職員数", "適用日"],
        ["01", "総務部", "-", "2", "2026-04-01"],
        ["0101", "総務課", "01", "18", "2026-04-01"],
    ]


def test_faults_are_told_by_line_and_nothing_is_kept(run: Run, tmp_path: Path) -> None:
    roster = tmp_path / "r.csv"
    roster.write_text(HEADER + "01,総務部,,2,2026-04-01\n02,,,x,2026-04-01\n", "utf-8")
    status, out, err = run("departments", "import", str(roster))
    assert (status, out) == (1, "")
    assert [line.partition(" ")[0] for line in err.splitlines()] == ["r.csv:3:", "r.csv:3:"]
    assert len(run("departments", "list")[1].splitlines()) == 1


def test_a_missing_file_is_told(run: Run, tmp_path: Path) -> None:
    status, _, err = run("departments", "import", str(tmp_path / "none.csv"))
    assert status == 1
    assert "読めません" in err


def test_a_demo_database_takes_no_real_roster(run: Run, tmp_path: Path) -> None:
    run("demo-data")
    roster = tmp_path / "r.csv"
    roster.write_text(HEADER + "91,総務部,,2,2026-04-01\n", "utf-8")
    status, _, err = run("departments", "import", str(roster))
    assert status == 1
    assert "デモ" in err
