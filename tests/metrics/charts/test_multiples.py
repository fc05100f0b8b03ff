from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from metrics.charts.frame import BLUE, INK, Names
from metrics.charts.multiples import NARROW, WIDE, Layout, Multiples, Panel

SVG = "{http://www.w3.org/2000/svg}"
ROWS = ("文書作成", "要約", "その他")
WHOLE = (0.5, 0.3, 0.2)
CHART = Multiples(
    Names("m", "用途", "説明"),
    ROWS,
    [Panel("全体", "120回", WHOLE), Panel("総務部", "60回", (0.2, 0.2, 0.6)), Panel("市民部", "秘匿", None)],
    WHOLE,
)


def drawn(chart: Multiples) -> ET.Element:
    return ET.fromstring(chart.svg())  # noqa: S314, our own text


def texts(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def widths(root: ET.Element) -> list[float]:
    return [float(r.attrib["width"]) for r in root.iter(f"{SVG}rect") if r.attrib["fill"] == BLUE]


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_every_panel_says_its_numbers(layout: Layout) -> None:
    found = texts(drawn(replace(CHART, layout=layout)))
    assert [t for t in found if t in {"全体", "総務部", "市民部"}] == ["全体", "総務部", "市民部"]
    assert [t for t in found if t.endswith("%")] == ["50%", "30%", "20%", "20%", "20%", "60%"]
    assert found[-2:] == ["市民部", "秘匿"]


def test_all_panels_have_one_scale() -> None:
    found = widths(drawn(CHART))
    assert found[0] / found[5] == pytest.approx(0.5 / 0.6, abs=0.02)
    assert found[2] == found[3] == found[4]


def test_the_whole_is_marked_in_the_panels_of_units_only() -> None:
    marks = [p for p in drawn(CHART).iter(f"{SVG}path") if p.attrib.get("stroke-width") == "1.5"]
    assert len(marks) == len(ROWS)
    assert {mark.attrib["stroke"] for mark in marks} == {INK}


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_nothing_leaves_the_picture(layout: Layout) -> None:
    root = drawn(replace(CHART, panels=[CHART.panels[1]] * 9, layout=layout))
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width
        assert float(rect.attrib["y"]) + float(rect.attrib["height"]) <= height
    assert all(float(t.attrib["y"]) < height for t in root.iter(f"{SVG}text"))


def test_names_are_escaped_and_nothing_makes_a_picture_still() -> None:
    evil = "<script>&"
    root = drawn(Multiples(Names(evil, evil, evil), [evil], [Panel(evil, evil, (1.0,))]))
    assert not list(root.iter(f"{SVG}script"))
    assert texts(root).count(evil) == 3
    assert drawn(Multiples(CHART.names, ROWS, [])).attrib["role"] == "img"
