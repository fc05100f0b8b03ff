from __future__ import annotations

import shutil
from pathlib import Path

from policies.ordinance.library import Library

CITY = Path(__file__).resolve().parents[2] / "fixtures" / "ordinance" / "city"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_load_by_another_process_is_seen_and_a_ruined_file_changes_nothing(tmp_path: Path) -> None:
    clock = Clock()
    library = Library(tmp_path / "statutes.sqlite3", clock)
    assert library.statutes.empty
    Library(tmp_path / "statutes.sqlite3").index.load(CITY)
    assert library.statutes.empty  # looked a moment ago
    clock.now = 3
    loaded = library.statutes
    assert loaded.title("契約規則") == "湊ヶ丘市契約規則"
    clock.now = 6
    assert library.statutes is loaded
    (tmp_path / "statutes.sqlite3").write_bytes(b"ruined")
    clock.now = 9
    assert library.statutes is loaded


def test_what_was_taken_away_is_gone(tmp_path: Path) -> None:
    clock = Clock()
    shutil.copytree(CITY, tmp_path / "laws")
    library = Library(tmp_path / "statutes.sqlite3", clock)
    library.index.load(tmp_path / "laws")
    assert library.statutes.title("契約規則")
    (tmp_path / "laws" / "contract.txt").unlink()
    library.index.load(tmp_path / "laws")
    clock.now = 3
    assert library.statutes.title("契約規則") is None
