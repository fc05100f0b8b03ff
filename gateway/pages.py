"""The one door to Jinja2: pages for people, escaped by default, with headers that let nothing from elsewhere in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from gateway.language import JAPANESE, Language, choose, load_languages
from gateway.numbers import count, decimal, percent, points

if TYPE_CHECKING:
    from starlette.requests import Request

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Pages:
    """Renders templates of ``gateway/templates``. A name that a template misses is an error, never an empty place.

    In a template ``_("文")`` is the sentence in the reader's language.
    """

    def __init__(self) -> None:
        self.languages = load_languages()
        self._environments = {code: _environment(language) for code, language in self.languages.items()}

    def render(self, template: str, /, *, language: str = JAPANESE, **values: Any) -> str:
        """The text of a page."""
        return self._environments[language].get_template(template).render(values)

    def page(self, template: str, /, *, status: int = 200, language: str = JAPANESE, **values: Any) -> HTMLResponse:
        """A page from a template and its values."""
        headers = {**HEADERS, "Content-Language": language, "Vary": "Accept-Language"}
        return HTMLResponse(self.render(template, language=language, **values), status, headers=headers)


def language_of(request: Request) -> str:
    """The code of the reader's language."""
    return choose(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def heading(text: str) -> Markup:
    """A column's heading with its unit, which stands in brackets, on a line of its own."""
    return Markup("<br>（").join(text.split("（"))


def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, points=points, number=count, decimal=decimal, heading=heading)
    environment.globals.update(_=language.text, lang=language.code)
    return environment
