from __future__ import annotations

import asyncio
import json
from shutil import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from gateway.__main__ import main
from gateway.audit import Audit
from gateway.commands.database import open_store
from gateway.config import load_config
from gateway.policy.history import History
from tests.fixtures.gateway_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "電話は090-1234-5678です。"
OWN = """version: 1
rules:
  - id: pii/contact
    kinds: [pii.phone, pii.email, pii.postal_code, pii.url, pii.ip_address]
    directions: [request]
    action: block
    message: 連絡先は送れません。
    examples: {match: [電話は090-1234-5678です。], no_match: [会議です。]}
"""
CASES = """version: 1
cases:
  - {name: 電話, text: 電話は090-1234-5678です。, expect: {verdict: redact, rules: [pii/contact]}}
"""


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    config = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    config["policies"] = {"directory": str(ROOT / "policies" / "rules"), "own": str(tmp_path / "own")}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")

    def command(*arguments: str) -> tuple[int, str, str]:
        status = main(["--config", str(tmp_path / "config.yaml"), "policies", *arguments])
        output = capsys.readouterr()
        return status, output.out, output.err

    return command


def few(folder: Path) -> None:
    """Let the command know few rules: what it compares is each of their examples, twice."""
    config = yaml.safe_load((folder / "config.yaml").read_text("utf-8"))
    (folder / "few").mkdir()
    for name in ("content.yaml", "personal-information.yaml", "routing.yaml"):
        copy(ROOT / "policies" / "rules" / name, folder / "few" / name)
    config["policies"]["directory"] = str(folder / "few")
    (folder / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")


def own(folder: Path, content: str = OWN, name: str = "own") -> str:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "contact.yaml").write_text(content, "utf-8")
    return str(folder / name)


def test_the_shipped_rules_are_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(ROOT / "config.yaml"), "policies", "check"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("ok: revision ")
    words, checks = (int(out.split(f" {name}")[0].split()[-1]) for name in ("wording entries", "checks"))
    assert words >= 30
    assert checks >= 10
    assert "6 matrix rows" in out


def test_own_files_count_and_a_fault_is_told_with_its_line(run: Any, tmp_path: Path) -> None:
    good = run("check")[1]
    folder = own(tmp_path)
    assert run("check")[1] != good
    own(tmp_path, OWN.replace("action: block", "action: blocked"))
    status, _, error = run("check", folder)
    assert status == 1
    assert error.startswith("contact.yaml:6:13: action must be one of allow, flag, redact, confine, block")


def test_check_names_rules_that_are_easy_to_get_around_or_catch_more_than_they_seem_to(
    run: Any, tmp_path: Path
) -> None:
    assert run("check")[2] == ""
    doors = OWN.replace("pii/contact", "own/chat").replace(
        "    action", "    endpoints: [chat/completions]\n    action"
    )
    words = (
        "  - {id: own/words, kinds: [wording.*], action: block, message: 送れません。,"
        " examples: {match: [あの老害には困る。], no_match: [会議です。]}}\n"
    )
    status, out, told = run("check", own(tmp_path, doors + words))
    assert (status, out.startswith("ok: ")) == (0, True), told
    assert "own/chat: holds for chat/completions, but not for " in told
    assert all(path in told for path in ("messages", "responses", "gemini/generateContent"))
    assert "own/words: also blocks wording that is doubtful" in told
    own(tmp_path, OWN + words.replace("action: block", "action: block, min_score: 0.6"))
    assert run("check")[2] == ""


def test_cases_are_run_and_untouched_rules_named(run: Any, tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text(CASES, "utf-8")
    status, out, _ = run("test", str(tmp_path / "cases.yaml"))
    assert status == 0
    assert out.startswith("1 cases, 0 failed; ")
    assert "no case touches: " in out
    assert "pii/my-number" in out
    assert "pii/contact" not in out
    assert run("test", "--fail-on-empty", str(tmp_path / "cases.yaml"))[0] == 1
    assert run("test", "--fail-on-empty")[0] == 1
    own(tmp_path)
    status, _, error = run("test", str(tmp_path / "cases.yaml"))
    assert status == 1
    assert "cases.yaml:3:" in error
    assert "電話: the verdict is block, by pii/contact" in error


def test_the_shipped_cases_touch_every_shipped_rule(run: Any) -> None:
    status, out, error = run("test", "--fail-on-empty", str(ROOT / "policies" / "cases"))
    assert status == 0, out + error


def test_try_shows_exactly_what_would_leave(run: Any) -> None:
    status, out, _ = run("try", "--model", "demo-cloud", TEXT)
    assert status == 0
    assert "判定: 置換（redact）" in out
    assert out.endswith("送信する文面:\n電話は[PHONE_1]です。\n")
    answer = json.loads(run("try", "--json", "--model", "demo-cloud", "--classification", "3B", TEXT)[1])
    assert answer["verdict"] == "block"
    assert answer["outgoing"] is None
    assert answer["left_out"][0]["rule"] == "matrix/3B"
    assert run("try", "--model", "nobody", TEXT)[0] == 1


def test_explain_names_who_decided_and_who_did_not(run: Any) -> None:
    answer = json.loads(run("explain", "--json", TEXT)[1])
    assert answer["findings"][0]["voices"] == [
        {"rule": "pii/contact", "action": "redact", "decided": True, "unmet": []},
        {"rule": "routing/no-training", "action": "block", "decided": False, "unmet": ["trains_on_input"]},
        {"rule": "pii/in-reply", "action": "flag", "decided": False, "unmet": ["directions"]},
    ]
    assert "対象外（trains_on_input）" in run("explain", TEXT)[1]


def test_diff_shows_what_would_change(run: Any, tmp_path: Path) -> None:
    few(tmp_path)
    before = tmp_path / "before"
    before.mkdir()
    (tmp_path / "texts.jsonl").write_text('{"id": 7, "text": "mail: taro@example.jp"}\n', "utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, "utf-8")
    more = ["--texts", str(tmp_path / "texts.jsonl"), "--tests", str(tmp_path / "cases.yaml")]
    status, out, _ = run("diff", str(before), own(tmp_path, name="after"), *more)
    assert status == 0
    assert "texts.jsonl:1 7: 「mail: taro@example.jp」" in out
    assert "example of pii/contact" in out
    assert "cases.yaml: 電話" in out
    assert "texts differ" in out
    (tmp_path / "texts.jsonl").write_text('{"id": 7}\n', "utf-8")
    assert "texts.jsonl:1:1: must be" in run("diff", str(before), str(before), *more)[2]


def test_diff_knows_the_revisions_of_the_history(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKIMORI_SECRET", "x" * 32)
    few(tmp_path)
    config = load_config(tmp_path / "config.yaml")

    async def save() -> None:
        async with open_store(config) as store:
            history = History(store, Audit(store, b"x" * 32))
            await history.save({"a.yaml": OWN}, "r", author="ed", comment="理由", based_on=None)

    asyncio.run(save())
    (tmp_path / "before").mkdir()
    out = run("diff", str(tmp_path / "before"), "1")[1]
    assert "example of pii/contact" in out
    assert run("diff", "1", "1")[1].endswith(" texts differ\n")
    assert "no such revision" in run("diff", "1", "99999999999")[2]
    assert "no such folder" in run("diff", "1", str(tmp_path / "nowhere"))[2]
