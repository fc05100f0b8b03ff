"""A configuration with a database of its own, and the command line that uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIG = """
version: 1
municipality: {name: 青葉野市}
deployments: [{name: demo, model: demo, lane: demo, zone: on_premises, region: 庁内}]
"""


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SEKIMORI_SECRET", raising=False)
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    return path


@pytest.fixture
def run(config_file: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """``run("keys", "list")`` → exit status, standard output, standard error."""

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            status = main(["--config", str(config_file), *arguments])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        output = capsys.readouterr()
        return status, output.out, output.err

    return command
