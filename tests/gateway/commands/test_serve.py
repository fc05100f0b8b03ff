"""The start: what stops it says why, in one line, before the engine is loaded where that can be."""

from __future__ import annotations

import logging
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.__main__ import main
from gateway.commands.serve import TextlessFormatter, welcome
from tests.fixtures.gateway_process import ROOT, start_gateway


def config(tmp_path: Path, **change: Any) -> str:
    settings = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    settings["policies"] = {"directory": str(ROOT / "policies" / "rules")}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({**settings, **change}, allow_unicode=True), "utf-8")
    return str(path)


def test_a_taken_port(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--config", config(tmp_path), "serve", "--port", str(port)]) == 1
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


def test_the_demo_is_for_this_computer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", config(tmp_path), "serve", "--demo", "--host", "0.0.0.0", "--port", "0"]) == 1  # noqa: S104, refused
    assert "loopback only" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"policies": {"directory": "/none"}}, "no rule file"),
        ({"database": {"url": "postgresql://x@127.0.0.1/x", "password_env": "NOT_SET_ANYWHERE"}}, "NOT_SET_ANYWHERE"),
    ],
)
def test_what_stops_the_start_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], wanted: str
) -> None:
    assert main(["--config", config(tmp_path, **change), "serve", "--port", "0"]) == 1
    assert wanted in capsys.readouterr().err


@pytest.mark.timeout(60)
def test_a_fault_in_an_own_rule_file_is_told_with_its_line(tmp_path: Path) -> None:
    settings = yaml.safe_load(Path(config(tmp_path)).read_text("utf-8"))
    own = tmp_path / "g" / "data" / "policies"
    own.mkdir(parents=True)
    (own / "own.yaml").write_text("version: 1\nmatrix:\n  - {classification: 2, zones: [moon], message: x}\n", "utf-8")
    with start_gateway(tmp_path / "g", settings, wait=False) as gateway:
        assert gateway.process.wait(50) == 1
        assert "own.yaml:3:33: Input should be 'on_premises' or 'external'" in gateway.stderr


def test_a_missing_key_of_a_deployment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deployment = {
        "name": "far",
        "model": "gpt",
        "lane": "openai_wire",
        "base_url": "https://example.jp/v1",
        "api_key_env": "NOT_SET_ANYWHERE",
        "zone": "external",
        "region": "x",
        "trains_on_input": False,
    }
    assert main(["--config", config(tmp_path, deployments=[deployment]), "serve", "--port", "0"]) == 1
    assert "NOT_SET_ANYWHERE" in capsys.readouterr().err


def test_the_welcome_has_what_a_new_user_needs() -> None:
    text = welcome("http://127.0.0.1:9", "demo")
    for needed in ("http://127.0.0.1:9/v1", "sk-sekimori-demo", "/leaderboard", "curl -sS", '"model": "demo"'):
        assert needed in text


def test_a_log_never_quotes_an_error() -> None:
    try:
        int("佐藤花子")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    text = TextlessFormatter("%(message)s").format(record)
    assert "佐藤花子" not in text
    assert "ValueError" in text
    assert "test_serve.py" in text


@pytest.mark.timeout(60)
def test_it_ends_when_asked(tmp_path: Path) -> None:
    settings = yaml.safe_load(Path(config(tmp_path)).read_text("utf-8"))
    with start_gateway(tmp_path / "g", settings) as gateway:
        assert gateway.terminate() in {0, -15}, "by itself, or by the signal after it has tidied up"
        assert "Traceback" not in gateway.stderr


@pytest.mark.parametrize("workers", ["0", "65", "-1", "two", "２", ""])
def test_a_number_of_workers_that_is_none(workers: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", f"--workers={workers}"])
    assert "neither auto nor a number from 1 to 64" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "more", "wanted"),
    [
        ({"database": {"url": "sqlite:///:memory:"}}, (), "need a database that they share"),
        ({}, ("--local-model",), "beside one worker only"),
    ],
)
def test_what_several_workers_cannot_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], more: tuple[str, ...], wanted: str
) -> None:
    assert main(["--config", config(tmp_path, **change), "serve", "--port", "0", "--workers", "2", *more]) == 1
    assert wanted in capsys.readouterr().err
