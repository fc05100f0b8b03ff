from __future__ import annotations

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


def heights(root: ET.Element) -> list[float]:
    return [float(r.attrib["height"]) for r in root.iter(f"{SVG}rect") if r.attrib["fill"] == BLUE]


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
    for rect in root.iter(f"{SVG}rect"):
        assert 0 <= float(rect.attrib["x"]) <= float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width
        assert 0 <= float(rect.attrib["y"]) <= float(rect.attrib["y"]) + float(rect.attrib["height"]) <= height
    assert all(0 < float(t.attrib["y"]) < height for t in root.iter(f"{SVG}text"))


def test_names_are_escaped_and_nothing_makes_a_picture_still() -> None:
    evil = "<script>&"
    root = drawn(Multiples(Names(evil, evil, evil), [evil], [Panel(evil, evil, (1.0,))]))
    assert not list(root.iter(f"{SVG}script"))
    assert texts(root).count(evil) == 3
    assert drawn(Multiples(CHART.names, (), [])).attrib["role"] == "img"
