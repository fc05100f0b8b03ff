"""Deletes records that are older than they may be kept. The sums of the adoption figures stay, and so do all figures.

Whole months go, and only what has been counted. From then on those months are closed: nothing can be imported into them, and
a new count leaves them as they are (``adoption_progress.kept_since``). After some years the pseudonyms of persons in the sums
become numbers by chance, the same for a person within a fiscal year and nowhere else: figures stay, the way back is cut.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, delete, false, func, or_, select, true, update

from metrics.periods import JAPAN, Kind, containing, month_of, today
from metrics.record import Outcome
from metrics.rollup import count, take_turn
from metrics.tables import adoption_labels, adoption_persons, adoption_progress, exchanges, imported_uses

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Table

    from metrics.store import Store

_CHUNK = 5_000
CUT = "cut:"
"""How a number by chance begins; a pseudonym is hexadecimal."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long each class of records is kept, beside the current month or year. None: for ever."""

    answered_months: int | None = None
    blocked_months: int | None = None
    imported_months: int | None = None
    pseudonyms_years: int | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many records were deleted, and persons of a year unlinked."""

    exchanges: int = 0
    imported: int = 0
    pseudonyms: int = 0


async def clean(store: Store, kept: Kept, now: datetime, *, dry_run: bool = False) -> Cleaned:
    """Delete what is too old; what waits to be counted is counted first. Can be stopped and repeated. Raises StoreError."""
    if not dry_run:
        await count(store)
        await _close_months(store, kept, now)
    return Cleaned(
        await _delete(store, exchanges, _old_exchanges(kept, now), dry_run=dry_run),
        await _delete(store, imported_uses, _old_lines(kept, now), dry_run=dry_run),
        await _unlink(store, kept, now, dry_run=dry_run),
    )


def _old_exchanges(kept: Kept, now: datetime) -> ColumnElement[bool]:
    blocked = exchanges.c.outcome == Outcome.BLOCKED.value
    classes = ((kept.answered_months, exchanges.c.outcome != Outcome.BLOCKED.value), (kept.blocked_months, blocked))
    old = [
        and_(of_class, exchanges.c.opened_at < datetime.combine(_first(months, now), time(), JAPAN))
        for months, of_class in classes
        if months is not None
    ]
    return and_(exchanges.c.counted == true(), or_(false(), *old))


def _old_lines(kept: Kept, now: datetime) -> ColumnElement[bool]:
    months = kept.imported_months
    old = false() if months is None else imported_uses.c.day < _first(months, now)
    return and_(imported_uses.c.counted == true(), old)


def _first(months: int, now: datetime) -> date:
    """The first day that is kept."""
    return month_of(today(now).replace(day=1), -months)


async def _close_months(store: Store, kept: Kept, now: datetime) -> None:
    """Before anything goes: from here on nothing is added to those months, nor counted anew."""
    months = [m for m in (kept.answered_months, kept.blocked_months, kept.imported_months) if m is not None]
    years = [] if kept.pseudonyms_years is None else [_year(kept.pseudonyms_years, now)]
    days = [_first(min(months), now)] if months else []
    if closed := [*days, *years]:
        async with store.begin() as connection:
            await take_turn(connection)
            before = (await connection.execute(select(adoption_progress.c.kept_since))).scalar()
            await connection.execute(
                update(adoption_progress).values(kept_since=max(closed + ([before] if before else [])))
            )


async def _delete(store: Store, table: Table, condition: ColumnElement[bool], *, dry_run: bool) -> int:
    if dry_run:
        async with store.begin() as connection:
            return int(
                (await connection.execute(select(func.count()).select_from(table).where(condition))).scalar_one()
            )
    total = 0
    while True:
        chunk = select(table.c.id).where(condition).limit(_CHUNK)
        async with store.begin() as connection:
            number = (await connection.execute(delete(table).where(table.c.id.in_(chunk)))).rowcount
        total += number
        if not number:
            return total


def _year(years: int, now: datetime) -> date:
    """The first day of the first fiscal year whose pseudonyms are kept."""
    first = containing(Kind.YEAR, today(now)).first
    return first.replace(year=first.year - years)


async def _unlink(store: Store, kept: Kept, now: datetime, *, dry_run: bool) -> int:
    """Give persons of old years numbers by chance; how many there were."""
    if kept.pseudonyms_years is None:
        return 0
    before, total = _year(kept.pseudonyms_years, now).year, 0
    table = adoption_persons
    linked = (
        select(table.c.fiscal_year, table.c.person)
        .where(table.c.fiscal_year < before, table.c.person.not_like(f"{CUT}%"))
        .distinct()
    )
    async with store.begin() as connection:
        await take_turn(connection)
        persons = (await connection.execute(linked)).all()
        total = len(persons)
        if persons and not dry_run:
            values = [{"of": year, "was": person, "new": CUT + secrets.token_hex(14)} for year, person in persons]
            for each in (adoption_persons, adoption_labels):
                await connection.execute(
                    update(each)
                    .where(each.c.fiscal_year == bindparam("of"), each.c.person == bindparam("was"))
                    .values(person=bindparam("new")),
                    values,
                )
    return total
