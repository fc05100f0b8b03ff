"""Invented usage of an invented city, so that the pages show something on the first day. Holds no text."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from metrics.record import Outcome
from metrics.tables import departments, exchanges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrics.store import Store

DAYS = 400
"""How far back the invented usage reaches."""

_JAPAN = ZoneInfo("Asia/Tokyo")
_SATURDAY = 5
_MONTH = 30
_OPENS, _OPEN_SECONDS = 8 * 3600 + 1800, 8 * 3600 + 2700  # 8:30 to 17:15
_EAGERNESS = (0.5, 0.3, 0.2, 0.12, 0.06, 0.03)
_OUTCOMES = (Outcome.ANSWERED, Outcome.BLOCKED, Outcome.FAILED, Outcome.CANCELLED)
_STATUS = {Outcome.ANSWERED: 200, Outcome.BLOCKED: 403, Outcome.FAILED: 502, Outcome.CANCELLED: 499}
_PURPOSES = ("drafting", "summary", "research", "ideas", "transcription", "translation", "council", "other")
_PURPOSES_FIRST, _PURPOSES_LAST = (45, 15, 18, 10, 2, 5, 1, 4), (33, 25, 12, 10, 9, 4, 4, 3)
_TOOLS = ("chat", "writer")
_FOUND: tuple[tuple[str, dict[str, dict[str, int]], list[str]], ...] = (
    ("allow", {}, []),
    ("redact", {"pii.person": {"redact": 1}}, ["pii/person"]),
    ("redact", {"pii.person": {"redact": 2}, "pii.phone": {"redact": 1}}, ["pii/person", "pii/phone"]),
    ("flag", {"wording.plain": {"flag": 1}}, []),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A department of the invented city. ``share`` of its staff use the gateway at first, ``growth`` more each month."""

    code: str
    name: str
    parent: str | None = None
    head_count: int = 0
    share: float = 0.0
    growth: float = 0.0


UNITS = (
    Unit("01", "総務部"),
    Unit("0101", "総務課", "01", 18, 0.45, 0.02),
    Unit("0102", "人事課", "01", 14, 0.40, 0.015),
    Unit("0103", "情報政策課", "01", 16, 0.70, 0.02),
    Unit("0104", "契約検査課", "01", 8, 0.40, 0.02),
    Unit("02", "市民部"),
    Unit("0201", "市民課", "02", 32, 0.25, 0.025),
    Unit("0202", "税務課", "02", 28, 0.55, -0.005),
    Unit("0203", "環境課", "02", 16, 0.70, -0.015),
    Unit("03", "福祉部"),
    Unit("0301", "福祉課", "03", 30, 0.20, 0.02),
    Unit("0302", "こども課", "03", 26, 0.15, 0.055),
    Unit("0303", "高齢介護課", "03", 24, 0.40, 0.015),
    Unit("04", "建設部"),
    Unit("0401", "建設課", "04", 22, 0.25),
    Unit("0402", "都市計画課", "04", 15, 0.55, 0.02),
    Unit("0403", "下水道課", "04", 13, 0.35, 0.03),
)
"""The fictional 青葉野市: four divisions with their sections, in the order of the organisation."""


async def holds_real_departments(store: Store) -> bool:
    """Whether somebody works with this database: then nothing invented may go in."""
    async with store.begin() as connection:
        real = select(departments.c.code).where(departments.c.demo.is_(False)).limit(1)
        return (await connection.execute(real)).first() is not None


async def holds_roster(store: Store) -> bool:
    """Whether the invented departments are already there."""
    async with store.begin() as connection:
        ours = select(func.count()).select_from(departments).where(departments.c.demo.is_(True))
        return bool((await connection.execute(ours)).scalar_one() >= len(UNITS))


async def fill_usage(store: Store, now: datetime) -> int:
    """Add the invented usage of the days that have none yet, up to ``now``; the number of exchanges added."""
    today = now.astimezone(_JAPAN).date()
    async with store.begin() as connection:
        span = select(func.min(exchanges.c.opened_at), func.max(exchanges.c.opened_at))
        first, last = (await connection.execute(span.where(exchanges.c.demo.is_(True)))).one()
        start = first.astimezone(_JAPAN).date() if first else today - timedelta(days=DAYS - 1)
        missing = today - timedelta(days=DAYS - 1)
        if last is not None:
            missing = max(missing, last.astimezone(_JAPAN).date() + timedelta(days=1))
        rows = [row for row in _usage(missing, today, start) if row["opened_at"] <= now]
        if rows:
            await connection.execute(insert(exchanges), rows)
        return len(rows)


def _usage(first: date, last: date, start: date) -> Iterator[dict[str, Any]]:
    """Invented exchanges of the days from ``first`` to ``last``; ``start`` is when the growth began."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() >= _SATURDAY:
            continue
        for unit in UNITS:
            # A seed for each day and unit: what was invented on Monday is the same when asked on Friday.
            chance = random.Random(f"{day}/{unit.code}")  # noqa: S311, invented data, not a secret
            share = min(0.95, max(0.05, unit.share + unit.growth * (day - start).days / _MONTH))
            yield from _day(unit, day, (share, (day - start).days / DAYS), chance)


def _day(unit: Unit, day: date, so_far: tuple[float, float], chance: random.Random) -> Iterator[dict[str, Any]]:
    """A unit's exchanges of a day; ``so_far`` are the share of its staff and the part of the time that has passed."""
    share, passed = so_far
    weights = [a + (b - a) * passed for a, b in zip(_PURPOSES_FIRST, _PURPOSES_LAST, strict=True)]
    for number in range(unit.head_count):
        # Some use it every other day, some once a month; the same person is always of the same sort.
        eagerness = _EAGERNESS[number * 5 % len(_EAGERNESS)]
        if (number + 0.5) / unit.head_count > share or chance.random() > eagerness:
            continue
        purpose, tool = chance.choices(_PURPOSES, weights)[0], chance.choices(_TOOLS, (4, 1))[0]
        yield {**_exchange(unit, _person(unit, number), day, chance), "purpose": purpose, "tool": tool}
    if unit.code == "0101":  # a program that summarises minutes: uses, and no person
        yield {**_exchange(unit, None, day, chance), "purpose": "summary", "tool": "other"}


def _person(unit: Unit, number: int) -> str:
    return hashlib.sha256(f"demo/{unit.code}/{number}".encode()).hexdigest()[:32]


def _exchange(unit: Unit, person: str | None, day: date, chance: random.Random) -> dict[str, Any]:
    opened = datetime.combine(day, time(), _JAPAN) + timedelta(seconds=_OPENS + chance.random() * _OPEN_SECONDS)
    outcome = chance.choices(_OUTCOMES, (94, 3, 2, 1))[0]
    verdict, counts, rules = chance.choices(_FOUND, (60, 20, 10, 10))[0]
    answered, latency = outcome is Outcome.ANSWERED, chance.lognormvariate(7.6, 0.5)
    blocked = outcome is Outcome.BLOCKED
    return {
        "id": f"demo-{chance.getrandbits(96):024x}",
        "instance": "demo",
        "opened_at": opened.astimezone(UTC),
        "closed_at": (opened + timedelta(milliseconds=latency)).astimezone(UTC),
        "outcome": outcome.value,
        "status": _STATUS[outcome],
        "department": unit.code,
        "person": person,
        "caller_kind": "person" if person else "robot",
        "key_id": f"k-demo-{(person or 'robot')[:12]}",
        "endpoint": "chat/completions",
        "model": "demo",
        "streamed": chance.random() < 0.7,  # noqa: PLR2004, chat pages stream
        "deployment": None if blocked else "demo",
        "zone": None if blocked else "on_premises",
        "input_tokens": chance.randint(120, 1800) if answered else None,
        "output_tokens": chance.randint(80, 900) if answered else None,
        "first_token_ms": latency * 0.2 if answered else None,
        "latency_ms": latency,
        "verdict": "block" if blocked else verdict,
        "counts": {} if blocked else counts,
        "rules": [] if blocked else rules,
        "policy_revision": "demo",
        "demo": True,
    }
