from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from gateway.secret import VARIABLE, SecretError, load_secret

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_the_first_start_makes_it_and_the_second_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    secret = load_secret(folder)
    assert len(secret) == 64
    assert load_secret(folder) == secret
    assert load_secret(tmp_path / "other") != secret
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600


def test_the_environment_comes_first_and_no_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "x" * 32 + "\n")
    assert load_secret(tmp_path) == b"x" * 32
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["", "short", " " * 40])
def test_a_short_one_is_refused_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(SecretError, match=VARIABLE) as caught:
        load_secret(tmp_path)
    assert "short" not in str(caught.value)


def test_an_emptied_file_is_refused_not_made_anew(tmp_path: Path) -> None:
    # A new secret would make every member of staff a new person in the figures.
    (tmp_path / "secret.key").write_bytes(b"")
    with pytest.raises(SecretError, match=r"secret\.key"):
        load_secret(tmp_path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(SecretError, match="cannot be"):
        load_secret(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(SecretError, match="cannot be"):
        load_secret(tmp_path / "data")


def test_many_that_start_at_once_have_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        secrets = set(threads.map(lambda _: load_secret(tmp_path / "data"), range(64)))
    assert len(secrets) == 1
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SecretError, match="cannot be made"):
        load_secret(tmp_path)
