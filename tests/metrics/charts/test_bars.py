from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from metrics.charts.bars import NARROW, WIDE, Bar, Bars, Layout, Legend
from metrics.charts.frame import BLUE, Names

SVG = "{http://www.w3.org/2000/svg}"
BARS = (
    Bar("総務部", 0.5, "50.0%（10／20人）", 0.25),
    Bar("総務課", 0.25, "25.0%（5／20人）", 0.3, 1),
    Bar("契約検査課", None, "秘匿", None, 1),
)
CHART = Bars(Names("c", "題", "説明"), BARS, 0.4, Legend("2026年11月", "前月", "全体 40.0%"))


def drawn(chart: Bars) -> ET.Element:
    return ET.fromstring(chart.svg())  # noqa: S314, our own text


def texts(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def bars(root: ET.Element) -> list[float]:
    return [float(r.attrib["width"]) for r in root.iter(f"{SVG}rect") if r.attrib["fill"] in {BLUE, "#4979F5"}][1:]


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_it_says_what_it_is(layout: Layout) -> None:
    root = drawn(replace(CHART, layout=layout))
    assert root.attrib["role"] == "img"
    named = {e.attrib["id"]: e.text for e in root if "id" in e.attrib}
    assert [named[i] for i in root.attrib["aria-labelledby"].split()] == ["題", "説明"]
    assert root.attrib["viewBox"].startswith(f"0 0 {layout.width} ")


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_names_and_values_stand_in_the_order_given(layout: Layout) -> None:
    found = texts(drawn(replace(CHART, layout=layout)))
    wanted = [text for bar in BARS for text in (bar.name, bar.label)]
    assert [text for text in found if text in wanted] == wanted
    assert "全体 40.0%" in found
    assert {"2026年11月", "前月", "0%", "100%"} <= set(found)


def test_lengths_are_in_proportion() -> None:
    first, second = bars(drawn(CHART))
    assert first == pytest.approx(2 * second, abs=0.2)


def test_a_withheld_value_has_no_bar_and_no_mark() -> None:
    root = drawn(replace(CHART, bars=(BARS[2],), mean=None))
    assert bars(root) == []
    assert len([p for p in root.iter(f"{SVG}path") if p.attrib.get("fill") == "#FFFFFF"]) == 1  # the legend's


def test_nothing_of_a_value_beyond_the_scale_leaves_the_picture() -> None:
    (width,) = bars(drawn(replace(CHART, bars=(Bar("多い課", 1.4, "140.0%", 3.0),))))
    assert width == WIDE.width - WIDE.names - WIDE.labels


def test_without_a_mean_there_is_no_line() -> None:
    assert "stroke-dasharray" not in replace(CHART, mean=None).svg()


@pytest.mark.parametrize(("mean", "anchor"), [(0.1, "start"), (0.95, "end")])
def test_the_label_of_the_mean_stays_inside(mean: float, anchor: str) -> None:
    (label,) = [e for e in drawn(replace(CHART, mean=mean)).iter(f"{SVG}text") if e.text == "全体 40.0%"]
    assert label.attrib["text-anchor"] == anchor


def test_names_are_escaped() -> None:
    evil = '</text><script>alert("x")</script>&'
    chart = Bars(Names('a"b', evil, evil), (Bar(evil, 0.5, evil, 0.1),), 0.2, Legend(evil, evil, evil))
    root = drawn(chart)
    assert not list(root.iter(f"{SVG}script"))
    assert "<script" not in chart.svg()
    assert texts(root).count(evil) >= 3


def test_long_names_are_cut_in_the_picture() -> None:
    name = "総合政策推進本部デジタル・トランスフォーメーション推進課"
    found = texts(drawn(replace(CHART, bars=(Bar(name, 0.5, "50.0%"),))))
    assert name not in found
    assert any(text.endswith("…") and name.startswith(text[:-1]) for text in found)


def test_nothing_is_fetched_and_no_style_attribute_needs_an_exception() -> None:
    svg = CHART.svg()
    assert svg.count("http") == 1  # the namespace
    assert "style=" not in svg


def test_no_bars_make_a_picture_still() -> None:
    assert drawn(replace(CHART, bars=())).attrib["role"] == "img"


def test_the_marks_of_the_period_before_lie_over_the_mean() -> None:
    svg = CHART.svg()
    assert svg.rindex("stroke-dasharray") < svg.rindex('fill="#FFFFFF" stroke=')


def test_on_a_narrow_screen_the_mean_crosses_only_bars() -> None:
    (line,) = [p for p in drawn(replace(CHART, layout=NARROW)).iter(f"{SVG}path") if "stroke-dasharray" in p.attrib]
    assert line.attrib["d"].count("M") == 1 + 2  # its label, and the bars that are shown


def test_another_scale_has_its_own_words() -> None:
    found = texts(drawn(replace(CHART, ticks=((0.0, "0回"), (1.0, "40回")))))
    assert {"0回", "40回"} <= set(found)
    assert "100%" not in found
