"""The one door to Jinja2: pages for people, escaped by default, with headers that let nothing from elsewhere in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Pages:
    """Renders templates of ``gateway/templates``. A name that a template misses is an error, never an empty place."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["percent"] = percent
        self._environment.filters["points"] = points

    def page(self, template: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from a template and its values."""
        return HTMLResponse(self._environment.get_template(template).render(values), status, headers=_HEADERS)


def percent(fraction: float) -> str:
    """``0.4123`` → ``41.2%``."""
    return f"{fraction * 100:.1f}%"


def points(fraction: float) -> str:
    """A difference of two rates: ``0.031`` → ``+3.1`` percentage points; what rounds to nothing is ``±0.0``."""
    number = f"{fraction * 100:+.1f}".replace("-", "−")
    return "±0.0" if number[1:] == "0.0" else number
