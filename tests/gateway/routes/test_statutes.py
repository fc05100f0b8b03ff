from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from gateway.routes import statutes
from policies.ordinance.citations import Statutes
from policies.ordinance.law import Article, Law
from policies.ordinance.law_file import read_law

CITY = Path(__file__).resolve().parents[2] / "fixtures" / "ordinance" / "city"
HOSTILE = Law("<script>条例", (Article("1", "<img src=x onerror=alert(1)>", "<b>"),))


def client(laws: list[Law]) -> httpx.AsyncClient:
    house: Any = SimpleNamespace(
        config=SimpleNamespace(municipality=SimpleNamespace(name="湊ヶ丘市")),
        library=SimpleNamespace(statutes=Statutes(laws, "one")),
    )
    app = FastAPI()
    statutes.mount(app, house)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://house")


@pytest.fixture
def loaded() -> httpx.AsyncClient:
    return client([read_law(path) for path in sorted(CITY.iterdir())] + [HOSTILE])


async def test_an_article_has_a_page_with_its_neighbours(loaded: httpx.AsyncClient) -> None:
    page = await loaded.get("/statutes/湊ヶ丘市契約規則/21-2")
    assert page.status_code == 200
    assert '<h1 lang="ja">湊ヶ丘市契約規則 第21条の2（見積書の徴取）</h1>' in page.text
    assert "2者以上から見積書を徴さなければならない" in page.text
    assert 'rel="prev" lang="ja">第21条</a>' in page.text
    assert 'rel="next" lang="ja">第22条</a>' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("number", ["第二十一条の二", "21条の2", "第２１条の２", "21-2", "21_2"])
async def test_any_notation_leads_to_the_page(loaded: httpx.AsyncClient, number: str) -> None:
    assert (await loaded.get(f"/statutes/契約規則/{quote(number)}")).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/statutes/民法/1", "/statutes/契約規則/99", "/statutes/契約規則/x", "/statutes/民法", "/statutes/契約規則/1%00"],
)
async def test_what_is_not_there(loaded: httpx.AsyncClient, path: str) -> None:
    page = await loaded.get(path)
    assert page.status_code == 404
    assert "表示できません" in page.text


async def test_lists_of_laws_and_articles(loaded: httpx.AsyncClient) -> None:
    laws = await loaded.get("/statutes")
    assert f'href="/statutes/{quote("湊ヶ丘市契約規則")}"' in laws.text
    articles = await loaded.get("/statutes/湊ヶ丘市契約規則")
    assert "第22条</a> 削除" in articles.text.replace("\n", "")
    assert "まだ読み込まれていません" in (await client([]).get("/statutes")).text


async def test_text_of_a_law_is_never_markup(loaded: httpx.AsyncClient) -> None:
    for path in (
        "/statutes",
        f"/statutes/{quote(HOSTILE.title, safe='')}",
        f"/statutes/{quote(HOSTILE.title, safe='')}/1",
    ):
        page = await loaded.get(path)
        assert page.status_code == 200
        assert "<script>" not in page.text
        assert "<img src=x" not in page.text
