from __future__ import annotations

from pathlib import Path

import pytest

from gateway import parts
from gateway.__main__ import main, parser
from redaction.tagger import model
from tests.fixtures import once

CONFIG = Path(__file__).resolve().parents[2] / "config.yaml"


def test_the_configuration_may_stand_on_either_side() -> None:
    for line in (["--config", "x.yaml", "policies", "check"], ["policies", "check", "--config", "x.yaml"]):
        assert str(parser().parse_args(line).config) == "x.yaml"


@pytest.mark.parametrize("line", [[], ["nothing"], ["keys"], ["serve", "--port", "x"]])
def test_wrong_usage_is_status_2(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(line)
    assert raised.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_faults_of_files_are_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(tmp_path / "none.yaml"), "inspect"]) == 1
    assert "none.yaml:1:1: cannot be read" in capsys.readouterr().err


def test_a_model_that_cannot_be_read_stops_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model.shipped.cache_clear()
    monkeypatch.setattr(parts, "detectors", once.detectors)  # not those that other tests have loaded
    monkeypatch.setattr(model, "SHIPPED", tmp_path / "gone.model")
    for command in ("inspect", "serve"):
        assert main(["--config", str(CONFIG), command]) == 1
        assert "gone.model" in capsys.readouterr().err
    model.shipped.cache_clear()
