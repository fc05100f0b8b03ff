from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.commands.publish import replace, replaceable
from metrics.export.package import SUMS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"index.html": b"new", "periods/a/b.csv": b"1", SUMS: b"2"}


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_command_writes_a_site_and_replaces_it(
    run: Callable[..., tuple[int, str, str]], config_file: Path, tmp_path: Path
) -> None:
    with config_file.open("a", encoding="utf-8") as config:
        config.write("leaderboard: {public: {periods: [quarter]}}\n")
    assert run("demo-data")[0] == 0
    out = tmp_path / "www" / "site"
    status, said, _ = run("publish", "--out", str(out), "--periods", "1")
    assert status == 0
    first = content(out)
    assert f"{len(first)}個のファイル" in said
    assert "青葉野市" in first["index.html"].decode()
    assert "架空の自治体" in first["index.html"].decode()
    assert run("publish", "--out", str(out), "--periods", "1")[0] == 0
    assert content(out) == first
    assert [path.name for path in out.parent.iterdir()] == ["site"]


def test_without_departments_there_is_a_page_that_says_nothing_yet(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    assert run("publish", "--out", str(tmp_path / "site"), "--periods", "1")[0] == 0
    assert "部署別の生成AI活用率" in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_a_folder_of_something_else_stays_as_it_is(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    status, _, error = run("publish", "--out", str(tmp_path / "mine"))
    assert status == 1
    assert "置き換えません" in error
    assert content(tmp_path / "mine") == {"thesis.txt": b"x"}


@pytest.mark.parametrize("periods", ["0", "-1", "41", "many"])
def test_a_number_of_periods_that_makes_no_sense_is_refused(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, periods: str
) -> None:
    assert run("publish", "--out", str(tmp_path / "site"), "--periods", periods)[0] == 2
    assert not (tmp_path / "site").exists()


def test_what_may_be_replaced(tmp_path: Path) -> None:
    assert replaceable(tmp_path / "new")
    (tmp_path / "empty").mkdir()
    assert replaceable(tmp_path / "empty")
    replace(tmp_path / "site", FILES)
    assert replaceable(tmp_path / "site")
    (tmp_path / "file").write_text("x")
    assert not replaceable(tmp_path / "file")
    assert not replaceable(tmp_path)


def test_files_of_an_earlier_site_go(tmp_path: Path) -> None:
    replace(tmp_path / "site", {**FILES, "old.html": b"old"})
    replace(tmp_path / "site", FILES)
    assert content(tmp_path / "site") == FILES


def test_what_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    replace(tmp_path / "site", FILES)
    with pytest.raises(OSError, match="too long"):
        replace(tmp_path / "site", {"x" * 300: b"1"})
    assert content(tmp_path / "site") == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
