"""The one command: data in, a model file out that loads and tags."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from redaction.tagger.model import load
from redaction.training import train

if TYPE_CHECKING:
    from pathlib import Path


def marked(text: str, name: str) -> dict[str, Any]:
    return {
        "id": "x",
        "text": text,
        "spans": [{"start": text.index(name), "end": text.index(name) + len(name), "type": "PERSON"}],
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    names = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤".split()
    papers = [marked(f"担当は{name}です。\n以上", name) for name in names * 2]
    prose = [marked(f"作家の{name}は多くの本を書いたとされている。", name) for name in names * 2]
    for file, rows in (("train_free_a", papers), ("train_free_b", papers[:3]), ("train_real", prose)):
        (tmp_path / f"{file}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return tmp_path


def test_one_command(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "PLAN", train.PLAN._replace(epochs=2))
    out = data / "out.model"
    score = str(data / "train_free_a.jsonl")
    options = ["--data", str(data), "--out", str(out), "--without", "train_free_b", "--variants", "1", "--score", score]
    assert train.main(options) == 0
    assert "train_free_a: PERSON precision" in capsys.readouterr().out
    assert load(out).revision
    assert json.loads(out.read_bytes().partition(b"\n")[0])["made"]["papers"] == 20
    first = out.read_bytes()
    assert train.main(options) == 0
    assert out.read_bytes() == first


def test_bad_data_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("train_free_a", "train_free_b"):
        (data / f"{name}.jsonl").unlink()
    assert train.main(["--data", str(data), "--out", str(data / "m")]) == 1
    assert "no train_free_" in capsys.readouterr().err
    (data / "train_real.jsonl").write_text("{", "utf-8")
    assert train.main(["--data", str(data), "--out", str(data / "m")]) == 1
    assert "train_real.jsonl:1" in capsys.readouterr().err


def test_of_features_that_are_alike_the_heaviest_is_kept() -> None:
    keys = np.array([3, 5, 9, 3 + train.ALIKE], np.uint32)
    kept, weights = train.heaviest(keys, np.array([[1.0], [2.0], [0.1], [-9.0]], np.float32))
    assert kept.tolist() == [5, 9, 3 + train.ALIKE]
    assert weights.ravel().tolist() == pytest.approx([2.0, 0.1, -9.0])
