"""Test files: what they may say, how a failing case is told, which rules none touches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gateway.policy.cases import read_cases, run_cases
from policies.document import DocumentError
from policies.schema import MatrixRow
from tests.gateway.fakes import RULES, policy

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """version: 1
cases:
  - name: 氏名は置き換える
    text: 山田さん
    expect: {verdict: redact, rules: [r/pii-person-redact], outgoing: '[PERSON_1]さん'}
  - name: 回答では何もしない
    text: 山田さん
    situation: {direction: reply, department: '0101', day: 2027-04-01}
    expect: {verdict: allow, not_rules: [r/pii-person-redact]}
  - name: 画像は庁内だけ
    text: {content: image}
    expect: {verdict: confine}
  - name: 3Bは庁内だけ
    text: 記録
    situation: {classification: 3B}
    expect: {verdict: block, rules: [matrix/3B]}
"""
POLICY = replace(
    policy(*RULES),
    matrix={
        name: MatrixRow.model_validate({"classification": name, "zones": zones, "message": "理由"})
        for name, zones in (("3B", []), ("unstated", ["external"]))
    },
)


def written(folder: Path, content: str, name: str = "cases.yaml") -> Path:
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def test_good_cases_pass_and_touch_rules(tmp_path: Path) -> None:
    report = run_cases(POLICY, read_cases([written(tmp_path, GOOD)]))
    assert (report.cases, report.faults) == (4, ())
    assert {"r/pii-person-redact", "r/content-all-confine", "matrix/3B"} <= report.touched
    assert report.untouched == (
        "r/pii-flagged-flag",
        "r/pii-inside-confine",
        "r/pii-forbidden-block",
    )


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("verdict: redact", "verdict: block", ":5:23: 氏名は置き換える: the verdict is redact, by r/pii-person-redact"),
        ("rules: [r/pii-person-redact], out", "rules: [r/x], out", "氏名は置き換える: r/x did not decide"),
        ("not_rules: [r/pii-person-redact]", "not_rules: [r/pii-person-allow]", "r/pii-person-allow decided"),
        ("'[PERSON_1]さん'", "[PERSON_1]", "Input should be a valid string"),
        ("'[PERSON_1]さん'", "山田", "「[PERSON_1]さん」 would leave"),
        ("verdict: confine", "verdict: confined", "action must be one of"),
        ("{verdict: confine}", "{}", "a case expects something"),
        ("classification: 3B", "classification: 9", "Input should be"),
        ("direction: reply", "direktion: reply", "unknown key direktion"),
        ("    text: 記録\n", "", "text is required"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new, 1))
    try:
        faults = "\n".join(map(str, run_cases(POLICY, read_cases([path])).faults))
    except DocumentError as error:
        faults = str(error)
    assert wanted in faults
    assert "cases.yaml:" in faults


def test_folders_are_read_and_all_faults_are_told(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    assert len(read_cases([tmp_path])) == 1
    written(tmp_path, "cases: []\n", "bad.yaml")
    written(tmp_path, "- x\n", "worse.yaml")
    with pytest.raises(DocumentError) as raised:
        read_cases([tmp_path])
    assert {fault.path.rsplit("/", 1)[-1] for fault in raised.value.faults} == {"bad.yaml", "worse.yaml"}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        read_cases([tmp_path / "nowhere.yaml"])
