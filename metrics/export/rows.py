"""The rows of the open data: one unit in one period, in the columns that municipalities' catalogues use.

What is withheld is None: numbers that are not shown do not exist here. The head count always may be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date

Cell: TypeAlias = "str | int | float | None"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose data it is: 全国地方公共団体コード (six digits, or empty) and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A unit in a period. Counts are numbers of persons and of uses; ``rate`` is a fraction of 1."""

    code: str
    name: str
    first: date
    last: date
    head_count: int | None
    active: int | None
    rate: float | None
    uses: int | None
    withheld: bool
    note: str = ""

    @property
    def uses_per_head(self) -> float | None:
        """Uses divided by the head count; None unless both are shown."""
        return self.uses / self.head_count if self.uses is not None and self.head_count else None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its type in a table schema, and what it holds."""

    heading: str
    kind: str
    meaning: str


COLUMNS = (
    Column("全国地方公共団体コード", "string", "総務省の全国地方公共団体コード（6桁）"),
    Column("地方公共団体名", "string", "地方公共団体の名称"),
    Column("部署コード", "string", "この団体の中で部署を表すコード。全体の行は空"),
    Column("部署名", "string", "部署の名称。全体の行は「全体」"),
    Column("期間開始日", "date", "期間の最初の日（日本時間）"),
    Column("期間終了日", "date", "期間の最後の日（日本時間）"),
    Column("対象職員数", "integer", "期間の対象職員数（人）"),
    Column("利用職員数", "integer", "期間中に1回以上、回答を受け取った職員の数（人）"),
    Column("利用率", "number", "利用職員数 ÷ 対象職員数（0から1までの比率、小数第4位まで）"),
    Column("利用回数", "integer", "回答が返った依頼の数（回）"),
    Column("1人当たり利用回数", "number", "利用回数 ÷ 対象職員数（回、小数第2位まで）"),
    Column("秘匿フラグ", "integer", "1は、少人数の保護のため数値の一部または全部を空にした行。それ以外は0"),
    Column("備考", "string", "秘匿の理由など"),
)


def cells(publisher: Publisher, row: Row) -> tuple[Cell, ...]:
    """The cells of a row, in the order of ``COLUMNS``. Dates are ISO 8601, what is withheld is None."""
    per_head = row.uses_per_head
    return (
        publisher.code,
        publisher.name,
        row.code,
        row.name,
        row.first.isoformat(),
        row.last.isoformat(),
        row.head_count,
        row.active,
        None if row.rate is None else round(row.rate, 4),
        row.uses,
        None if per_head is None else round(per_head, 2),
        int(row.withheld),
        row.note,
    )


_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like it gets an apostrophe before it."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA) or text.startswith(_FORMULA) else text
