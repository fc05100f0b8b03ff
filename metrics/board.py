"""What may be shown of a municipality's adoption: the types that pages, files and pictures are made of.

Everything here is published already: a figure that may not be shown is ``None`` and does not exist in these objects.
``metrics.adoption`` makes them, ``metrics.usage.read`` reads what it needs. The definitions, all for one period, in
Japan time, and all counting answered exchanges (``Outcome.ANSWERED``) in the department of the key that was used:

* **対象職員数** ``head_count``: the mean, over the days of the period on which the unit with all below it had anybody, of
  the head counts in force on that day (roster rows by ``valid_from``), rounded half up.
* **利用した職員数** ``active``: different persons with at least one answered exchange opened in the period in the unit or
  below it. Who moved (異動) counts once in each unit and once in what stands above both. Robots, and applications that
  name no person, are nobody.
* **活用率** ``rate``: ``active`` ÷ ``head_count``. Above 1 when the roster is behind; shown as it is.
* **定着率** ``retention``: persons with answered exchanges on at least ``RETAINED_DAYS`` different days of a month ÷ head
  count; for quarters and fiscal years the sum of the months' persons ÷ the sum of the months' head counts.
* **利用回数** ``uses``: answered exchanges of people (of persons, and of applications, named or not), plus imported ones.
  ``robot_uses``: those of robots, apart. **1人当たり利用回数** ``uses_per_head``: ``uses`` ÷ ``head_count``.
* **トークン数** ``tokens``: input and output tokens of people's exchanges that were answered, or blocked on the way, as the
  upstream counted them; imported ones too.
* **費用** ``cost_yen``: tokens of people and robots × the configured price of the deployment that answered.
* **削減時間（推計）** ``hours_saved``: ``uses`` × the minutes per use of the municipality's own survey; None without one.
* **検知・停止** ``findings_per_100``, ``blocks_per_100``: findings, and blocked exchanges, for 100 exchanges that ended
  answered or blocked. For the whole municipality only: nobody is to be ashamed of being stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metrics.periods import Period

RETAINED_DAYS = 4
"""On so many days of a month somebody has come to stay."""


class Hidden(StrEnum):
    """Why a figure is not shown. The value is the sentence on the page; it never says which number is small."""

    SMALL = "対象職員が少ないため、「その他」にまとめています"
    PROTECTED = "少人数の利用状況がわかるおそれがあるため、「その他」にまとめています"
    OVERALL = "少人数の利用状況がわかるおそれがあるため、表示していません"


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of a unit in a period. ``head_count`` always may.

    ``active``, ``rate`` and ``retention`` are None where persons could be recognised (``hidden`` says why); ``uses`` and
    what follows is None too where it would follow from a hidden month, and in days, weeks and unfinished months.
    """

    head_count: int
    active: int | None = None
    rate: float | None = None
    retention: float | None = None
    uses: int | None = None
    robot_uses: int | None = None
    tokens: int | None = None
    cost_yen: float | None = None
    hours_saved: float | None = None
    hidden: Hidden | None = None

    @property
    def uses_per_head(self) -> float | None:
        """Uses by people ÷ head count."""
        return None if self.uses is None or not self.head_count else self.uses / self.head_count


@dataclass(frozen=True, slots=True)
class Row:
    """A unit with its figures; ``depth`` is 0 for a 部, 1 for its 課.

    ``rest`` rows stand for the units of one 部 that may not be shown by themselves, and for those who belong to the 部
    itself, together: ``code`` is that of the unit above with ``/`` behind it. ``before`` is the period before, None where the
    unit did not exist. ``offer_help``: well below the rate of the whole.
    """

    code: str
    name: str
    parent: str | None
    depth: int
    now: Shown
    before: Shown | None
    offer_help: bool = False
    rest: bool = False

    @property
    def change(self) -> float | None:
        """Rate minus the previous rate, as a fraction; None unless both are shown."""
        if self.before is None or self.now.rate is None or self.before.rate is None:
            return None
        return self.now.rate - self.before.rate


@dataclass(frozen=True, slots=True)
class Share:
    """Uses by people of one purpose (tool, model, deployment); small ones stand together under ``""``."""

    name: str
    uses: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Shares:
    """How the uses by people of the whole are divided, largest first; empty where it may not be shown."""

    purposes: tuple[Share, ...] = ()
    tools: tuple[Share, ...] = ()
    models: tuple[Share, ...] = ()
    deployments: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """The leaderboard of one period.

    ``covered`` is what the figures cover: the period without what was before the year's first use, and of a year under way
    its finished quarters. ``complete`` says whether the period is over. ``rows`` are in the order of the organisation, and empty
    for days, weeks, and months and quarters under way (these show the whole municipality's persons only: a department's
    single days would show single persons). ``elsewhere`` counts uses of departments outside the roster. ``pending`` says that
    exchanges still wait to be counted. ``invented``: a demonstration.
    """

    period: Period
    covered: Period
    complete: bool
    overall: Row
    rows: tuple[Row, ...]
    shares: Shares = Shares()
    findings_per_100: float | None = None
    blocks_per_100: float | None = None
    elsewhere: int | None = None
    pending: bool = False
    invented: bool = False

    def public(self) -> Board:
        """The board for outside: 部 only. Whoever publishes takes quarters and years, not months."""
        return replace(self, rows=tuple(row for row in self.rows if row.depth == 0))


@dataclass(frozen=True, slots=True)
class GridRow:
    """One unit over several periods: ``cells[i]`` belongs to ``Grid.periods[i]``, None where the unit did not exist."""

    code: str
    name: str
    depth: int
    cells: tuple[Shown | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Units × finished periods: the heat map (months of a fiscal year), and trend lines. ``overall`` is the mean line."""

    periods: tuple[Period, ...]
    overall: GridRow
    rows: tuple[GridRow, ...]
    purposes: tuple[Shares, ...]
    invented: bool = False
