from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.__main__ import main, parser

if TYPE_CHECKING:
    from pathlib import Path


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
