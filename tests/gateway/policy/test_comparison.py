"""Where two policies decide differently, and only there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.policy.comparison import Sample, TextsError, compare, examples, of_lines
from policies.decision import Action
from policies.situation import Situation
from tests.gateway.fakes import RULES, policy, rule

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = policy(*RULES)
AFTER = policy(rule("pii.flagged", "block", id="r/new", departments=["0102"]), *RULES)


def test_only_what_differs_is_shown() -> None:
    there = Situation(department="0102")
    samples = [Sample("a", "注意", there), Sample("b", "注意"), Sample("c", "山田", there)]
    (difference,) = compare(BEFORE, AFTER, samples)
    assert difference.sample.name == "a"
    assert (difference.before.verdict, difference.after.verdict) == (Action.FLAG, Action.BLOCK)


def test_a_policy_differs_in_nothing_from_itself() -> None:
    assert list(compare(BEFORE, BEFORE, examples(BEFORE))) == []


def test_each_example_once() -> None:
    assert [sample.text for sample in examples(BEFORE, AFTER)] == ["a", "b"]


def test_texts_of_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"id": 1, "text": "山田"}\n\n{"text": "注意"}\n', "utf-8")
    assert [sample.text for sample in of_lines(path)] == ["山田", "注意"]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b'{"text": "a"}\n{"text": 3}\n', "t.jsonl:2:1: must be"),
        (b'{"text": "a"}\n{"text":\n', "t.jsonl:2:"),
        (b"[]\n", "t.jsonl:1:1: must be"),
        (b'{"text": "\xff"}\n', "not UTF-8"),
        (b'{"text": "' + b"a" * (5 << 20) + b'"}\n', "t.jsonl:1:1: the line is longer"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, content: bytes, wanted: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(content)
    with pytest.raises(TextsError, match=wanted):
        of_lines(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(TextsError, match="cannot be read"):
        of_lines(tmp_path / "nowhere")
