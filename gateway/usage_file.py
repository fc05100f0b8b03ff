"""Usage files of other tools: a mapping says which column means what, and each line becomes a use or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from gateway.csv_file import CsvError, read_count, read_day, read_rows, text_fault
from gateway.labels import PurposeName, ToolName
from metrics.imported import Line
from metrics.purposes import OTHER, purpose
from policies.schema import Strict, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

_MOST_USES, _MOST_TOKENS = 1_000_000, 10**12
_LONGEST = {"department": 64, "person": 256, "model": 128, "purpose": 64, "day": 64}


class Columns(Strict):
    """Which heading of the file means what."""

    day: Text = Field(description="Day or moment of the use.")
    department: Text | None = Field(default=None, description="Department, by code or by a name of `departments`.")
    person: Text | None = Field(default=None, description="Person; kept as a pseudonym. Without it uses are of nobody.")
    uses: Text | None = Field(default=None, description="Number of uses; without it every line is one use.")
    model: Text | None = Field(default=None, description="Model.")
    purpose: Text | None = Field(default=None, description="Purpose, by identifier, word or a name of `purposes`.")
    input_tokens: Text | None = Field(default=None, description="Input tokens.")
    output_tokens: Text | None = Field(default=None, description="Output tokens.")


class UsageMapping(Strict):
    """A mapping file: what a tool's usage export says."""

    version: Literal[1] = Field(description="Format of this file; always 1.")
    tool: ToolName = Field(description="Name under which the uses are counted.")
    header_line: int = Field(
        default=1, ge=1, description="Number of the line with the headings; lines above are left out."
    )
    columns: Columns = Field(description="Which heading means what.")
    department: Text | None = Field(
        default=None, description="Code of the one department that the whole file is about."
    )
    departments: dict[str, Text] = Field(default_factory=dict, description="Name in the file → department code.")
    purposes: dict[str, PurposeName] = Field(default_factory=dict, description="Name in the file → purpose.")
    person_until: Text | None = Field(
        default=None, description="The person is what stands before this (`@`: the part of an address before it)."
    )
    times: Literal["Asia/Tokyo", "UTC"] = Field(default="Asia/Tokyo", description="Zone of moments without one.")

    @model_validator(mode="after")
    def _one_department(self) -> UsageMapping:
        if (self.department is None) == (self.columns.department is None):
            raise ValueError("give either department (one for the whole file) or columns.department")
        return self


@dataclass(frozen=True, slots=True)
class Rules:
    """What lines have to agree with: the roster (code → first day), today, the first day that is still open."""

    departments: Mapping[str, date]
    today: date
    since: date | None
    pseudonym: Callable[[str], str]


@dataclass(slots=True)
class UsageFile:
    """What a file says: lines by id, where each stands, and what is wrong, by line number."""

    lines: dict[str, Line] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)
    read: int = 0


def read_usage(
    content: bytes, name: str, mapping: UsageMapping, rules: Rules, progress: Callable[[int, int], None]
) -> UsageFile:
    """Read a whole file. Raises CsvError where it is none; faults of lines are collected.

    Events of one day, person and labels are added up; where the file has counts, two such lines are a fault.
    """
    rows = [row for row in read_rows(content, name) if row[0] >= mapping.header_line]
    if not rows or rows[0][0] != mapping.header_line:
        raise CsvError(f"{name}:{mapping.header_line}: 見出しの行がありません（header_line を確かめてください）。")
    places = _places(rows[0][1], mapping.columns, f"{name}:{mapping.header_line}")
    found = UsageFile()
    reader = _Reader(mapping, places, rules)
    for number, (line, cells) in enumerate(rows[1:], 1):
        found.read = number
        if len(cells) != len(rows[0][1]):
            found.faults.append((line, f"{len(rows[0][1])}列が必要ですが {len(cells)}列あります。"))
        elif isinstance(use := reader.line(cells), Line):
            _take(found, line, use, mapping)
        else:
            found.faults.extend((line, fault) for fault in use)
        progress(number, len(rows) - 1)
    if not found.read:
        raise CsvError(f"{name}: 見出しの下に1行もありません。")
    return found


def _take(found: UsageFile, line: int, use: Line, mapping: UsageMapping) -> None:
    known = found.lines.get(use.id)
    if known is None:
        found.lines[use.id], found.places[use.id] = use, line
    elif mapping.columns.uses is None:
        tokens = (known.tokens[0] + use.tokens[0], known.tokens[1] + use.tokens[1])
        found.lines[use.id] = replace(known, uses=known.uses + use.uses, tokens=tokens)
    else:
        found.faults.append((line, f"{found.places[use.id]}行と同じ日・部署・職員・モデル・用途の行です。"))


def _places(header: list[str], columns: Columns, place: str) -> dict[str, int]:
    places = {}
    for field_name, heading in columns.model_dump(exclude_none=True).items():
        if header.count(heading) != 1:
            problem = "がありません" if heading not in header else "が2つ以上あります"
            raise CsvError(f"{place}: 見出し「{heading}」（{field_name}）{problem}。")
        places[field_name] = header.index(heading)
    return places


@dataclass(frozen=True, slots=True)
class _Reader:
    mapping: UsageMapping
    places: Mapping[str, int]
    rules: Rules

    def line(self, cells: list[str]) -> Line | list[str]:
        """The use that a line tells of, or all that is wrong with it."""
        faults: list[str] = []
        values = {name: cells[place] for name, place in self.places.items()}
        faults += [
            f"{name}: {fault}。"
            for name in values
            if name in _LONGEST and (fault := text_fault(values[name], _LONGEST[name]))
        ]
        day = self._day(values["day"], faults)
        department = self._department(values.get("department"), day, faults)
        counts = [
            self._count(values, name, most, faults)
            for name, most in (("uses", _MOST_USES), ("input_tokens", _MOST_TOKENS), ("output_tokens", _MOST_TOKENS))
        ]
        label = self._purpose(values.get("purpose", ""), faults)
        if faults or day is None:
            return faults
        return Line(
            day=day,
            department=department,
            person=self._person(values.get("person", "")),
            tool=self.mapping.tool,
            model=values.get("model", ""),
            purpose=label,
            uses=counts[0],
            tokens=(counts[1], counts[2]),
        )

    def _day(self, text: str, faults: list[str]) -> date | None:
        day = read_day(text, ZoneInfo(self.mapping.times))
        if day is None:
            faults.append("day: 日付は 2026-04-01 の形にしてください。")
        elif day > self.rules.today:
            faults.append(f"day: {day} はまだ来ていません。")
        elif self.rules.since is not None and day < self.rules.since:
            faults.append(f"day: {day} の記録は保存期間を過ぎているため、加えられません。")
        return day

    def _department(self, named: str | None, day: date | None, faults: list[str]) -> str:
        code = self.mapping.department or self.mapping.departments.get(named or "", named or "")
        first = self.rules.departments.get(code)
        if first is None:
            faults.append("department: 名簿にも対応表にもない部署です。" if code else "department: 空です。")
        elif day is not None and day < first:
            faults.append(f"department: 部署 {code} は {first} からです。")
        return code

    def _count(self, values: Mapping[str, str], name: str, most: int, faults: list[str]) -> int:
        if name not in self.places:
            return int(name == "uses")
        number = read_count(values[name] or ("0" if name != "uses" else ""), most)
        if number is None:
            faults.append(f"{name}: 0以上 {most:,} 以下の整数にしてください。")
        return number or 0

    def _purpose(self, named: str, faults: list[str]) -> str:
        if not named:
            return OTHER
        label = self.mapping.purposes.get(named) or purpose(named)
        if label is None:
            faults.append("purpose: 対応表にない用途です。")
        return label or OTHER

    def _person(self, named: str) -> str | None:
        if self.mapping.person_until:
            named = named.partition(self.mapping.person_until)[0].strip()
        return self.rules.pseudonym(named) if named else None
