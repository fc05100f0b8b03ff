from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from gateway.pages import STATIC, Pages, heading


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


def test_a_page_is_told_in_the_language_of_its_reader() -> None:
    pages = Pages()
    english = pages.page("problem.html", language="en", municipality="青葉野市", message="x")
    assert english.headers["Content-Language"] == "en"
    text = bytes(english.body).decode()
    assert '<html lang="en">' in text
    assert "Skip to the main content" in text
    assert '<html lang="ja">' in pages.render("problem.html", municipality="青葉野市", message="x")


def test_a_heading_has_its_unit_below_it_and_is_escaped() -> None:
    assert heading("利用した職員（人）") == "利用した職員<br>（人）"
    assert heading("<b>（&）") == "&lt;b&gt;<br>（&amp;）"
    assert heading("活用率") == "活用率"
