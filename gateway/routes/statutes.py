"""``/statutes``: the laws and ordinances that are loaded, a page for each article that a notice links to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.language import mark
from gateway.notices import link
from gateway.pages import Pages, language_of
from policies.ordinance.law import NumberError, key_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from gateway.app import House
    from policies.ordinance.citations import Statutes
    from policies.ordinance.law import Article


def mount(app: FastAPI, house: House) -> None:
    """Add the pages to the application."""
    pages = Pages()
    municipality = house.config.municipality.name

    def page(request: Request, template: str, /, *, status: int = 200, **values: Any) -> Response:
        return pages.page(template, status=status, language=language_of(request), municipality=municipality, **values)

    def missing(request: Request, message: str) -> Response:
        return page(request, "problem.html", status=404, message=message)

    async def laws(request: Request) -> Response:
        titles = [(title, link(title, "").rstrip("/")) for title in house.library.statutes.titles()]
        return page(request, "statutes.html", titles=titles)

    async def law(request: Request) -> Response:
        statutes = house.library.statutes
        title = statutes.title(request.path_params["law"])
        if title is None:
            return missing(request, mark("その法令・例規は読み込まれていません。"))
        articles = [(article, link(title, article.key)) for article in statutes.articles(title)]
        return page(request, "law.html", title=title, articles=articles)

    async def article(request: Request) -> Response:
        found = _find(house.library.statutes, request.path_params["law"], request.path_params["article"])
        if found is None:
            return missing(request, mark("その条は、読み込んだ法令・例規にありません。"))
        return page(request, "article.html", **found)

    app.add_route("/statutes", laws, methods=["GET"])
    app.add_route("/statutes/{law}", law, methods=["GET"])
    app.add_route("/statutes/{law}/{article}", article, methods=["GET"])


def _find(statutes: Statutes, law: str, number: str) -> dict[str, Any] | None:
    """An article with its neighbours; any notation of its number will do."""
    try:
        key = key_of(number)
    except NumberError:
        return None
    title = statutes.title(law)
    article = statutes.article(law, key)
    if title is None or article is None:
        return None
    all_ = statutes.articles(title)
    at = next(n for n, other in enumerate(all_) if other.key == key)
    return {
        "title": title,
        "law_link": link(title, "").rstrip("/"),
        "article": article,
        "before": _neighbour(title, all_[at - 1]) if at else None,
        "after": _neighbour(title, all_[at + 1]) if at + 1 < len(all_) else None,
    }


def _neighbour(title: str, article: Article) -> tuple[str, str]:
    return article.name, link(title, article.key)
