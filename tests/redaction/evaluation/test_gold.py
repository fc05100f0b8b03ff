"""Gold files are read whole or refused, with file and line of every fault."""

from __future__ import annotations

import json
from typing import Any

import pytest

from redaction.evaluation.gold import LABELS, Document, GoldError, Mark, read

GOOD: dict[str, Any] = {
    "id": "a",
    "text": "佐藤花子さん 0120-111-222",
    "spans": [{"start": 0, "end": 4, "type": "PERSON"}],
    "traps": [{"start": 7, "end": 19, "kind": "public phone"}],
    "ignore": [{"start": 4, "end": 6}],
    "genre": "メール",
}


def lines(*rows: Any) -> list[bytes]:
    return [row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode() for row in rows]


def test_a_document() -> None:
    (document,) = read(lines(GOOD, b"\n"), "x.jsonl")
    assert document == Document(
        "a", GOOD["text"], (Mark(0, 4, "PERSON"),), (Mark(7, 19, "public phone"),), (Mark(4, 6),), "メール"
    )
    assert read([document.line().encode()], "again") == [document]


def test_only_the_three_first_keys_are_needed() -> None:
    (document,) = read(lines({"id": 7, "text": "x", "spans": []}), "x.jsonl")
    assert (document.id, document.spans, document.genre) == ("7", (), "")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b"{", "x.jsonl:1: not JSON (column 2)"),
        (b"\xff", "x.jsonl:1: not UTF-8 (byte 1)"),
        ([], "must be an object"),
        ({**GOOD, "text": 3}, "text must be a string"),
        ({**GOOD, "text": ""}, "text must be a string that is not empty"),
        ({**GOOD, "id": None}, "id must be a string or a number"),
        ({**GOOD, "id": True}, "id must be"),
        ({**GOOD, "spans": {}}, "spans must be a list"),
        ({k: v for k, v in GOOD.items() if k != "spans"}, "spans must be a list"),
        ({**GOOD, "spans": [3]}, "spans[0] must be an object"),
        ({**GOOD, "spans": [{"start": 4, "end": 4, "type": "PERSON"}]}, "spans[0]: start and end must be numbers with 0 <= start < end <= 19"),
        ({**GOOD, "spans": [{"start": 0, "end": 20, "type": "PERSON"}]}, "spans[0]: start and end"),
        ({**GOOD, "spans": [{"start": 0.0, "end": 2, "type": "PERSON"}]}, "spans[0]: start and end"),
        ({**GOOD, "spans": [{"start": -1, "end": 2, "type": "PERSON"}]}, "spans[0]: start and end"),
        ({**GOOD, "spans": [{"start": 0, "end": 2, "type": "PERSONN"}]}, "spans[0].type: no such kind: PERSONN"),
        ({**GOOD, "spans": [{"start": 0, "end": 2}]}, "spans[0].type is required"),
        ({**GOOD, "traps": [{"start": 0, "end": 2}]}, "traps[0].kind is required"),
        ({**GOOD, "ignore": 3}, "ignore must be a list"),
        (b"[" * 100_000, "x.jsonl:1: n"),
        (b'"' + b"a" * (9 * 1024 * 1024) + b'"', "longer than"),
    ],
)  # fmt: skip
def test_faults_name_file_and_line(row: Any, message: str) -> None:
    with pytest.raises(GoldError) as raised:
        read(lines(row), "x.jsonl")
    assert message in str(raised.value)


def test_every_fault_is_named_and_ids_stand_once() -> None:
    with pytest.raises(GoldError) as raised:
        read(lines(GOOD, b"{", GOOD, []), "x.jsonl")
    assert [line.split(" ")[0] for line in str(raised.value).splitlines()] == ["x.jsonl:2:", "x.jsonl:3:", "x.jsonl:4:"]
    assert "the id a stands already in line 1" in str(raised.value)


def test_an_empty_file_measures_nothing() -> None:
    with pytest.raises(GoldError, match="no document"):
        read([], "x.jsonl")


def test_kinds_of_ones_own_may_be_allowed() -> None:
    row = {**GOOD, "spans": [{"start": 0, "end": 2, "type": "LIBRARY_CARD"}]}
    assert read(lines(row), "x.jsonl", {"LIBRARY_CARD"})[0].spans[0].label == "LIBRARY_CARD"
    assert len(LABELS) == 26
