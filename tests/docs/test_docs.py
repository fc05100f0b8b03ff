"""The docs are a test: tables as the code has them, every YAML block loads, every curl line answers."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from gateway.__main__ import parser
from gateway.app import ENDPOINTS, build_app, build_house
from gateway.config import Config, load_config
from gateway.policy.cases import CaseFile
from gateway.usage_file import UsageMapping
from policies.document import load
from policies.loader import PolicyFile, load_policy
from redaction.analyzer import build
from redaction.custom import load_recognizers
from tests.fixtures.gateway_process import start_gateway
from tests.fixtures.house import SECRET

if TYPE_CHECKING:
    from policies.finding import Detector

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "README.ja.md"]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[Any]:
    return [
        pytest.param(match[2], id=f"{page.name}:{page.read_text('utf-8')[: match.start()].count(chr(10)) + 1}")
        for page in PAGES
        for match in FENCE.finditer(page.read_text("utf-8"))
        if match[1] == language
    ]


def generator() -> Any:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_tables_are_up_to_date() -> None:
    module = generator()
    for page in sorted((ROOT / "docs").glob("*.md")):
        text = page.read_text("utf-8")
        assert module.rendered(text) == text, f"{page.name}: run python docs/generate.py"
    for name, model in module.SCHEMAS.items():
        assert json.loads((ROOT / "docs" / name).read_text("utf-8")) == model.model_json_schema(), name
    assert module._link_schemas(check=True) == [], "run python docs/generate.py"


@pytest.mark.parametrize("block", blocks("yaml"))
def test_every_yaml_block_loads(block: str, tmp_path: Path, engine: tuple[Detector, ...]) -> None:
    path = tmp_path / "block.yaml"
    path.write_text(block, "utf-8")
    if "cases" in yaml.safe_load(block):
        assert load(path, CaseFile).model
    elif "deployments" in yaml.safe_load(block):
        assert load_config(path).deployments
    elif "recognizers" in yaml.safe_load(block):
        assert load_recognizers(path)
    elif "phones" in yaml.safe_load(block):
        assert build(path).revision
    elif "columns" in yaml.safe_load(block):
        assert load(path, UsageMapping).model
    else:
        assert load(path, PolicyFile).model
        if "rules" in yaml.safe_load(block):
            assert load_policy(tmp_path, engine).rules


def test_the_shipped_configuration_loads() -> None:
    assert isinstance(load_config(ROOT / "config.yaml"), Config)


def test_every_key_of_the_configuration_is_described() -> None:
    for line in generator().config_table().splitlines()[2:]:
        assert not line.endswith("|  |"), line


def test_every_path_is_in_the_docs(tmp_path: Path, engine: tuple[Detector, ...]) -> None:
    config = load_config(ROOT / "config.yaml").model_copy(update={"data_dir": tmp_path})
    app = build_app(build_house(config, engine, secret=SECRET))
    text = (ROOT / "docs" / "api.md").read_text("utf-8")
    paths = {getattr(route, "path", "") for route in app.routes}
    assert f"/v1/{ENDPOINTS[0].path}" in paths
    for path in paths:
        assert path.split("{")[0].rstrip("/") in text, path


def test_every_command_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for action in parser()._actions:
        for name in getattr(action, "choices", None) or ():
            assert f"gateway {name}" in text


@pytest.mark.timeout(120)
def test_every_curl_block_answers(tmp_path: Path) -> None:
    """Run against the demo, as a reader would paste them."""
    commands = [param.values[0] for param in blocks("sh") if str(param.values[0]).startswith("curl ")]
    assert len(commands) >= 3
    config = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    config["policies"] = {"directory": str(ROOT / "policies" / "rules")}
    (tmp_path / "recording.mp3").write_bytes(b"ID3")
    with start_gateway(tmp_path, config, arguments=["--demo"]) as gateway:
        pasted = next(line for line in gateway.stdout.split("\n\n") if line.startswith("curl "))
        for command in [*map(str, commands), pasted]:
            words = shlex.split(command.replace("http://127.0.0.1:8080", gateway.url).replace("\\\n", " "))
            answer = subprocess.run(  # noqa: S603, a command of our docs
                [*words, "--fail"], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False
            )
            assert answer.returncode == 0, (command, answer.stdout, answer.stderr)
            assert re.search("佐藤花子|山田太郎|関守|sekimori|PERSON_1", answer.stdout), (command, answer.stdout)


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
