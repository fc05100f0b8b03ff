"""The list is made from postal codes, always the same, and never from half of them."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest

from redaction.places.register import load
from redaction.training import places

if TYPE_CHECKING:
    from pathlib import Path


def row(code: str, town: str, **more: object) -> str:
    return json.dumps(
        {"jisx0402": code, "prefecture": "北海道", "city": "札幌市中央区", "neighborhood": town, **more},
        ensure_ascii=False,
    )


def database(path: Path, rows: list[str]) -> Path:
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE postal_data (code text, data text)")
        made.executemany("INSERT INTO postal_data VALUES ('0600000', ?)", [(data,) for data in rows])
    made.close()
    return path


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_LEAST_MUNICIPALITIES", 1)


def test_one_command(tmp_path: Path) -> None:
    other = {"jisx0402": "01102", "city": "札幌市北区", "neighborhood": "あいの里"}
    rows = [
        row("01101", "大字旭ヶ丘", alternates=[other]),
        row("01101", "以下に掲載がない場合"),
        row("01101", "宮の森（１丁目）"),
    ]
    outs = []
    for name, order in (("a", rows), ("b", rows[::-1])):
        source = database(tmp_path / f"{name}.db", order)
        out = tmp_path / f"{name}.gz"
        assert places.main(["--source", str(source), "--out", str(out)]) == 0
        outs.append(out.read_bytes())
    assert outs[0] == outs[1]
    made = load(tmp_path / "a.gz")
    assert made.towns.decode() == "あいノ里\t01102\n宮ノ森\t01101\n旭ケ丘\t01101\n"
    assert made.municipalities["札幌市"] == ("01101", "01102")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["{"], "row 1"),
        (["[]"], "row 1"),
        ([row("01101", "旭ケ丘"), row("1101", "旭ケ丘")], "row 2: a code"),
        ([json.dumps({"jisx0402": "01101"})], "row 1: KeyError"),
        ([], "0 municipalities"),
    ],
)
def test_half_a_source_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[str], message: str
) -> None:
    out = tmp_path / "out.gz"
    assert places.main(["--source", str(database(tmp_path / "x.db", rows)), "--out", str(out)]) == 1
    assert message in capsys.readouterr().err
    assert not out.exists()


def test_other_files_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"no database at all " * 100)
    for path, message in ((wrong, "no postal codes"), (tmp_path / "gone.db", "no such file")):
        assert places.main(["--source", str(path), "--out", str(tmp_path / "out")]) == 1
        assert message in capsys.readouterr().err
