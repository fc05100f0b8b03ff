"""Texts in, JSON lines out: findings with their actions, and the text as it would leave."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from gateway.__main__ import main
from tests.fixtures.gateway_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = ["--config", str(ROOT / "config.yaml")]


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stdin: bytes, *more: str
) -> tuple[int, list[Any], str]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
    status = main([*CONFIG, "inspect", *more])
    out = capsys.readouterr()
    return status, [json.loads(line) for line in out.out.splitlines()], out.err


def test_one_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = "佐藤花子さんの個人番号は123456789018です。"
    status, (line,), _ = run(monkeypatch, capsys, text.encode())
    assert status == 0
    assert line["redacted"] == "[PERSON_1]さんの個人番号は[MY_NUMBER_1]です。"
    assert line["verdict"] == "redact"
    found = {f["kind"]: f for f in line["findings"]}
    assert text[found["pii.person"]["start"] : found["pii.person"]["end"]] == "佐藤花子"
    assert found["pii.my_number"]["rule"] == "pii/my-number"
    assert set(found["pii.my_number"]) == {"start", "end", "kind", "rule", "score", "action", "message"}


def test_many_texts_keep_their_order_and_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.jsonl"
    rows = [{"id": n, "text": f"電話は090-1234-{n:04d}です。"} for n in range(50)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", "utf-8")
    status, lines, _ = run(monkeypatch, capsys, b"", "--jsonl", str(path))
    assert status == 0
    assert [line["id"] for line in lines] == list(range(50))
    assert all(line["redacted"] == "電話は[PHONE_1]です。" for line in lines)
    status, again, _ = run(monkeypatch, capsys, path.read_bytes(), "--jsonl", "-")
    assert again == lines


def test_ordinance_and_wording_kinds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _, (line,), _ = run(monkeypatch, capsys, "看護婦の募集を随意契約で行う。".encode())
    assert {(f["kind"], f["rule"]) for f in line["findings"]} >= {
        ("wording.occupation", "wording/OC-001"),
        ("ordinance.contract", "ordinance/KY-02"),
    }


@pytest.mark.parametrize(
    ("stdin", "wanted"),
    [
        (b'{"id": 1, "text": "a"}\n{"id": 2}\n', "line 2"),
        (b"[]\n", "line 1"),
        (b'{"id": 1, "text": "a"}\n{\n', "line 2: not JSON"),
        (b'{"id": 1, "text": "a"}\n\xff\n', "not UTF-8"),
    ],
)
def test_a_bad_line_is_named_and_what_came_before_is_answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stdin: bytes, wanted: str
) -> None:
    status, _, error = run(monkeypatch, capsys, stdin, "--jsonl", "-")
    assert status == 1
    assert wanted in error


def test_bytes_that_are_no_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, error = run(monkeypatch, capsys, "青".encode("cp932"))
    assert (status, "not UTF-8" in error) == (1, True)


def test_a_missing_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, error = run(monkeypatch, capsys, b"", "--jsonl", "/none.jsonl")
    assert (status, "none.jsonl" in error) == (1, True)
