from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.csv_file import CsvError
from gateway.usage_file import Rules, UsageFile, UsageMapping, read_usage
from metrics.imported import Line

TODAY = date(2026, 11, 25)
RULES = Rules({"0101": date(2026, 4, 1), "02": date(2020, 4, 1)}, TODAY, date(2026, 1, 1), lambda name: f"p({name})")
COUNTS: dict[str, Any] = {
    "version": 1,
    "tool": "ChatGPT",
    "columns": {
        "day": "日付", "department": "部署", "person": "利用者", "uses": "回数", "model": "モデル", "purpose": "用途",
        "input_tokens": "入力", "output_tokens": "出力",
    },
    "departments": {"総務課": "0101"},
    "purposes": {"メール": "文書作成"},
    "person_until": "@",
}  # fmt: skip
HEADER = "日付,部署,利用者,回数,モデル,用途,入力,出力\n"
EVENTS = {"version": 1, "tool": "Gemini", "department": "02", "columns": {"day": "time", "person": "user"}}


def read(text: str, mapping: dict[str, Any] | None = None, header: str = HEADER) -> UsageFile:
    model = UsageMapping.model_validate(mapping or COUNTS)
    return read_usage((header + text).encode(), "u.csv", model, RULES, lambda *_: None)


def test_a_line_of_counts() -> None:
    found = read('2026/11/24,総務課,tanaka@example.jp,"1,200",gpt,メール,10,\n2026-11-24,02,,3,,要約,,\n')
    assert found.faults == []
    assert list(found.lines.values()) == [
        Line(date(2026, 11, 24), "0101", "p(tanaka)", "ChatGPT", "gpt", "drafting", 1200, (10, 0)),
        Line(date(2026, 11, 24), "02", None, "ChatGPT", "", "summary", 3, (0, 0)),
    ]


def test_events_of_a_day_are_added_up_in_japan() -> None:
    text = "2026-11-23T15:00:00Z,a\n2026-11-24T14:59:59Z,a\n2026-11-24T15:00:00Z,a\n2026-11-24 09:00,b\n"
    found = read(text, EVENTS, "time,user\n")
    days = {(line.day.day, line.person): line.uses for line in found.lines.values()}
    assert days == {(24, "p(a)"): 2, (25, "p(a)"): 1, (24, "p(b)"): 1}


def test_moments_without_a_zone_are_in_the_one_that_the_mapping_names() -> None:
    found = read("2026-11-24 15:30,a\n", {**EVENTS, "times": "UTC"}, "time,user\n")
    assert [line.day for line in found.lines.values()] == [date(2026, 11, 25)]


def test_lines_above_the_headings_are_left_out() -> None:
    found = read("2026-11-24,a\n", {**EVENTS, "header_line": 3}, "出力日,2026-11-25\n,\ntime,user\n")
    assert len(found.lines) == 1


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("2026-11-26,02,a,1,,,,", "day: .*まだ来ていません"),
        ("2025-12-31,02,a,1,,,,", "day: .*保存期間"),
        ("R8.11.24,02,a,1,,,,", "day: 日付"),
        ("2026-11-24,99,a,1,,,,", "department: 名簿にも"),
        ("2026-11-24,,a,1,,,,", "department: 空"),
        ("2026-03-31,総務課,a,1,,,,", "department: .*0101 は 2026-04-01 から"),
        ("2026-11-24,02,a,-1,,,,", "uses"),
        ("2026-11-24,02,a,,,,,", "uses"),
        ("2026-11-24,02,a,1.5,,,,", "uses"),
        ("2026-11-24,02,a,1000001,,,,", "uses"),
        ("2026-11-24,02,a,1,,,x,", "input_tokens"),
        ("2026-11-24,02,a,1,,遊び,,", "purpose"),
        ("2026-11-24,02,=cmd|' /C calc'!A0,1,,,,", "person: .*数式"),
        ("2026-11-24,02,a,1,@SUM(A1),,,", "model: .*数式"),
        (f"2026-11-24,02,{'a' * 257},1,,,,", "person: 256文字"),
        ("2026-11-24,02,a", "8列が必要ですが 3列"),
    ],
)
def test_a_refused_line_says_why(line: str, fault: str) -> None:
    found = read(f"2026-11-24,02,ok,1,,,,\n{line}\n")
    assert [number for number, _ in found.faults] == [3]
    with pytest.raises(AssertionError, match=fault):
        raise AssertionError(found.faults[0][1])
    assert "tanaka" not in str(found.faults)


def test_every_fault_of_every_line_is_told() -> None:
    found = read("x,99,a,-1,,,,\n2026-11-24,02,a,1,,,,\n2026-11-27,02,b,1,,,,\n")
    assert [number for number, _ in found.faults] == [2, 2, 2, 4]


def test_the_same_line_twice_is_a_fault_where_there_are_counts() -> None:
    found = read("2026-11-24,02,a,1,,,,\n2026-11-24,02,a@x.jp,2,,,,\n")
    assert found.faults == [(3, "2行と同じ日・部署・職員・モデル・用途の行です。")]


@pytest.mark.parametrize(
    ("header", "text", "message"),
    [
        ("time\n", "2026-11-24\n", r"u\.csv:1: 見出し「user」.*ありません"),
        ("time,user,user\n", "2026-11-24,a,b\n", "2つ以上"),
        ("time,user\n", "", "1行もありません"),
        ("", "", "見出しの行がありません"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(header: str, text: str, message: str) -> None:
    with pytest.raises(CsvError, match=message):
        read(text, EVENTS, header)


@pytest.mark.parametrize(
    "wrong",
    [
        {"department": None},
        {"department": "02", "columns": {"day": "d", "department": "x"}},
        {"tool": "=x"},
        {"purposes": {"a": "遊び"}},
        {"times": "America/New_York"},
        {"header_line": 0},
        {"more": 1},
    ],
)
def test_a_wrong_mapping_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        UsageMapping.model_validate({**EVENTS, **wrong})
