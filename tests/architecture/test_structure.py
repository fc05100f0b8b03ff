"""The house keeps its shape: rooms, sizes, contracts, and nothing in it that belongs to one machine."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("gateway", "policies", "redaction", "metrics")
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60

# Modules whose tests stand elsewhere, each with the place.
TESTED_ELSEWHERE = {
    "gateway/local_model.py": "tests/e2e/test_llama.py",
    "gateway/public_list.py": "tests/gateway/routes/admin/test_public.py",
    "gateway/statute_uploads.py": "tests/gateway/routes/admin/test_library.py",
}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project as paths from its root: what git tracks or would track."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603  git
    return tuple(Path(name) for name in names.split("\0") if name and (ROOT / name).is_file())


def sources(*folders: str) -> list[Path]:
    return [path for path in project_files() if path.suffix == ".py" and (not folders or path.parts[0] in folders)]


def read(path: Path) -> str:
    return (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("room", ROOMS)
def test_our_rooms_are_imported_from_this_tree(room: str) -> None:
    # Distributions with packages called `metrics` or `policies` exist: one of them first on the path would be used.
    module = importlib.import_module(room)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == ROOT / room / "__init__.py"


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {str(path): lines for path in sources() if (lines := read(path).count("\n")) > MAX_FILE_LINES}
    assert long == {}


def test_no_function_is_longer_than_a_page() -> None:
    long = {
        f"{path}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in sources()
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    }
    assert long == {}


def test_no_module_state_is_rebound() -> None:
    rebound = [
        f"{path}:{node.lineno}"
        for path in sources(*ROOMS)
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.Global)
    ]
    assert rebound == []


def test_every_module_has_tests_of_its_name() -> None:
    missing = [
        str(module)
        for module in sources(*ROOMS)
        if module.name != "__init__.py"
        and "migrations" not in module.parts
        and not (ROOT / TESTED_ELSEWHERE.get(module.as_posix(), mirror(module))).is_file()
    ]
    assert missing == []


def test_every_test_file_has_a_module_of_its_name() -> None:
    expected = {mirror(module) for module in sources(*ROOMS)}
    tests = [path for path in sources("tests") if path.parts[1] in ROOMS and path.name.startswith("test_")]
    assert [str(path) for path in tests if path not in expected] == []


def mirror(module: Path) -> Path:
    """``gateway/routes/models.py`` → ``tests/gateway/routes/test_models.py``."""
    return Path("tests", *module.parts[:-1], f"test_{module.stem.strip('_')}.py")


def test_nothing_belongs_to_one_machine_or_registry() -> None:
    # In halves, so that this file does not find itself.
    machine = [rf"(?<![\w./-])/{name}/" for name in ("wo" + "rk", "ro" + "ot", "ho" + r"me/\w+", "Us" + r"ers/\w+")]
    hosts = ["py" + r"pi\.org", "python" + r"hosted\.", "npm" + r"js\.", r"deb\." + r"debian\.org"]
    belongs = re.compile("|".join([*machine, *hosts, r"\.\./sha" + "red"]))
    found = [
        f"{path}:{number}: {match[0]}"
        for path in project_files()
        for number, line in enumerate(text_lines(path), 1)
        if (match := belongs.search(line))
    ]
    assert found == []


def text_lines(path: Path) -> list[str]:
    try:
        return read(path).splitlines()
    except UnicodeDecodeError:
        return []


def test_every_silenced_check_says_which() -> None:
    silenced = re.compile(r"#\s*no" + r"qa(?!: [A-Z])|#\s*type:\s*ig" + r"nore(?!\[)")
    found = [
        f"{path}:{number}"
        for path in sources()
        for number, line in enumerate(read(path).splitlines(), 1)
        if silenced.search(line)
    ]
    assert found == []


def test_the_import_contracts_are_kept() -> None:
    # In a process of its own: import-linter turns off the loggers that other tests read.
    program = str(Path(sys.executable).parent / "lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
