from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from gateway.__main__ import main
from tests.fixtures.gateway_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

RULES = ROOT / "policies" / "rules"


def test_the_shipped_rules_are_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(ROOT / "config.yaml"), "policies", "check"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("ok: revision ")
    words, checks = (int(out.split(f" {name}")[0].split()[-1]) for name in ("wording entries", "checks"))
    assert words >= 30
    assert checks >= 10


def test_a_fault_is_told_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(RULES, tmp_path / "rules")
    path = tmp_path / "rules" / "content.yaml"
    path.write_text(path.read_text("utf-8").replace("action: confine", "action: confined"), "utf-8")
    assert main(["policies", "check", str(tmp_path / "rules")]) == 1
    assert "content.yaml:" in (error := capsys.readouterr().err)
    assert "action must be one of allow, flag, redact, confine, block" in error
