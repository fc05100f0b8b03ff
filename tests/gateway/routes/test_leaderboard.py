from __future__ import annotations

import base64
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from gateway.labels import Adoption
from gateway.leaderboard.settings import Leaderboard
from gateway.routes import leaderboard
from tests.fixtures.boards import CITY, Invented

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from metrics.periods import Kind, Period

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # a Tuesday, noon in Japan
TOKEN = "a-token-of-viewers"
LEAST = ["/leaderboard", "/leaderboard/units/01", "/leaderboard/data/adoption.csv", "/leaderboard/charts/bars.svg"]


@asynccontextmanager
async def open_page(
    source: Invented | None = None, name: str = "青葉野市", **settings: Any
) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    config = SimpleNamespace(
        municipality=SimpleNamespace(name=name, code="999999"),
        leaderboard=Leaderboard.model_validate(settings),
        adoption=Adoption(),
    )
    house: Any = SimpleNamespace(config=config, store=None)
    leaderboard.mount(app, house, now=lambda: NOW, source=source or Invented())
    transport = httpx.ASGITransport(app, client=("10.1.2.3", 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        yield client


@pytest.fixture
async def page() -> AsyncIterator[httpx.AsyncClient]:
    async with open_page(public={"enabled": True}, support={"contact": "相談窓口（内線 1234）"}) as client:
        yield client


def rows(text: str) -> dict[str, list[str]]:
    """The rows of the table of departments by name."""
    table = text[text.index('<section class="table"') :]
    found = {}
    for row in re.findall(r"<tr.*?</tr>", table[table.index("<tbody>") : table.index("</table>")], re.DOTALL):
        name, *cells = (
            re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        )
        found[name] = cells
    return found


async def test_the_table_shows_what_the_figures_are_made_of(page: httpx.AsyncClient) -> None:
    found = rows((await page.get("/leaderboard?period=month&at=2026-10")).text)
    assert list(found) == [*(unit[1] for unit in CITY), "全体"]
    assert found["総務部"] == ["62.5%", "30", "48", "50.0%", "+12.5", "37.5%", "510", "10.6", ""]
    assert found["福祉課"][-1] == "活用をお手伝いします"
    assert found["建設部"][:2] == ["秘匿", "秘匿"]
    assert found["建設部"][2] == "50"
    assert found["建設部"][-1] == "「その他」に含めています"


async def test_definition_period_and_the_offer_of_help_are_always_visible(page: httpx.AsyncClient) -> None:
    for path in ("/leaderboard?period=quarter&at=2026-07", "/leaderboard/units/01?period=quarter&at=2026-07"):
        text = (await page.get(path)).text
        assert "令和8年度（2026年度） 第2四半期" in text
        assert "2026年7月1日〜2026年9月30日" in text
        assert "活用率＝期間中に1回以上、回答を受け取った職員の数 ÷ 対象職員数" in text
        assert "相談窓口（内線 1234）" in text
        assert "個人の評価に使うものではありません" in text


@pytest.mark.parametrize(
    "path", ["/leaderboard", "/leaderboard/units/01", "/public/leaderboard", "/leaderboard?who=robots"]
)
async def test_every_link_of_a_page_leads_to_something(page: httpx.AsyncClient, path: str) -> None:
    text = (await page.get(path)).text
    links = {link.replace("&amp;", "&") for link in re.findall(r'(?:href|src)="([^"#]+)"', text)}
    assert len(links) > 8
    for link in sorted(links):
        answer = await page.get(link if link.startswith("/") else path.split("?", maxsplit=1)[0] + link)
        assert answer.status_code == 200, link


async def test_what_is_shown_follows_the_filters(page: httpx.AsyncClient) -> None:
    assert "総務課" not in (await page.get("/leaderboard?level=division")).text
    first = list(rows((await page.get("/leaderboard?order=rate")).text))
    assert first[:3] == ["総務部", "情報政策課", "総務課"]
    robots = (await page.get("/leaderboard?who=robots")).text
    assert rows(robots)["総務部"] == ["12", "12"]
    assert "62.5%（30／48人）" not in robots


async def test_outside_there_are_divisions_and_finished_quarters_only(page: httpx.AsyncClient) -> None:
    text = (await page.get("/public/leaderboard")).text
    assert "令和8年度（2026年度） 第2四半期" in text
    assert [name for _, name, parent, _, _ in CITY if parent and name in text] == []
    assert "/units/" not in text
    assert "departments import" not in text
    for path in ("?period=month", "?level=section", "?period=quarter&at=2026-10", "?period=quarter&at=2027-01"):
        assert (await page.get(f"/public/leaderboard{path}")).status_code == 400
    assert (await page.get("/public/leaderboard/units/01")).status_code == 404
    table = (await page.get("/public/leaderboard/data/adoption.csv")).text
    assert [name for _, name, parent, _, _ in CITY if parent and name in table] == []


async def test_nothing_is_public_unless_configured() -> None:
    async with open_page() as client:
        assert (await client.get("/public/leaderboard")).status_code == 404
        assert (await client.get("/leaderboard")).status_code == 200


@pytest.mark.parametrize(("path", "kind", "beginning"), [
    ("data/adoption.csv", "text/csv; charset=utf-8; header=present", b"\xef\xbb\xbf"),
    ("data/adoption.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ("data/adoption.json", "application/json", b"{"),
    ("charts/heat.svg", "image/svg+xml", b"<svg"), ("charts/trend.svg?width=narrow", "image/svg+xml", b"<svg"),
    ("charts/purposes.png", "image/png", b"\x89PNG"),
])  # fmt: skip
async def test_files(page: httpx.AsyncClient, path: str, kind: str, beginning: bytes) -> None:
    answer = await page.get(f"/leaderboard/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content.startswith(beginning)
    if path.startswith("data"):
        name = path.split("/")[1].replace("adoption", "adoption-month-2026-10")
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


async def test_a_picture_is_drawn_once_however_often_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(leaderboard, "png", lambda svg: drawn.append(svg) or b"png")
    async with open_page() as client:
        for _ in range(3):
            assert (await client.get("/leaderboard/charts/bars.png")).content == b"png"
        await client.get("/leaderboard/charts/bars.png?width=narrow")
    assert len(drawn) == 2


async def test_public_pictures_may_stand_in_other_pages(page: httpx.AsyncClient) -> None:
    outside = await page.get("/public/leaderboard/charts/bars.svg")
    assert outside.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "cross-origin-resource-policy" not in (await page.get("/leaderboard/charts/bars.svg")).headers


@pytest.mark.parametrize(
    "path",
    ["data/adoption.pdf", "data/adoption.", "charts/pie.svg", "charts/bars.exe", "units/9999", "units/01/"],
)
async def test_other_files_and_departments_there_are_not(page: httpx.AsyncClient, path: str) -> None:
    assert (await page.get(f"/leaderboard/{path}", follow_redirects=False)).status_code in {404, 307}


@pytest.mark.parametrize(
    "query",
    [
        "period=decade", "period=", "period=month&at=", "period=month&at=2026", "period=day&at=2026-02-30", "level=person",
        "period=month&at=9999-99", "at=<script>alert(1)</script>", "period=%F0%28%8C", "period=month&at=2027-01",
        "period=month&at=2026-11%00", "order=%22", "who=tanaka",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", LEAST)
async def test_what_is_no_page_is_told_on_a_page(page: httpx.AsyncClient, path: str, query: str) -> None:
    answer = await page.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>表示できません</h1>" in answer.text
    assert "<script" not in answer.text


class Silent(Invented):
    async def latest(self, kind: Kind, now: datetime) -> Period:
        raise OperationalError("SELECT secret", {}, Exception("secret"))


@pytest.mark.parametrize("path", LEAST)
async def test_a_database_that_does_not_answer_is_told_on_a_page(path: str) -> None:
    async with open_page(Silent()) as client:
        answer = await client.get(path)
    assert answer.status_code == 503
    assert "<h1>表示できません</h1>" in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", LEAST)
async def test_only_those_from_the_networks_or_with_the_token_see_it(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIEWERS", TOKEN)
    right = {"Authorization": "Basic " + base64.b64encode(f"x:{TOKEN}".encode()).decode()}
    async with open_page(internal={"token_env": "VIEWERS"}, public={"enabled": True}) as client:
        refused = await client.get(path)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic ")
        assert "総務" not in refused.text
        assert (await client.get(path, headers=right)).status_code == 200
        assert (await client.get(path, headers={"X-Forwarded-For": "127.0.0.1"})).status_code == 401
        assert (await client.get("/public/leaderboard")).status_code == 200
        assert (await client.get("/static/style.css")).status_code == 200
    async with open_page(internal={"networks": ["192.0.2.0/24"]}) as client:
        refused = await client.get(path, headers={"X-Forwarded-For": "192.0.2.1"})
        assert refused.status_code == 403
        assert "www-authenticate" not in refused.headers
    async with open_page(internal={"networks": ["10.0.0.0/8"]}) as client:
        assert (await client.get(path)).status_code == 200


async def test_a_missing_token_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIEWERS", raising=False)
    with pytest.raises(ValueError, match="VIEWERS"):
        async with open_page(internal={"token_env": "VIEWERS"}):
            pass


async def test_days_and_weeks_show_the_whole_only(page: httpx.AsyncClient) -> None:
    text = (await page.get("/leaderboard?period=day&at=2026-11-20")).text
    assert "全体だけを表示しています" in text
    assert '<section class="table"' not in text


async def test_names_are_escaped_everywhere() -> None:
    evil = '<img src=x onerror="alert(1)">&課'
    async with open_page(Invented(names={"01": evil}), evil) as client:
        for path in (
            "/leaderboard",
            "/leaderboard?order=rate&lang=en",
            "/leaderboard/units/01",
            "/leaderboard?who=robots",
        ):
            text = (await client.get(path)).text
            assert "<img src=x" not in text
            assert text.count("&lt;img src=x onerror=") >= 3


@pytest.mark.parametrize("path", ["/leaderboard", "/leaderboard/units/01", "/public/leaderboard"])
async def test_pictures_are_well_formed_and_every_id_is_its_own(page: httpx.AsyncClient, path: str) -> None:
    text = (await page.get(path)).text
    pictures = [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]  # noqa: S314, our own
    assert len(pictures) >= 4
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    labels = {name for label in re.findall(r'aria-labelledby="([^"]+)"', text) for name in label.split()}
    assert labels <= set(ids)


class Balance(HTMLParser):
    """Tells tags that are closed by another, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "img", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"{tag} at {self.getpos()}")


@pytest.mark.parametrize(
    "path",
    ["/leaderboard", "/leaderboard?who=robots", "/leaderboard?period=day", "/leaderboard/units/01", "/leaderboard/units/04",
     "/leaderboard/units/0101", "/public/leaderboard", "/leaderboard?period=x"],
)  # fmt: skip
async def test_every_tag_is_closed(page: httpx.AsyncClient, path: str) -> None:
    balance = Balance()
    balance.feed((await page.get(path)).text)
    assert (balance.wrong, balance.open) == ([], [])


async def test_the_page_of_a_withheld_department_has_none_of_its_numbers(page: httpx.AsyncClient) -> None:
    text = (await page.get("/leaderboard/units/04")).text
    summary = text[text.index('class="summary"') : text.index("</section>")]
    assert "秘匿" in summary
    assert "その他" in summary
    assert re.findall(r"[0-9.]+%|[0-9]{2,}(?=人|回)", summary) == []


async def test_only_what_is_public_may_be_kept_by_others(page: httpx.AsyncClient) -> None:
    for path in ("", "/data/adoption.csv", "/charts/bars.svg"):
        assert (await page.get(f"/leaderboard{path}")).headers["cache-control"] == "no-store"
        assert (await page.get(f"/public/leaderboard{path}")).headers["cache-control"] == "public, max-age=300"
    assert (await page.get("/public/leaderboard?period=day")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/leaderboard", "/leaderboard/units/01", "/public/leaderboard"])
async def test_it_is_a_page_for_everybody(page: httpx.AsyncClient, path: str) -> None:
    answer = await page.get(path)
    text = answer.text
    assert '<html lang="ja">' in text
    assert '<a class="skip" href="#main">' in text
    assert '<main id="main"' in text
    assert "<script" not in text
    assert " style=" not in text
    assert re.findall(r'(?:src|href)="https?:', text) == []
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["vary"] == "Accept-Language"
    assert 'aria-current="true"' in text
    assert "{{" not in text


async def test_a_large_city_fits_into_the_budget() -> None:
    city: list[tuple[str, str, str | None, int, int | None]] = []
    for n in range(12):
        city.append((f"{n:02}", f"部の名前{n}", None, 200, 90))
        city.extend((f"{n:02}{m:02}", f"課の名前{n}の{m}", f"{n:02}", 40, 18) for m in range(6))
    async with open_page(Invented(city=tuple(city))) as client:
        answer = await client.get("/leaderboard")
        style = await client.get("/static/style.css")
    assert len(rows(answer.text)) == 12 * 7 + 1
    assert len(answer.content) + len(style.content) < 200_000


@pytest.mark.parametrize(
    ("accepted", "query", "code"), [("en-US,en", "", "en"), ("ja", "", "ja"), ("ja", "?lang=en", "en")]
)
async def test_the_page_speaks_the_readers_language(
    page: httpx.AsyncClient, accepted: str, query: str, code: str
) -> None:
    answer = await page.get(f"/leaderboard{query}", headers={"Accept-Language": accepted})
    assert answer.headers["content-language"] == code
    assert f'<html lang="{code}">' in answer.text
    assert ("Adoption rate over time" in answer.text) is (code == "en")
    if query:
        assert "lang=en" in re.findall(r'<a href="(\?period=quarter[^"]*)"', answer.text)[0]


async def test_only_an_invented_city_is_called_a_demonstration() -> None:
    for invented in (True, False):
        async with open_page(Invented(invented=invented)) as client:
            for path in ("/leaderboard", "/leaderboard/units/01"):
                assert ("デモ表示" in (await client.get(path)).text) is invented


async def test_without_departments_it_says_how_to_add_them() -> None:
    async with open_page(Invented(city=())) as client:
        text = (await client.get("/leaderboard")).text
    assert "departments import" in text
    assert '<section class="table"' not in text


async def test_uses_outside_the_roster_are_told(page: httpx.AsyncClient) -> None:
    assert "名簿にない部署の利用4回" in (await page.get("/leaderboard")).text


@pytest.mark.parametrize(("path", "kind"), [("style.css", "text/css"), ("icon.svg", "image/svg+xml")])
async def test_static_files_are_served(page: httpx.AsyncClient, path: str, kind: str) -> None:
    answer = await page.get(f"/static/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)


@pytest.mark.parametrize("path", ["../pages.py", "..%2fpages.py", "%2e%2e/pages.py", "nothing.css"])
async def test_nothing_else_is_served(page: httpx.AsyncClient, path: str) -> None:
    assert (await page.get(f"/static/{path}")).status_code == 404
