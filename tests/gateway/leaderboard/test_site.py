from __future__ import annotations

import asyncio
import json
import posixpath
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from gateway.leaderboard.settings import Leaderboard
from gateway.leaderboard.site import Site
from gateway.pages import Pages
from metrics.export.package import SUMS, digest
from metrics.export.rows import Publisher
from metrics.usage import Terms
from tests.fixtures.boards import CITY, Invented

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SETTINGS = Leaderboard.model_validate(
    {"public": {"periods": ["quarter"], "licence": "CC BY 4.0"}, "support": {"contact": "行政改革室"}}
)
SECTIONS = [name for _, name, parent, _, _ in CITY if parent]


def site(source: Invented | None = None, settings: Leaderboard = SETTINGS) -> Site:
    return Site(Pages(), Publisher("999999", "青葉野市"), settings, source or Invented(), Terms())


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return asyncio.run(site().build(NOW, 2))


def pages(files: dict[str, bytes]) -> dict[str, str]:
    return {path: content.decode() for path, content in files.items() if path.endswith(".html")}


async def test_the_same_figures_give_the_same_bytes_whenever_they_are_written(files: dict[str, bytes]) -> None:
    assert await site().build(NOW + timedelta(days=3, hours=5), 2) == files


def test_every_link_leads_to_a_file_of_the_site(files: dict[str, bytes]) -> None:
    for path, text in pages(files).items():
        targets = re.findall(r'(?:href|src)="([^"#]+)"', text)
        assert targets
        for target in targets:
            assert not urlsplit(target).scheme, (path, target)
            assert not target.startswith("/"), (path, target)
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) in files, (path, target)


def test_it_has_both_languages_both_orders_and_all_formats(files: dict[str, bytes]) -> None:
    folder = "periods/quarter-2026-07"
    for path in ("index.html", "en/index.html", f"{folder}/index.html", f"{folder}/by-rate.html", f"{folder}/en/index.html",
                 f"{folder}/adoption.csv", f"{folder}/adoption.xlsx", f"{folder}/adoption.json", f"{folder}/datasheet.html",
                 f"{folder}/datapackage.json", f"{folder}/bars.svg", f"{folder}/heat.png", "periods/quarter-2026-04/index.html"):  # fmt: skip
        assert path in files, path
    assert '<html lang="en">' in pages(files)[f"{folder}/en/index.html"]


def test_nothing_of_a_section_is_in_any_file(files: dict[str, bytes]) -> None:
    for path, content in files.items():
        if not path.endswith((".png", ".xlsx")):
            assert [name for name in SECTIONS if name in content.decode("utf-8-sig")] == [], path


def test_nothing_tells_when_it_was_written_and_nothing_is_fetched(files: dict[str, bytes]) -> None:
    for path, text in pages(files).items():
        assert "11月24日" not in text, path
        assert "24 November" not in text, path
        assert "<script" not in text, path
        assert "default-src &#39;none&#39;" in text, path
        assert re.findall(r'(?:src|href|url)\s*=?\s*"?https?:', text) == [], path
        assert len(text.encode()) < 200_000


def test_the_sums_and_the_package_name_every_file(files: dict[str, bytes]) -> None:
    sums = dict(line.split("  ")[::-1] for line in files[SUMS].decode().splitlines())
    assert sums == {path: digest(content) for path, content in files.items() if path != SUMS}
    package = json.loads(files["periods/quarter-2026-07/datapackage.json"])
    assert package["temporal"] == {"start": "2026-07-01", "end": "2026-09-30"}
    for resource in package["resources"]:
        assert resource["hash"].endswith(digest(files[f"periods/quarter-2026-07/{resource['path']}"]))


def test_the_data_sheet_explains_and_offers_a_line_to_embed(files: dict[str, bytes]) -> None:
    sheet = pages(files)["periods/quarter-2026-07/datasheet.html"]
    for part in ("CC BY 4.0", "行政改革室", "全国地方公共団体コード", "999999", "秘匿フラグ"):
        assert part in sheet
    assert "&lt;img src=&#34;periods/quarter-2026-07/bars.svg&#34;" in sheet


async def test_a_period_in_which_nobody_is_shown_ends_the_row() -> None:
    empty = tuple((code, name, parent, heads, None) for code, name, parent, heads, _ in CITY)
    found = await site(Invented(city=empty)).build(NOW, 8)
    assert {path.split("/")[1] for path in found if path.startswith("periods/")} == {"quarter-2026-07"}


async def test_names_are_escaped_in_every_file() -> None:
    evil = "<script>alert(1)</script>"
    for path, text in pages(await site(Invented(names={"01": evil})).build(NOW, 1)).items():
        assert evil not in text, path


async def test_characters_that_the_font_lacks_are_told() -> None:
    assert await site().gaps(NOW) == ""
    assert await site(Invented(names={"01": "𠮟咤部"})).gaps(NOW) == "𠮟"
