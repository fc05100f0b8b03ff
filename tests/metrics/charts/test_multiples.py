from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from metrics.charts.frame import BLUE, Names
from metrics.charts.multiples import NARROW, WIDE, Layout, Multiples, Panel

SVG = "{http://www.w3.org/2000/svg}"
CHART = Multiples(
    Names("m", "用途", "説明"),
    ("9月", "10月", "11月"),
    [Panel("文書作成", "60%（600回）", (0.2, 0.4, 0.6)), Panel("要約", "10%（100回）", (0.2, None, 0.1))],
)


def drawn(chart: Multiples) -> ET.Element:
    return ET.fromstring(chart.svg())  # noqa: S314, our own text


def texts(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def columns(root: ET.Element) -> list[tuple[float, float, float, float]]:
    """Left, ground, height and width of each column."""
    paths = "".join(p.attrib["d"] for p in root.iter(f"{SVG}path") if p.attrib["fill"] == BLUE)
    found = re.findall(r"M([\d.]+) ([\d.]+)v-?([\d.]+)h([\d.]+)v[\d.-]+z", paths)
    return [tuple(map(float, one)) for one in found]  # type: ignore[misc]


def heights(root: ET.Element) -> list[float]:
    return [height for _, _, height, _ in columns(root)]


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_every_panel_says_what_it_is(layout: Layout) -> None:
    assert texts(drawn(replace(CHART, layout=layout))) == [
        "文書作成", "60%（600回）", "75%", "9月", "11月", "要約", "10%（100回）", "75%", "9月", "11月", "×",
    ]  # fmt: skip


def test_all_panels_have_one_scale() -> None:
    found = heights(drawn(CHART))
    assert found[2] == pytest.approx(3 * found[0], abs=0.2)
    assert found[0] == found[3] == pytest.approx(2 * found[4], abs=0.2)
    assert found[2] == pytest.approx(WIDE.plot * 0.6 / 0.75, abs=0.1)


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_nothing_leaves_the_picture(layout: Layout) -> None:
    panels = [Panel("その他", "", (1.4, -1.0, 0.5))] * 9
    root = drawn(replace(CHART, panels=panels, layout=layout))
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    assert len(columns(root)) == 27
    for x, ground, tall, broad in columns(root):
        assert 0 <= x <= x + broad <= width
        assert 0 <= ground - tall <= ground <= height
    assert all(0 < float(t.attrib["y"]) < height for t in root.iter(f"{SVG}text"))


def test_the_mean_is_a_broken_line_in_every_panel() -> None:
    def lines(chart: Multiples) -> list[str]:
        return [p.attrib["d"] for p in drawn(chart).iter(f"{SVG}path") if p.attrib.get("stroke-dasharray") == "4 2"]

    assert lines(CHART) == []
    found = lines(replace(CHART, mean=(0.9, None, 0.3)))
    assert [line.count("M") for line in found] == [2, 2]  # where there is none, it has a gap
    assert heights(drawn(replace(CHART, mean=(0.9, None, 0.3))))[2] == pytest.approx(WIDE.plot * 0.6, abs=0.1)


def test_names_are_escaped_and_nothing_makes_a_picture_still() -> None:
    evil = "<script>&"
    root = drawn(Multiples(Names(evil, evil, evil), [evil], [Panel(evil, evil, (1.0,))]))
    assert not list(root.iter(f"{SVG}script"))
    assert texts(root).count(evil) == 3
    assert drawn(Multiples(CHART.names, (), [])).attrib["role"] == "img"
