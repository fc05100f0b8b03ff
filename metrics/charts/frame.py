"""What all charts share: the opening element with its names, colours, marks, and how wide a text is."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape

BLUE, BLUE_SECTION, PALE = "#0017C1", "#4979F5", "#E8F1FE"
INK, SOFT, LINE = "#1A1A1A", "#595959", "#D9D9D9"
FONT = "system-ui,'Hiragino Sans','Yu Gothic UI','Meiryo','Noto Sans JP','Noto Sans CJK JP',sans-serif"
NARROW_CHARACTER = 0.6
"""Width of a Latin letter or a digit, in parts of the font size: rather too wide than cut."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a chart is called. ``identity`` begins the ids inside, so that several charts can stand in one page."""

    identity: str
    title: str
    description: str


def opening(names: Names, width: int, height: int, text: int) -> str:
    """The start of an ``<svg>`` element with its title and description. ``text`` is the font size in pixels."""
    identity = escape(names.identity)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-labelledby="{identity}-title {identity}-desc" font-family="{escape(FONT)}"'
        f' font-size="{text}" fill="{INK}">\n'
        f'<title id="{identity}-title">{escape(names.title)}</title>\n'
        f'<desc id="{identity}-desc">{escape(names.description)}</desc>'
    )


def words(x: float, y: float, text: str, **attributes: str | int) -> str:
    """A ``<text>`` element. An underscore in an attribute's name becomes a hyphen."""
    more = "".join(f' {name.replace("_", "-")}="{escape(str(value))}"' for name, value in attributes.items())
    return f'<text x="{round(x, 1):g}" y="{round(y, 1):g}"{more}>{escape(text)}</text>'


def diamond(x: float, y: float) -> str:
    """The mark of the period before, with a white rim: seen on a bar as well as beside it."""
    return f'<path d="M{x:g} {y - 6:g}l6 6l-6 6l-6 -6z" fill="#FFFFFF" stroke="{INK}" stroke-width="1.5"/>'


def ems(text: str) -> float:
    """How wide a text is, about, in parts of the font size: a kanji is 1."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else NARROW_CHARACTER for c in text)


def fitted(text: str, most: float) -> str:
    """A text that is wider than ``most`` ems ends with an ellipsis; the table has it whole."""
    if ems(text) <= most:
        return text
    kept = ""
    for character in text:
        if kept and ems(kept + character) > most - 1:
            break
        kept += character
    return kept + "…"


def ceiling(values: list[float]) -> float:
    """Where a scale of rates that begins at 0 ends: a quarter, a half, three quarters, or the whole."""
    most = max(values, default=0.0)
    return next((step for step in (0.25, 0.5, 0.75) if most <= step), 1.0)


def clipped(value: float, top: float = 1.0) -> float:
    """A part of a scale from 0 to ``top``, never outside it."""
    return min(max(value / top, 0.0), 1.0)
