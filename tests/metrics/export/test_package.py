from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from metrics.export.package import SUMS, Contents, package, sums, written
from metrics.export.rows import COLUMNS
from metrics.export.table import table
from tests.metrics.export.samples import CITY, FIRST, LAST, ROWS

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"adoption.csv": table(CITY, ROWS), "adoption.json": b"{}", "adoption.xlsx": b"PK"}


def test_the_package_describes_each_file() -> None:
    found = json.loads(package(CITY, FILES, Contents((FIRST, LAST), [("定義", "文")], "CC BY 4.0")))
    assert found["temporal"] == {"start": "2026-07-01", "end": "2026-09-30"}
    assert found["licenses"] == [{"title": "CC BY 4.0"}]
    assert found["municipality"] == {"code": "999999", "name": "青葉野市"}
    assert [resource["path"] for resource in found["resources"]] == sorted(FILES)
    for resource in found["resources"]:
        content = FILES[resource["path"]]
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)


def test_the_schema_names_the_columns_as_the_file_does() -> None:
    resource = json.loads(package(CITY, FILES, Contents((FIRST, LAST))))["resources"][0]
    fields = [field["name"] for field in resource["schema"]["fields"]]
    assert fields == [column.heading for column in COLUMNS]
    assert fields == FILES["adoption.csv"].decode("utf-8-sig").split("\r\n")[0].split(",")


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        package(CITY, {"evil.exe": b""}, Contents((FIRST, LAST)))


def test_the_sums_are_what_the_usual_program_checks(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / SUMS).write_bytes(sums(FILES))
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("sha256sum was not found")
    done = subprocess.run([program, "--check", "--strict", SUMS], cwd=tmp_path, capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout


def test_json_keeps_japanese_readable() -> None:
    assert written({"名": "市"}).decode() == '{\n  "名": "市"\n}\n'
