from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from metrics.charts.frame import Names
from metrics.charts.lines import MOST, NARROW, WIDE, Layout, Lines, Series, room_for

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = [f"{month}月" for month in (9, 10, 11)]
CHART = Lines(
    Names("l", "推移", "説明"),
    COLUMNS,
    [
        Series("総務部", (0.2, 0.3, 0.4)),
        Series("市民部", (0.5, None, 0.4)),
        Series("全体", (0.3, 0.3, 0.4), whole=True),
    ],
)


def drawn(chart: Lines) -> ET.Element:
    return ET.fromstring(chart.svg())  # noqa: S314, our own text


def texts(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_every_line_has_its_name_at_the_end(layout: Layout) -> None:
    found = texts(drawn(replace(CHART, layout=layout)))
    assert sorted(t for t in found if t in {"総務部", "市民部", "全体"}) == sorted(["総務部", "市民部", "全体"])
    assert found[:6] == ["0%", "10%", "20%", "30%", "40%", "50%"]  # from zero, and no higher than needed


def test_names_never_lie_on_each_other_nor_leave_the_picture() -> None:
    series = [Series(f"部{number}", (0.5, 0.5, 0.01 * number)) for number in range(MOST)]
    for layout in (WIDE, NARROW):
        root = drawn(Lines(CHART.names, COLUMNS, series, layout))
        heights = sorted(float(t.attrib["y"]) for t in root.iter(f"{SVG}text") if (t.text or "").startswith("部"))
        assert min(b - a for a, b in pairwise(heights)) >= 19
        assert heights[0] > 0
        assert heights[-1] < layout.height


def test_a_missing_period_is_a_gap_and_has_no_mark() -> None:
    lines = [p.attrib["d"] for p in drawn(CHART).iter(f"{SVG}path") if p.attrib.get("stroke-linejoin") == "round"]
    assert [(line.count("M"), line.count("L")) for line in lines] == [(1, 2), (2, 0)]


def test_lines_are_told_apart_by_the_shape_of_their_marks() -> None:
    series = [Series(f"部{number}", (0.1 * number,)) for number in range(MOST)]
    svg = Lines(CHART.names, COLUMNS[:1], series).svg()
    shapes = re.findall(r'<path d="M[\d.]+ [\d.]+([^"M]*)[^"]*" fill="(#\w+)" stroke="#\w+" stroke-width="1.5"/>', svg)
    assert len(set(shapes)) == MOST


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="8 lines"):
        Lines(CHART.names, COLUMNS, [Series("部", (0, 0, 0))] * (MOST + 1)).svg()


def test_what_is_beyond_the_scale_stays_in_the_picture() -> None:
    root = drawn(Lines(CHART.names, COLUMNS, [Series("名簿の古い課", (1.4, -0.5, 1.0))]))
    (line,) = [p.attrib["d"] for p in root.iter(f"{SVG}path") if p.attrib.get("stroke-linejoin") == "round"]
    heights = [float(place.split()[1]) for place in re.split("[ML]", line)[1:]]
    assert heights == [18, WIDE.height - 34, 18]


def test_a_line_of_nothing_but_withheld_values_has_no_name() -> None:
    assert "課" not in texts(drawn(Lines(CHART.names, COLUMNS, [Series("課", (None, None, None))])))


def test_no_lines_and_no_columns_make_a_picture_still() -> None:
    assert drawn(Lines(CHART.names, [], [])).attrib["role"] == "img"


def test_names_are_escaped() -> None:
    evil = "</text><script>&"
    root = drawn(Lines(Names(evil, evil, evil), [evil], [Series(evil, (0.5,))], replace(WIDE, names=600)))
    assert not list(root.iter(f"{SVG}script"))
    assert texts(root).count(evil) == 2


def test_short_names_leave_the_room_to_the_lines() -> None:
    assert room_for(["部"], WIDE).names == 14 + 44
    assert room_for(["部" * 50], WIDE).names == WIDE.names
