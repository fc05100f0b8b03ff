from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from metrics.governance import audit
from metrics.store import Store
from metrics.tables import adoption_uses, imported_uses
from tests.metrics.records import closed, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
MAPPING = """version: 1
tool: ChatGPT
columns: {day: 日付, department: 部署, person: 利用者, uses: 回数}
"""


@pytest.fixture
def files(run: Run, tmp_path: Path) -> Callable[[str], list[str]]:
    """``files(lines)`` writes a usage file and gives the arguments that import it."""
    (tmp_path / "m.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "r.csv").write_text("code,name,parent,head_count,valid_from\n01,総務課,,20,2020-04-01\n", "utf-8")
    assert run("departments", "import", str(tmp_path / "r.csv"))[0] == 0

    def write(lines: str, encoding: str = "utf-8") -> list[str]:
        (tmp_path / "u.csv").write_text("日付,部署,利用者,回数\n" + lines, encoding)
        return ["usage", "import", "--mapping", str(tmp_path / "m.yaml"), str(tmp_path / "u.csv")]

    return write


def rows(tmp_path: Path, table: Any) -> list[Any]:
    async def read() -> list[Any]:
        store = Store(f"sqlite:///{tmp_path}/data/sekimori.db")
        await store.start()
        async with store.begin() as connection:
            found = list((await connection.execute(select(table))).all())
        await store.close()
        return found

    return asyncio.run(read())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_is_imported_once(run: Run, files: Any, tmp_path: Path, encoding: str) -> None:
    arguments = files(f"{YESTERDAY},01,田中,3\n{YESTERDAY},01,佐藤,4\n", encoding)
    assert run(*arguments) == (0, "2行を読み、2件（7回分）を取り込みました。\n", "")
    status, out, _ = run(*arguments)
    assert status == 0
    assert "0件（0回分）" in out
    assert "取り込み済みの2件" in out
    assert sum(row.uses for row in rows(tmp_path, adoption_uses)) == 7
    database = (tmp_path / "data" / "sekimori.db").read_bytes()
    assert "田中".encode() not in database


def test_an_import_is_listed_taken_back_and_noted(run: Run, files: Any, tmp_path: Path) -> None:
    arguments = files(f"{YESTERDAY},01,a,3\n{YESTERDAY},01,b,4\n")
    run(*arguments)
    status, out, _ = run("usage", "imports")
    name = out.splitlines()[1].split()[0]
    assert (status, "ChatGPT" in out, len(out.splitlines())) == (0, True, 2)
    assert run("usage", "withdraw", name)[0] == 0
    assert rows(tmp_path, imported_uses) == rows(tmp_path, adoption_uses) == []
    status, _, err = run("usage", "withdraw", name)
    assert (status, "usage imports" in err) == (1, True)
    assert [(row.action, row.target, row.details) for row in rows(tmp_path, audit) if row.action[:5] == "usage"] == [
        ("usage.import", name, {"lines": 2, "uses": 7}), ("usage.withdraw", name, {"lines": 2, "uses": 7}),
    ]  # fmt: skip
    assert run("audit", "verify")[0] == 0
    assert "2件（7回分）を取り込みました" in run(*arguments)[1]


def test_a_dry_run_writes_nothing(run: Run, files: Any, tmp_path: Path) -> None:
    status, out, _ = run(*files(f"{YESTERDAY},01,a,3\n"), "--dry-run")
    assert (status, "何も書いていません" in out) == (0, True)
    assert rows(tmp_path, imported_uses) == []


def test_one_bad_line_keeps_all_out(run: Run, files: Any, tmp_path: Path) -> None:
    report = tmp_path / "refused.csv"
    lines = f"{YESTERDAY},01,a,3\n{YESTERDAY},99,b,1\n{YESTERDAY},01,=cmd,1\n2999-01-01,01,c,1\n"
    status, out, err = run(*files(lines), "--report", str(report))
    assert (status, out) == (1, "")
    assert [line.split(":")[1] for line in err.splitlines()[:-1]] == ["3", "4", "5"]
    assert "1件も取り込んでいません" in err
    assert rows(tmp_path, imported_uses) == []
    text = report.read_text("utf-8-sig")
    assert len(text.splitlines()) == 4
    assert "cmd" not in text


def test_other_numbers_for_a_line_that_is_there_are_refused(run: Run, files: Any, tmp_path: Path) -> None:
    run(*files(f"{YESTERDAY},01,a,3\n"))
    status, _, err = run(*files(f"{YESTERDAY},01,b,1\n{YESTERDAY},01,a,4\n"))
    assert status == 1
    assert "u.csv:3: 取り込み済みの行と数が違います。" in err
    assert len(rows(tmp_path, imported_uses)) == 1


def test_many_refused_lines_are_told_in_short(run: Run, files: Any) -> None:
    _, _, err = run(*files(f"{YESTERDAY},99,a,1\n" * 80))
    assert "ほか30件" in err
    assert len(err.splitlines()) == 52


def test_what_is_no_file_or_no_mapping(run: Run, files: Any, tmp_path: Path) -> None:
    arguments = files("")
    assert "1行もありません" in run(*arguments)[2]
    assert "読めません" in run(*arguments[:-1], str(tmp_path / "none.csv"))[2]
    (tmp_path / "m.yaml").write_text(MAPPING + "shop: 1\n", "utf-8")
    status, _, err = run(*arguments)
    assert (status, "m.yaml:4:" in err) == (1, True)


def test_a_demonstration_takes_no_real_usage(run: Run, tmp_path: Path) -> None:
    run("demo-data")
    (tmp_path / "m.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "u.csv").write_text("日付,部署,利用者,回数\n2026-04-02,0101,a,1\n", "utf-8")
    status, _, err = run("usage", "import", "--mapping", str(tmp_path / "m.yaml"), str(tmp_path / "u.csv"))
    assert (status, "デモ" in err) == (1, True)


def keep(tmp_path: Path, name: str, at: datetime) -> None:
    async def write() -> None:
        store = Store(f"sqlite:///{tmp_path}/data/sekimori.db")
        await store.start()
        await store.write([opened(name, opened_at=at)], [closed(name)])
        await store.close()

    asyncio.run(write())


def test_counting_by_hand_and_anew(run: Run, config_file: Path, tmp_path: Path) -> None:
    keep(tmp_path, "e1", datetime(2026, 5, 1, tzinfo=UTC))
    assert run("usage", "count") == (0, "1件を集計しました。\n", "")
    assert run("usage", "count") == (0, "0件を集計しました。\n", "")
    assert run("usage", "count", "--anew") == (0, "1件を集計しました。\n", "")
    assert [row.uses for row in rows(tmp_path, adoption_uses)] == [1]
    assert config_file.exists()


def test_old_records_go_as_configured(run: Run, config_file: Path, tmp_path: Path) -> None:
    keep(tmp_path, "e1", datetime(2020, 5, 1, tzinfo=UTC))
    assert "0件、取り込んだ行0件を削除しました" in run("usage", "clean")[1]
    text = config_file.read_text("utf-8") + "retention: {answered_months: 12, pseudonyms_years: 2}\n"
    config_file.write_text(text, "utf-8")
    assert "1件、取り込んだ行0件を削除できます" in run("usage", "clean", "--dry-run")[1]
    out = run("usage", "clean")[1]
    assert "1件、取り込んだ行0件を削除しました" in out
    assert "1件の職員の仮名" in out
    assert [row.month for row in rows(tmp_path, adoption_uses)] == [date(2020, 5, 1)]
