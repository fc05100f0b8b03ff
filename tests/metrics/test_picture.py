from __future__ import annotations

import struct
import zlib
from functools import cache

import pytest

from metrics.charts.bars import Bar, Bars, Legend
from metrics.charts.frame import Names
from metrics.picture import FONTS, png, undrawable

CHART = Bars(
    Names("c", "題", "説明"), [Bar("総務部", 0.5, "50.0%（10／20人）", 0.25)], 0.4, Legend("今月", "前月", "全体")
)
ONE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40" font-family="system-ui,sans-serif" font-size="30">{}</svg>'


def pixels(picture: bytes) -> bytes:
    """The filtered rows of a PNG, which are the same when and only when the picture is."""
    data, place = b"", 8
    while place < len(picture):
        length = int.from_bytes(picture[place : place + 4])
        if picture[place + 4 : place + 8] == b"IDAT":
            data += picture[place + 8 : place + 8 + length]
        place += length + 12
    return zlib.decompress(data)


def drawn(text: str, weight: int = 400) -> bytes:
    return pixels(png(ONE.format(f'<text x="2" y="32" font-weight="{weight}">{text}</text>')))


@cache
def mapped() -> frozenset[int]:
    """The code points of the font's table ``cmap`` (format 4)."""
    data = (FONTS / "BIZUDPGothic-Regular.ttf").read_bytes()
    tables = {data[p : p + 4]: struct.unpack_from(">II", data, p + 8) for p in range(12, 12 + 16 * data[5], 16)}
    cmap = tables[b"cmap"][0]
    table = cmap + struct.unpack_from(">I", data, cmap + 8)[0]
    assert struct.unpack_from(">H", data, table)[0] == 4
    segments = struct.unpack_from(">H", data, table + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", data, table + 14)
    starts = struct.unpack_from(f">{segments}H", data, table + 16 + 2 * segments)
    return frozenset(c for start, end in zip(starts, ends, strict=True) for c in range(start, min(end, 0xFFFE) + 1))


def test_japanese_is_drawn_in_two_weights() -> None:
    empty = drawn("")
    pictures = [drawn(text, weight) for text in ("課", "部") for weight in (400, 700)]
    assert len({empty, *pictures}) == 5


def test_the_font_of_the_server_does_not_matter() -> None:
    named = ONE.replace("system-ui,", "Noto Sans CJK JP,")
    assert pixels(png(named.format('<text x="2" y="32">課</text>'))) == drawn("課")


def test_the_same_chart_gives_the_same_bytes_at_twice_its_size() -> None:
    first, second = png(CHART.svg()), png(CHART.svg())
    assert first == second
    assert struct.unpack(">II", first[16:24]) == (CHART.layout.width * 2, (54 + 34 + 34) * 2)


def test_characters_without_a_glyph_are_named() -> None:
    assert undrawable("総務部 デジタル推進室（A–1）") == ""
    assert undrawable("𠮟塡課𠮟→") == "𠮟塡→"


def test_what_is_called_drawable_is_in_the_font() -> None:
    assert len(mapped()) > 6800
    believed = {c for c in range(0x20, 0xFFFF) if not 0x7F <= c < 0xA0 and not undrawable(chr(c))}
    assert believed <= mapped()


@pytest.mark.parametrize("text", ["", "no picture", "<svg", "<html/>"])
def test_what_is_no_picture_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        png(text)


def test_the_licence_of_the_font_is_beside_it() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")
