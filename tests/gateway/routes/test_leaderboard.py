from __future__ import annotations

import re
import zlib
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from fastapi import FastAPI

from gateway.directory import Department, Directory
from gateway.routes import leaderboard
from metrics.record import Closed, Opened, Outcome
from tests.fixtures.browser import open_browser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from metrics.store import Store
    from tests.fixtures.house import Running

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # a Tuesday, noon in Japan
SINCE = date(2020, 4, 1)
CITY = [
    Department("01", "総務部", None, 0, SINCE),
    Department("0101", "総務課", "01", 20, SINCE),
    Department("0102", "契約検査課", "01", 8, SINCE),
    Department("02", "市民課", None, 40, SINCE),
]


async def use(store: Store, department: str, persons: int, at: datetime = NOW, **changes: Any) -> None:
    """So many persons of a department each ask once."""
    opened, closed = [], []
    for number in range(persons):
        name = f"{department}-{number}-{at.isoformat()}-{changes.get('kind', '')}{changes.get('outcome', '')}"
        opened.append(
            Opened(
                id=name, opened_at=at, department=department, person=changes.get("person", f"{department}-{number}"),
                caller_kind=changes.get("kind", "person"), key_id="k", endpoint="chat/completions", model="demo",
                streamed=False, policy_revision="r", verdict="allow",
            )
        )  # fmt: skip
        closed.append(
            Closed(
                id=name, closed_at=at, outcome=changes.get("outcome", Outcome.ANSWERED), status=200, deployment="demo",
                zone="on_premises", input_tokens=1, output_tokens=1, first_token_ms=1, latency_ms=1, verdict="allow",
            )
        )  # fmt: skip
    await store.write(opened, closed)


@asynccontextmanager
async def open_page(store: Store, name: str = "青葉野市", now: datetime = NOW) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    house: Any = SimpleNamespace(config=SimpleNamespace(municipality=SimpleNamespace(name=name)), store=store)
    leaderboard.mount(app, house, now=lambda: now)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        yield client


@pytest.fixture
async def page(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    await Directory(store, b"x" * 32).save_departments(CITY)
    async with open_page(store) as client:
        yield client


def rows(text: str) -> dict[str, list[str]]:
    """The table's rows by the department's name: rate, persons, heads, previous rate, change, uses, note."""
    found = {}
    for row in re.findall(r"<tr.*?</tr>", text[text.index("<tbody>") :], re.DOTALL):
        name, *cells = (
            re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        )
        found[name] = cells
    return found


async def test_the_table_shows_rate_persons_heads_and_uses(page: httpx.AsyncClient, store: Store) -> None:
    await use(store, "0101", 5)
    await use(store, "0101", 5, NOW - timedelta(days=1))
    await use(store, "02", 30)
    await use(store, "0101", 10, NOW - timedelta(days=30))
    answer = await page.get("/leaderboard?period=month&at=2026-11")
    assert answer.status_code == 200
    assert rows(answer.text) == {
        "総務部": ["17.9%", "5", "28", "35.7%", "−17.9", "10", "活用をお手伝いします"],
        "総務課": ["25.0%", "5", "20", "50.0%", "−25.0", "10", "活用をお手伝いします"],
        "契約検査課": ["秘匿", "秘匿", "8", "秘匿", "—", "秘匿", "対象職員が10人未満のため秘匿"],
        "市民課": ["75.0%", "30", "40", "0.0%", "+75.0", "30", ""],
        "全体": ["51.5%", "35", "68", "14.7%", "+36.8", "40", ""],
    }


async def test_definition_and_period_are_always_visible(page: httpx.AsyncClient) -> None:
    text = (await page.get("/leaderboard?period=quarter&at=2026-11")).text
    assert "令和8年度（2026年度） 第3四半期" in text
    assert "2026年10月1日〜2026年12月31日" in text
    assert "期間中に1回以上、回答を受け取った職員の数 ÷ 対象職員数" in text
    assert "期間の途中です" in text


async def test_few_persons_are_withheld_everywhere_on_the_page(page: httpx.AsyncClient, store: Store) -> None:
    await use(store, "0101", 2)
    await use(store, "02", 13)
    text = (await page.get("/leaderboard?period=month&at=2026-11")).text
    assert rows(text)["総務課"][:6] == ["秘匿", "秘匿", "20", "0.0%", "—", "秘匿"]
    assert "1〜2人" in rows(text)["総務課"][6]
    assert "10.0%" not in text


async def test_robots_and_unanswered_exchanges_make_nobody_active(page: httpx.AsyncClient, store: Store) -> None:
    await use(store, "02", 5)
    for outcome in (Outcome.BLOCKED, Outcome.FAILED, Outcome.CANCELLED):
        await use(store, "02", 20, outcome=outcome)
    await use(store, "02", 3, kind="robot", person=None)
    found = rows((await page.get("/leaderboard?period=month&at=2026-11")).text)["市民課"]
    assert found[:3] == ["12.5%", "5", "40"]
    assert found[5] == "8"


async def test_the_month_turns_at_midnight_in_japan(page: httpx.AsyncClient, store: Store) -> None:
    midnight = datetime(2026, 10, 31, 15, 0, tzinfo=UTC)
    await use(store, "02", 4, midnight - timedelta(microseconds=1))
    await use(store, "02", 8, midnight)
    october, november = [
        rows((await page.get(f"/leaderboard?period=month&at=2026-{month}")).text)["市民課"] for month in (10, 11)
    ]
    assert (october[1], november[1], november[3]) == ("4", "8", "10.0%")


@pytest.mark.parametrize("period", ["day", "week", "month", "quarter", "year"])
async def test_every_link_of_the_page_leads_to_a_page(page: httpx.AsyncClient, store: Store, period: str) -> None:
    await use(store, "02", 5)
    text = (await page.get(f"/leaderboard?period={period}")).text
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(\?[^"]+|/[^"]*)"', text)]
    assert len([link for link in links if link.startswith("?")]) == 6  # five kinds and the period before
    for link in links:
        assert (await page.get("/leaderboard" + link if link.startswith("?") else link)).status_code == 200


async def test_the_way_forward_ends_today(page: httpx.AsyncClient) -> None:
    assert 'rel="next"' in (await page.get("/leaderboard?period=day&at=2026-11-23")).text
    assert 'rel="next"' not in (await page.get("/leaderboard?period=day&at=2026-11-24")).text


async def test_without_a_date_it_is_the_period_of_the_latest_use(page: httpx.AsyncClient, store: Store) -> None:
    assert "<b>2026年11月</b>" in (await page.get("/leaderboard")).text
    await use(store, "02", 5, NOW - timedelta(days=40))
    assert "<b>2026年10月</b>" in (await page.get("/leaderboard")).text
    await use(store, "02", 5)
    assert "<b>2026年11月</b>" in (await page.get("/leaderboard")).text


@pytest.mark.parametrize(
    "query",
    [
        "period=decade", "period=", "period=month&at=", "period=month&at=2026", "period=day&at=2026-02-30",
        "period=month&at=9999-99", "at=<script>alert(1)</script>", "period=%F0%28%8C", "period=month&at=2027-01",
        "period=month&at=2026-11%00",
    ],
)  # fmt: skip
async def test_what_is_no_period_is_told_on_a_page(page: httpx.AsyncClient, query: str) -> None:
    answer = await page.get(f"/leaderboard?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>表示できません</h1>" in answer.text
    assert "<script" not in answer.text


async def test_a_database_that_does_not_answer_is_told_on_a_page(page: httpx.AsyncClient, store: Store) -> None:
    await store.close()
    answer = await page.get("/leaderboard")
    assert answer.status_code == 503
    assert "<h1>表示できません</h1>" in answer.text


async def test_names_are_escaped_in_table_and_picture(store: Store) -> None:
    evil = '<img src=x onerror="alert(1)">&課'
    await Directory(store, b"x" * 32).save_departments([Department("1", evil, None, 20, SINCE)])
    async with open_page(store, evil) as client:
        text = (await client.get("/leaderboard")).text
    assert "<img src=x" not in text
    assert text.count("&lt;img src=x onerror=") >= 3


async def test_the_pictures_are_well_formed_and_say_what_the_table_says(page: httpx.AsyncClient, store: Store) -> None:
    await use(store, "02", 30)
    text = (await page.get("/leaderboard?period=month&at=2026-11")).text
    pictures = [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]  # noqa: S314, our own
    assert len(pictures) == 2
    for picture in pictures:
        words = ["".join(t.itertext()) for t in picture.iter("{http://www.w3.org/2000/svg}text")]
        assert [w for w in words if w in {"総務部", "総務課", "契約検査課", "市民課"}] == [d.name for d in CITY]
        assert "75.0%（30／40人）" in words
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


async def test_it_is_a_page_for_everybody(page: httpx.AsyncClient, store: Store) -> None:
    await use(store, "02", 30)
    answer = await page.get("/leaderboard")
    text = answer.text
    assert '<html lang="ja">' in text
    assert '<a class="skip" href="#main">' in text
    assert '<main id="main"' in text
    assert "<script" not in text
    assert " style=" not in text
    assert re.findall(r'(?:src|href)="https?:', text) == []
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert 'aria-current="true"' in text
    assert "{{" not in text


async def test_only_an_invented_city_is_called_a_demonstration(page: httpx.AsyncClient, store: Store) -> None:
    assert "デモ表示" not in (await page.get("/leaderboard")).text
    await Directory(store, b"x" * 32).save_departments(CITY, demo=True)
    assert "デモ表示" in (await page.get("/leaderboard")).text


async def test_without_departments_it_says_how_to_add_them(store: Store) -> None:
    async with open_page(store) as client:
        text = (await client.get("/leaderboard")).text
    assert "departments import" in text
    assert "<table" not in text


async def test_uses_outside_the_roster_are_told(page: httpx.AsyncClient, store: Store) -> None:
    await use(store, "9999", 4)
    assert "名簿にない部署の利用4回" in (await page.get("/leaderboard")).text


@pytest.mark.parametrize(("path", "kind"), [("style.css", "text/css"), ("icon.svg", "image/svg+xml")])
async def test_static_files_are_served(page: httpx.AsyncClient, path: str, kind: str) -> None:
    answer = await page.get(f"/static/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)


@pytest.mark.parametrize("path", ["../pages.py", "..%2fpages.py", "%2e%2e/pages.py", "nothing.css"])
async def test_nothing_else_is_served(page: httpx.AsyncClient, path: str) -> None:
    assert (await page.get(f"/static/{path}")).status_code == 404


def colours(png: bytes) -> int:
    """How many different bytes the picture has: one or two where it is blank."""
    data, place = b"", 8
    while place < len(png):
        length = int.from_bytes(png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    return len(set(zlib.decompress(data)))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
async def test_a_browser_shows_it_without_javascript_and_asks_nobody_else(running: Running, width: int) -> None:
    now = datetime.now(UTC)
    await running.house.directory.save_departments(CITY)
    await use(running.house.store, "02", 30, now)
    await use(running.house.store, "0101", 5, now)
    async with open_browser() as browser:
        shown = await browser.visit(str(running.client.base_url.join("/leaderboard")), width=width)
    assert shown.title.startswith("部署別の生成AI活用率（")
    assert {httpx.URL(url).host for url in shown.requests} == {"127.0.0.1"}
    assert {httpx.URL(url).path for url in shown.requests} == {"/leaderboard", "/static/style.css", "/static/icon.svg"}
    assert shown.complaints == []
    assert shown.width == width  # nothing sticks out to the side
    assert colours(shown.picture) > 50
