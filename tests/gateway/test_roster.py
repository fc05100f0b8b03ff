from __future__ import annotations

from datetime import date

import pytest

from gateway.roster import Department, DirectoryError, ancestors, check_tree, read_roster

HEADER = "code,name,parent,head_count,valid_from\n"
ENDING = "部署コード,部署名,上位部署コード,対象職員数,適用開始日,適用終了日\n"
ROSTER = HEADER + "01,総務部,,2,2026-04-01\n0101,総務課,01,18,2026-04-01\n02,市民部,,3,2026-04-01\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_roster_is_read_as_editors_and_excel_write_it(encoding: str) -> None:
    rows = read_roster(ROSTER.replace("\n", "\r\n").encode(encoding), "r.csv")
    assert rows[1] == Department("0101", "総務課", "01", 18, date(2026, 4, 1))
    assert [row.parent for row in rows] == [None, "01", None]


def test_quotes_blanks_empty_lines_and_slashes_are_understood() -> None:
    content = HEADER + '\n 01 ,"企画,財政部", , 12 ,2026/4/1\n,,,,\n'
    assert read_roster(content.encode(), "r.csv") == [Department("01", "企画,財政部", None, 12, date(2026, 4, 1))]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"r\.csv:1: .*見出し"),
        (b"\xff\xfe\x00\x81", "文字コード"),
        ("部署,名前\n".encode(), r"r\.csv:1: .*code,name,parent,head_count,valid_from"),
        (b"01,soumu,,1,2026-04-01\n", "見出し"),
        (HEADER.encode(), "1件もありません"),
        (HEADER.encode() + b"01,a\0b,,1,2026-04-01\n", "NUL"),
        (HEADER.encode() + b'01,"a,,1,2026-04-01\n', r"r\.csv:2: .*引用符"),
        (HEADER.encode() + b"01,a,,1\n", r"r\.csv:2: .*5列.*4列"),
        (HEADER.encode() + b",a,,1,2026-04-01\n", r"r\.csv:2: code"),
        (HEADER.encode() + b"01,,,1,2026-04-01\n", r"r\.csv:2: name"),
        (HEADER.encode() + b"01,a,,-1,2026-04-01\n", r"r\.csv:2: head_count"),
        (HEADER.encode() + b"01,a,,1.5,2026-04-01\n", "head_count"),
        (HEADER.encode() + "01,a,,１２,2026-04-01\n".encode(), "head_count"),
        (HEADER.encode() + b"01,a,,99999999,2026-04-01\n", "head_count"),
        (HEADER.encode() + b"01,a,,1,2026-02-30\n", r"r\.csv:2: valid_from"),
        (HEADER.encode() + b"01,a,,1,R8.4.1\n", "valid_from"),
        (HEADER.encode() + b"01,a,,1,\n", "valid_from"),
        (HEADER.encode() + b"01,a,,1,2026-04-01\n01,b,,1,2026-04-01\n", "01 .*2つ"),
    ],
)
def test_a_bad_roster_is_refused_with_its_line(content: bytes, message: str) -> None:
    with pytest.raises(DirectoryError, match=message):
        read_roster(content, "r.csv")


def test_every_fault_is_told_at_once() -> None:
    content = HEADER + "01,a,,x,2026-04-01\n02,,,1,2026-04-01\n03,c,,1,someday\n"
    with pytest.raises(DirectoryError) as caught:
        read_roster(content.encode(), "r.csv")
    assert [line.partition(" ")[0] for line in str(caught.value).splitlines()] == ["r.csv:2:", "r.csv:3:", "r.csv:4:"]


def test_the_headings_of_a_personnel_system() -> None:
    content = (ENDING + "01,総務部,,2,2026/4/1,\n").encode("cp932")
    assert read_roster(content, "r.csv") == [Department("01", "総務部", None, 2, date(2026, 4, 1))]


def test_a_unit_that_ends_has_nobody_from_the_next_day_on() -> None:
    content = ENDING + "01,a,,5,2025-04-01,2026-03-31\n02,b,,5,2025-04-01,2025-09-30\n02,b,,7,2025-10-01,\n"
    found = {(d.code, d.valid_from): d.head_count for d in read_roster(content.encode(), "r.csv")}
    assert found == {
        ("01", date(2025, 4, 1)): 5, ("01", date(2026, 4, 1)): 0,
        ("02", date(2025, 4, 1)): 5, ("02", date(2025, 10, 1)): 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("01,a,,5,2025-04-01,2026-04-01\n01,a,,6,2026-04-01,\n", r"r\.csv:3: .*r\.csv:2 .*重なっています"),
        ("01,a,,5,2025-04-01,\n01,a,,6,2025-04-01,\n", r"r\.csv:3: .*2つ"),
        ("01,a,,5,2025-04-01,2025-03-31\n", r"r\.csv:2: valid_to"),
        ("01,a,,5,2025-04-01,never\n", r"r\.csv:2: valid_to"),
        ("01,a,,5,2099-04-01,\n", r"r\.csv:2: valid_from.*先すぎます"),
        ("01,=cmd(),,5,2025-04-01,\n", r"r\.csv:2: name.*数式"),
        ("@01,a,,5,2025-04-01,\n", r"r\.csv:2: code.*数式"),
        ("01,a,-02,5,2025-04-01,\n", r"r\.csv:2: parent.*数式"),
        ("01,a,,-5,2025-04-01,\n", r"r\.csv:2: head_count"),
        ('01,"a\nb",,5,2025-04-01,\n', r"r\.csv:3: name.*制御文字"),
    ],
)
def test_what_is_refused_by_line(line: str, message: str) -> None:
    with pytest.raises(DirectoryError, match=message):
        read_roster((ENDING + line).encode(), "r.csv", date(2026, 11, 25))


def test_a_tree_and_what_is_none() -> None:
    units = [Department("A", "a", None, 1, date(2026, 4, 1)), Department("B", "b", "A", 1, date(2026, 4, 1))]
    check_tree(units, "r.csv")
    with pytest.raises(DirectoryError, match="C が名簿にありません"):
        check_tree([*units, Department("D", "d", "C", 1, date(2026, 4, 1))], "r.csv")
    assert ancestors("B", {"A": None, "B": "A"}) == ("A",)
    assert ancestors("A", {"A": "B", "B": "A"}) == ("B", "A")
