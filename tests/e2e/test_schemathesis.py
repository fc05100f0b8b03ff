"""The published description against the running gateway: no 5xx, no answer that it does not describe."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.fixtures.gateway_process import ROOT, create_key, start_gateway, write_config

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PROGRAM = ROOT / ".venv-clients/bin/schemathesis"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth"


def narrowed(description: dict[str, Any]) -> dict[str, Any]:
    """The same, with a model that exists, so that more than the search for it is tried; JSON Lines as plain text."""
    text = json.dumps(description).replace('"model": {"type": "string"}', '"model": {"enum": ["demo"]}')
    text = text.replace('"schema": {"type": "string", "pattern": "^[a-z]+$"}', '"schema": {"enum": ["demo"]}')
    known: dict[str, Any] = json.loads(text)
    del known["paths"]["/v1/check/batch"]["post"]["requestBody"]["content"]["application/jsonl"]
    return known


def test_no_answer_is_a_surprise(tmp_path: Path) -> None:
    if not PROGRAM.exists():
        if os.environ.get("CI"):
            pytest.fail("schemathesis is not installed (make setup-e2e)")
        pytest.skip("schemathesis is not installed (make setup-e2e)")
    demo = {"name": "demo", "model": "demo", "lane": "demo", "zone": "on_premises", "region": "here"}
    write_config(tmp_path, {"deployments": [demo]})
    key = create_key(tmp_path)
    with start_gateway(tmp_path) as gateway:
        published = httpx.get(f"{gateway.url}/openapi.json", trust_env=False).json()
        (tmp_path / "openapi.json").write_text(json.dumps(narrowed(published)), "utf-8")
        command = [
            str(PROGRAM), "run", "openapi.json", "--url", gateway.url, "--header", f"Authorization: Bearer {key}",
            "--checks", CHECKS, "--phases", "fuzzing", "--max-examples", "5", "--seed", "1", "--no-color",
            "--continue-on-failure", "--warnings", "off",
        ]  # fmt: skip
        done = subprocess.run(  # noqa: S603, a program that we installed
            command,
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
        assert f"{sum(len(each) for each in published['paths'].values())} passed" in done.stdout
        assert "Traceback" not in gateway.stderr
