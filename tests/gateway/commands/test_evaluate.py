"""Gold documents in, figures out; a bad file is refused by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gateway.__main__ import main
from tests.fixtures.gateway_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

ROWS: list[dict[str, Any]] = [
    {"id": "a", "genre": "メール", "text": "佐藤花子さんの電話は090-1234-5678です。", "spans": [{"start": 0, "end": 4, "type": "PERSON"}, {"start": 10, "end": 23, "type": "PHONE"}]},
    {"id": "b", "genre": "統計", "text": "世帯数は1,204です。", "spans": []},
    {"id": "c", "genre": "相談", "text": "本人は45歳、うつ病で通院中。", "spans": [{"start": 3, "end": 6, "type": "AGE"}, {"start": 7, "end": 10, "type": "SENSITIVE"}]},
]  # fmt: skip


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), "utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["--config", str(ROOT / "config.yaml"), "evaluate", *arguments])
    out = capsys.readouterr()
    return status, out.out, out.err


def test_figures_as_json(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, str(gold), "--json", "--by-genre")
    answer = json.loads(out)
    assert status == 0
    assert answer["summary"]["documents"] == 3
    assert answer["summary"]["leak_direct"] == 0.0
    assert answer["summary"]["documents_leaking"] == 0.0
    assert answer["kinds"]["PERSON"]["recall_exact"] == 1.0
    assert answer["kinds"]["SENSITIVE"]["recall"] == 1.0
    assert answer["kinds"]["AGE"]["leak"] == 0.0
    assert set(answer["genres"]) == {"メール", "統計", "相談"}


def test_only_what_the_policy_hides(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, str(gold), "--json", "--hidden-only")
    answer = json.loads(out)
    assert answer["kinds"]["AGE"]["leak"] == 1.0
    assert answer["kinds"]["SENSITIVE"]["predicted"] == 0
    assert answer["kinds"]["PERSON"]["leak"] == 0.0


def test_a_table_for_the_terminal(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, str(gold), "--by-genre")
    assert status == 0
    person = next(line.split() for line in out.splitlines() if line.startswith("PERSON"))
    assert person[1:3] == ["1", "1"]
    assert "documents_leaking" in out
    assert "[統計]" in out


def test_bad_files(gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with gold.open("a", encoding="utf-8") as lines:
        lines.write("{\n")
    status, out, err = run(capsys, str(gold))
    assert (status, out) == (1, "")
    assert f"{gold}:4: not JSON" in err
    status, _, err = run(capsys, str(tmp_path / "absent"))
    assert status == 1
    assert "No such file" in err
    status, _, err = run(capsys, str(tmp_path))
    assert status == 1
