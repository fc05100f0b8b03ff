"""Reads what the adoption figures count from the database. Grouped there, so no exchange travels one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, null, select

from metrics.record import Outcome
from metrics.report import Use
from metrics.roster import Unit
from metrics.tables import departments, exchanges

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from metrics.periods import Period


async def roster(connection: AsyncConnection) -> list[Unit]:
    """Every row of the roster, past and future ones included."""
    rows = await connection.execute(select(departments))
    return [
        Unit(r["code"], r["name"], r["parent"], r["head_count"], r["valid_from"], r["position"])
        for r in rows.mappings()
    ]


async def is_demonstration(connection: AsyncConnection) -> bool:
    """Whether the roster is the invented one: then invented exchanges count, otherwise they never do."""
    invented = select(departments.c.code).where(departments.c.demo.is_(True)).limit(1)
    return (await connection.execute(invented)).first() is not None


async def uses(connection: AsyncConnection, period: Period, *, invented: bool) -> list[Use]:
    """Answered exchanges opened in the period, by department and person; ``invented`` ones only where asked for."""
    person = case((exchanges.c.caller_kind == "robot", null()), else_=exchanges.c.person)
    query = (
        select(exchanges.c.department, person.label("who"), func.count().label("number"))
        .where(
            exchanges.c.opened_at >= period.start,
            exchanges.c.opened_at < period.end,
            exchanges.c.outcome == Outcome.ANSWERED.value,
        )
        .group_by(exchanges.c.department, "who")  # by its label: PostgreSQL takes the repeated CASE for another one
    )
    if not invented:
        query = query.where(exchanges.c.demo.is_(False))
    return [Use(department, who, number) for department, who, number in await connection.execute(query)]


async def last_use(connection: AsyncConnection, *, invented: bool) -> datetime | None:
    """When the latest answered exchange was opened; None when there is none."""
    query = select(exchanges.c.opened_at).where(exchanges.c.outcome == Outcome.ANSWERED.value)
    if not invented:
        query = query.where(exchanges.c.demo.is_(False))
    found: datetime | None = (await connection.execute(query.order_by(exchanges.c.opened_at.desc()).limit(1))).scalar()
    return found
