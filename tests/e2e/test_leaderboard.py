"""The adoption pages in a real browser: without scripts, on narrow and wide screens, printed, by keyboard, and for axe."""

from __future__ import annotations

import asyncio
import re
import socket
import zlib
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from gateway.commands.publish import replace
from gateway.directory import Department
from gateway.labels import Adoption
from gateway.leaderboard.figures import finished
from gateway.leaderboard.settings import Leaderboard
from gateway.leaderboard.site import Site
from gateway.pages import Pages
from gateway.routes import leaderboard
from metrics.export.rows import Publisher
from metrics.periods import Kind, containing, today
from metrics.usage import Terms
from tests.fixtures.boards import Invented
from tests.fixtures.browser import open_browser
from tests.metrics.records import closed, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fixtures.house import Running

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SETTINGS = Leaderboard.model_validate(
    {"public": {"enabled": True, "periods": ["quarter"]}, "support": {"contact": "生成AI相談窓口（内線 1234）"}}
)
SITE = "/published/periods/quarter-2026-07"
PAGES = (
    "/leaderboard", "/leaderboard?lang=en&order=rate", "/leaderboard?who=robots", "/leaderboard/units/03",
    "/leaderboard?period=decade",
    f"{SITE}/index.html", f"{SITE}/en/by-rate.html", f"{SITE}/datasheet.html",
)  # fmt: skip
NARROW = ("/leaderboard", "/leaderboard/units/03", f"{SITE}/datasheet.html")
"""Looked at on a narrow screen as well."""
A4 = (595, 842)


@asynccontextmanager
async def open_site(folder: Path | None = None) -> AsyncIterator[str]:
    """The pages of an invented city, and the site published in a folder beside them, on a loopback port; its address."""
    app, source = FastAPI(), Invented(invented=True)
    city = SimpleNamespace(name="青葉野市", code="999999")
    config = SimpleNamespace(municipality=city, leaderboard=SETTINGS, adoption=Adoption())
    house: Any = SimpleNamespace(config=config, store=None)
    leaderboard.mount(app, house, now=lambda: NOW, source=source)
    if folder is not None:
        site = Site(Pages(), Publisher("999999", "青葉野市"), SETTINGS, source, Terms())
        replace(folder / "site", await site.build(NOW, 1))
        app.mount("/published", StaticFiles(directory=folder / "site"))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


def colours(png: bytes) -> int:
    """How many different bytes the picture has: one or two where it is blank."""
    data, place = b"", 8
    while place < len(png):
        length = int.from_bytes(png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    return len(set(zlib.decompress(data)))


async def test_from_a_record_to_page_and_file(running: Running) -> None:
    """No figures of a test's own: exchanges as the recorder writes them, through the sums, to what is shown."""
    empty = await running.client.get("/leaderboard?lang=ja")
    assert empty.status_code == 200
    assert "部署がまだ登録されていません" in empty.text
    month = finished(containing(Kind.MONTH, today(datetime.now(UTC))), datetime.now(UTC))
    moment = month.start + timedelta(days=9, hours=3)
    since = date(2020, 4, 1)
    await running.house.directory.save_departments(
        [
            Department("01", "総務部", None, 0, since),
            Department("0101", "総務課", "01", 20, since),
            Department("0102", "人事課", "01", 30, since),
        ]
    )
    names = [(code, number) for code, persons in (("0101", 5), ("0102", 24)) for number in range(persons)]
    await running.house.store.write(
        [opened(f"{c}-{n}", opened_at=moment, department=c, person=f"{c}{n}") for c, n in names],
        [closed(f"{c}-{n}", closed_at=moment) for c, n in names],
    )
    query = f"?period=month&at={month.at}&lang=ja"
    text = (await running.client.get(f"/leaderboard{query}")).text
    for said in ("58.0%", "29人が利用／対象職員 50人", "25.0%（5／20人）", "80.0%（24／30人）"):
        assert said in text, said
    unit = (await running.client.get(f"/leaderboard/units/0101{query}")).text
    assert "5人が利用／対象職員 20人" in unit
    table = (await running.client.get(f"/leaderboard/data/adoption.csv{query}")).content.decode("utf-8-sig")
    assert [line.split(",")[6:10] for line in table.splitlines()[1:]] == [
        ["50", "29", "0.58", "29"], ["50", "29", "0.58", "29"], ["20", "5", "0.25", "5"], ["30", "24", "0.8", "24"],
    ]  # fmt: skip
    assert (await running.client.get("/public/leaderboard")).status_code == 404


@pytest.mark.browser
@pytest.mark.slow
async def test_without_scripts_every_page_fits_and_asks_nobody_else(tmp_path: Path) -> None:
    async with open_site(tmp_path) as url, open_browser() as browser:
        for path in (PAGES[0], PAGES[3], SITE + "/datasheet.html"):
            for width in (1280, 390):
                shown = await browser.visit(url + path, width=width)
                assert {httpx.URL(asked).host for asked in shown.requests} == {"127.0.0.1"}, path
                assert {httpx.URL(asked).path.rsplit(".")[-1] for asked in shown.requests[1:]} <= {"css", "svg"}, path
                assert [c for c in shown.complaints if "400" not in c] == [], path
                assert shown.width == width, path  # nothing sticks out to the side
                assert colours(shown.picture) > 50, path
                assert "関守" in shown.title or "Sekimori" in shown.title


@pytest.mark.browser
@pytest.mark.slow
async def test_axe_finds_no_barrier(tmp_path: Path) -> None:
    async with open_site(tmp_path) as url, open_browser() as browser:
        for path in PAGES:
            await browser.visit(url + path, width=1280, scripts=True, picture=False)
            assert await browser.barriers() == [], path
            if path in NARROW:
                await browser.resize(390)
                assert await browser.barriers() == [], (path, "narrow")


@pytest.mark.browser
async def test_by_keyboard_the_first_stop_leads_past_the_top() -> None:
    async with open_site() as url, open_browser() as browser:
        await browser.visit(f"{url}/leaderboard", scripts=True, picture=False)
        await browser.press("Tab", 9)
        assert await browser.run("document.activeElement.className") == "skip"
        assert await browser.run("document.activeElement.getBoundingClientRect().top >= 0")
        seen = []
        for _ in range(40):
            await browser.press("Tab", 9)
            seen.append(
                await browser.run("document.activeElement.getAttribute('href') || document.activeElement.tagName")
            )
        filters = [address for address in seen if str(address).startswith("?period=")]
        assert len(set(filters)) >= 10
        assert "DIV" in seen  # the table that scrolls can be reached, too


@pytest.mark.browser
async def test_printed_it_is_a_few_pages_of_a4() -> None:
    async with open_site() as url, open_browser() as browser:
        await browser.visit(f"{url}/leaderboard", picture=False)
        pdf = await browser.pdf()
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert 2 <= len(boxes) <= 5
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {A4}
