from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from metrics.charts.frame import BLUE, INK, SOFT, Names, ceiling, clipped, diamond, ems, fitted, opening, words

EVIL = '"><script>alert(1)</script>&'


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [BLUE, INK, SOFT])
def test_texts_and_lines_stand_out_from_white(colour: str) -> None:
    assert contrast(colour, "#FFFFFF") >= 4.5


def test_names_are_escaped_and_tied_to_the_picture() -> None:
    root = ET.fromstring(opening(Names(EVIL, EVIL, EVIL), 10, 20, 14) + "</svg>")  # noqa: S314, our own text
    assert root.attrib["viewBox"] == "0 0 10 20"
    title, description = root
    assert (title.text, description.text) == (EVIL, EVIL)
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"


def test_words_are_escaped_with_their_attributes() -> None:
    text = ET.fromstring(words(1.26, 2, EVIL, text_anchor="end", fill=EVIL))  # noqa: S314, our own text
    assert text.text == EVIL
    assert text.attrib == {"x": "1.3", "y": "2", "text-anchor": "end", "fill": EVIL}


def test_a_diamond_is_around_its_point() -> None:
    assert 'd="M10 4l6 6l-6 6l-6 -6z"' in diamond(10, 10)


def test_a_kanji_is_wider_than_a_letter() -> None:
    assert ems("総務課") == 3
    assert ems("ABC") == pytest.approx(1.8)


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("総務課", 3, "総務課"),
        ("総務課", 2.9, "総…"),
        ("General Affairs", 6, "General …"),
        ("課", 0, "課…"),
        ("", 0, ""),
    ],
)
def test_what_is_too_wide_is_cut(text: str, most: float, shown: str) -> None:
    assert fitted(text, most) == shown


@pytest.mark.parametrize(
    ("values", "top"), [([], 0.25), ([0.2], 0.25), ([0.26, 0.1], 0.5), ([0.75], 0.75), ([3.0], 1.0)]
)
def test_a_scale_ends_at_a_quarter(values: list[float], top: float) -> None:
    assert ceiling(values) == top


@pytest.mark.parametrize(("value", "part"), [(-1.0, 0.0), (0.25, 0.5), (9.0, 1.0)])
def test_nothing_leaves_the_scale(value: float, part: float) -> None:
    assert clipped(value, 0.5) == part
