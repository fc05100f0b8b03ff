"""``/leaderboard``: adoption by department, a page that needs no JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from starlette.staticfiles import StaticFiles

from gateway.pages import STATIC, Pages, percent
from metrics import usage
from metrics.adoption import FEW, SMALLEST_UNIT, Report, report
from metrics.charts.bars import NARROW, WIDE, Bar, Bars, Layout, Legend
from metrics.charts.frame import Names
from metrics.periods import JAPAN, Kind, Period, PeriodError, containing, parse, today
from metrics.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from gateway.app import House
    from metrics.adoption import Line
    from metrics.store import Store

WITHHELD = "秘匿"


@dataclass(frozen=True, slots=True)
class Adoption:
    """What the page shows: the figures of a period, and whether the city is an invented one."""

    period: Period
    report: Report
    invented: bool


def mount(app: FastAPI, house: House, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Add the page and its style sheet to the application; ``now`` is the clock."""
    pages = Pages()
    municipality = house.config.municipality.name

    async def page(request: Request) -> Response:
        moment = now()
        try:
            adoption = await read(house.store, request.query_params, moment)
        except PeriodError as error:
            return pages.page("problem.html", status=400, municipality=municipality, message=str(error))
        except StoreError:
            message = "ただいま記録を読み出せません。しばらくしてから開き直してください。"
            return pages.page("problem.html", status=503, municipality=municipality, message=message)
        return pages.page("leaderboard.html", municipality=municipality, **view(adoption, moment))

    app.add_route("/leaderboard", page, methods=["GET"])
    app.mount("/static", StaticFiles(directory=STATIC), name="static")


async def read(store: Store, query: Mapping[str, str], now: datetime) -> Adoption:
    """The figures that a query asks for (``period``, ``at``). Raises PeriodError, StoreError.

    Without ``at`` it is the period of the latest use: on the first of a month nobody looks at an empty page.
    """
    kind, at = query.get("period", Kind.MONTH), query.get("at")
    asked = parse(kind, at if at is not None else today(now).isoformat())
    if asked.start > now:
        raise PeriodError("その期間はまだ始まっていません。")
    async with store.begin() as connection:
        invented = await usage.is_demonstration(connection)
        if at is None and (last := await usage.last_use(connection, invented=invented)) is not None:
            asked = containing(asked.kind, min(today(last), today(now)))
        before = asked.previous()
        roster = await usage.roster(connection)
        uses = await usage.uses(connection, asked, invented=invented)
        uses_before = await usage.uses(connection, before, invented=invented)
    return Adoption(asked, report(roster, (asked.last, before.last), uses, uses_before), invented)


def view(adoption: Adoption, now: datetime) -> dict[str, Any]:
    """The values that the template needs."""
    period, figures = adoption.period, adoption.report
    following = period.next()
    return {
        "period": period,
        "kinds": [(kind, containing(kind, _focus(period, today(now)))) for kind in Kind],
        "before": period.previous(),
        "after": following if following.start <= now else None,
        "under_way": now < period.end,
        "moment": now.astimezone(JAPAN),
        "overall": figures.overall,
        "lines": figures.lines,
        "elsewhere": figures.elsewhere,
        "invented": adoption.invented,
        "withheld": any(line.now.withheld for line in (figures.overall, *figures.lines)),
        "help_offered": any(line.offer_help for line in figures.lines),
        "smallest": SMALLEST_UNIT,
        "few": f"{FEW[0]}〜{FEW[-1]}",
        "wide": chart(adoption, "wide", WIDE).svg(),
        "narrow": chart(adoption, "narrow", NARROW).svg(),
    }


def chart(adoption: Adoption, identity: str, layout: Layout) -> Bars:
    """The bars of the page, in the order of the organisation."""
    period, overall = adoption.period, adoption.report.overall
    mean = f"全体 {_label(overall)}" if overall.now.rate is None else f"全体 {percent(overall.now.rate)}"
    return Bars(
        Names(
            identity,
            f"部署別の活用率（{period.name}）",
            f"横棒グラフ。全体は{_label(overall)}。同じ値が「部署別の数値」の表にあります。",
        ),
        [
            Bar(line.name, line.now.rate, _label(line), line.before.rate if line.before else None, line.depth)
            for line in adoption.report.lines
        ],
        overall.now.rate,
        Legend(period.name, period.kind.before, mean),
        layout,
    )


def _label(line: Line) -> str:
    now = line.now
    return WITHHELD if now.rate is None else f"{percent(now.rate)}（{now.active}／{now.head_count}人）"


def _focus(period: Period, current: date) -> date:
    """The day around which another kind of period is offered: the last one that has come."""
    return min(period.last, current)
