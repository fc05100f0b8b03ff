from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from gateway.language import load_languages
from gateway.leaderboard.figures import Figures, read
from gateway.leaderboard.pictures import NAMES, Pictures, Width, purposes
from gateway.leaderboard.query import INSIDE, Who
from tests.fixtures.boards import CITY, Invented

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LANGUAGES = load_languages()
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
async def figures() -> Figures:
    return await read(Invented(), INSIDE.start, INSIDE, NOW)


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314, our own


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_every_picture_is_drawn_and_described(figures: Figures, name: str, width: Width, language: str) -> None:
    root = ET.fromstring(Pictures(figures, LANGUAGES[language]).svg(name, width))  # noqa: S314, our own
    title, description = root[0], root[1]
    assert title.text
    assert description.text
    assert root.attrib["aria-labelledby"] == f"{name}-{width}-title {name}-{width}-desc"


async def test_bars_say_rate_and_persons_and_what_is_withheld(figures: Figures) -> None:
    found = texts(Pictures(figures, LANGUAGES["ja"]).bars("wide"))
    assert "62.5%（30／48人）" in found
    assert found[found.index("建設部") + 1] == "秘匿"
    assert "全体 32.7%" in found
    assert {"2026年10月", "前月"} <= set(found)


async def test_robots_have_bars_of_uses(figures: Figures) -> None:
    found = texts(Pictures(figures, LANGUAGES["ja"], Who.ROBOTS).bars("wide"))
    assert found[found.index("福祉部") + 1] == "20回"
    assert found[found.index("建設部") + 1] == "秘匿"
    assert {"0", "5", "10", "15", "20"} <= set(found)
    assert not any("%" in text for text in found)


async def test_lines_are_of_the_divisions_and_the_whole(figures: Figures) -> None:
    found = texts(Pictures(figures, LANGUAGES["ja"]).trend("wide"))
    assert {"総務部", "市民部", "福祉部", "全体"} <= set(found)
    assert "総務課" not in found
    assert "建設部" not in found  # withheld in all periods


async def test_too_many_lines_become_panels_with_the_whole_in_each() -> None:
    city = tuple((f"{n:02}", f"部{n}", None, 40, 20) for n in range(9))
    figures = await read(Invented(city=city), INSIDE.start, INSIDE, NOW)
    svg = Pictures(figures, LANGUAGES["ja"]).trend("wide")
    assert [text for text in texts(svg) if text.startswith("部")] == [f"部{n}" for n in range(9)]
    assert svg.count('stroke-dasharray="4 2"') == 9


async def test_the_heat_map_begins_with_the_whole(figures: Figures) -> None:
    found = texts(Pictures(figures, LANGUAGES["ja"]).heat("wide"))
    names = [text for text in found if text in {"全体", *(unit[1] for unit in CITY)}]
    assert names[:2] == ["全体", "総務部"]
    assert "—" in found  # 福祉課 did not exist yet
    assert found.count("秘匿") == 12


async def test_purposes_have_their_words_and_small_ones_stand_last(figures: Figures) -> None:
    assert [name for name, _ in purposes(figures)] == ["drafting", "summary", "research", "ideas", "translation", ""]
    found = texts(Pictures(figures, LANGUAGES["ja"]).purposes("wide"))
    assert found[:2] == ["文書作成", "42.0%"]
    assert "少数の用途をまとめたもの" in found
    assert "Drafting documents" in texts(Pictures(figures, LANGUAGES["en"]).purposes("wide"))


async def test_another_picture_is_an_error(figures: Figures) -> None:
    with pytest.raises(KeyError):
        Pictures(figures, LANGUAGES["ja"]).svg("pie", "wide")
