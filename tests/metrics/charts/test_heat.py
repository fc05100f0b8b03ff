from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from metrics.charts.frame import SOFT, Names
from metrics.charts.heat import NARROW, STEPS, WIDE, Heat, Row, step
from tests.metrics.charts.test_frame import contrast

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = [f"{month}月" for month in (12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)]
CHART = Heat(
    Names("h", "部署と月", "説明"),
    MONTHS,
    [Row("総務部", [(0.05 * n, f"{5 * n}") for n in range(12)]), Row("総務課", [(None, "秘匿")] * 12, 1)],
)


def drawn(chart: Heat) -> ET.Element:
    return ET.fromstring(chart.svg())  # noqa: S314, our own text


def texts(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("value", "number"), [(-1, 0), (0, 0), (0.199, 0), (0.2, 1), (0.6, 3), (0.799, 3), (0.8, 4), (1, 4), (1.4, 4)]
)
def test_steps_are_fifths(value: float, number: int) -> None:
    assert step(value) == number


@pytest.mark.parametrize(("colour", "ink"), STEPS)
def test_the_number_can_be_read_on_every_step(colour: str, ink: str) -> None:
    assert contrast(colour, ink) >= 4.5


def test_every_cell_has_its_number_and_its_step() -> None:
    root = drawn(CHART)
    assert texts(root)[-13:] == ["総務課", *["秘匿"] * 12]
    assert [t for t in texts(root) if t.isdigit()] == [str(5 * n) for n in range(12)]
    cells = [r.attrib["fill"] for r in root.iter(f"{SVG}rect")][len(STEPS) :]
    assert cells[:12] == [STEPS[step(0.05 * n)][0] for n in range(12)]


def test_a_withheld_cell_has_no_colour_of_the_scale() -> None:
    root = drawn(replace(CHART, rows=CHART.rows[1:]))
    assert {r.attrib["fill"] for r in list(root.iter(f"{SVG}rect"))[len(STEPS) :]} == {"#FFFFFF"}
    assert {t.attrib["fill"] for t in root.iter(f"{SVG}text") if t.text == "秘匿"} == {SOFT}


def test_a_narrow_picture_shows_the_newest_periods() -> None:
    root = drawn(replace(CHART, layout=NARROW))
    assert [t for t in texts(root) if t in MONTHS] == MONTHS[-NARROW.most :]
    assert len(list(root.iter(f"{SVG}rect"))) == len(STEPS) + 2 * NARROW.most


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_cells_stay_inside(layout: object) -> None:
    root = drawn(replace(CHART, layout=layout))
    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= float(root.attrib["viewBox"].split()[2])


def test_names_are_escaped_and_nothing_makes_a_picture_still() -> None:
    evil = "<script>&"
    root = drawn(Heat(Names(evil, evil, evil), [evil], [Row(evil, [(0.5, evil)])]))
    assert not list(root.iter(f"{SVG}script"))
    assert texts(root).count(evil) == 3
    assert drawn(Heat(CHART.names, [], [])).attrib["role"] == "img"
