"""The one door to resvg: charts as PNG, with the project's own font and no other, whatever the server has."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import resvg_py

FONTS = Path(__file__).parent / "fonts"
_FAMILY = "BIZ UDPGothic"
_ALSO = frozenset("–—‘’“”…−－")


def png(svg: str, *, zoom: float = 2.0) -> bytes:
    """A chart drawn on white, ``zoom`` pixels for each of its own. The same chart gives the same bytes.

    Raises ValueError for what is no SVG.
    """
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        background="#ffffff",
        zoom=zoom,
        skip_system_fonts=True,
        font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
        font_family=_FAMILY,
        sans_serif_family=_FAMILY,
    )
    return bytes(drawn)


def undrawable(text: str) -> str:
    """The characters for which the font has no glyph, each once, in order: those outside JIS X 0208 and Latin 1."""
    return "".join(dict.fromkeys(c for c in text if not _drawable(c)))


def _drawable(character: str) -> bool:
    """Latin 1, and the kanji, kana and full-width characters of JIS X 0208; not its Greek, Cyrillic and line drawing."""
    if character in _ALSO or character < "\x80":
        return True
    encoding = "shift_jis" if unicodedata.east_asian_width(character) in "WF" else "latin-1"
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
