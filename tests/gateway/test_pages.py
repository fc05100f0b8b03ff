from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from gateway.pages import STATIC, Pages, percent, points


def test_values_are_escaped() -> None:
    page = Pages().page(
        "problem.html", status=400, municipality='<img src=x onerror="1">', message="<script>1</script>"
    )
    text = bytes(page.body).decode()
    assert page.status_code == 400
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;" in text


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        Pages().page("problem.html", municipality="青葉野市")


def test_nothing_from_elsewhere_is_let_in() -> None:
    page = Pages().page("problem.html", municipality="青葉野市", message="")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_style_sheet_fetches_nothing() -> None:
    style = (STATIC / "style.css").read_text("utf-8")
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize(("fraction", "text"), [(0.0, "0.0%"), (0.4123, "41.2%"), (1.0, "100.0%"), (1.25, "125.0%")])
def test_percent(fraction: float, text: str) -> None:
    assert percent(fraction) == text


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.031, "+3.1"), (-0.031, "−3.1"), (0.0, "±0.0"), (-0.0001, "±0.0"), (1.0, "+100.0")]
)
def test_points(fraction: float, text: str) -> None:
    assert points(fraction) == text
