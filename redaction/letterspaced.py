"""Letter-spaced text, as forms and scans give it: 氏 名  山 田 太 郎, 昭 4 4 年 1 0 月 2 日.

The blanks between single characters are left out in a second view, which the recognizers read like any other.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Single characters, each one to three blanks from the next; at least six.
_RUN = re.compile(r"(?<!\S)\S(?: {1,3}\S(?!\S)){5,}")
_JAPANESE = re.compile(r"[一-龥ぁ-んァ-ヴ]")
_FEWEST_LETTERS = 2
"""Kana and kanji in a run: digits alone may be a row of a table."""


def squeeze(text: str) -> tuple[str, Sequence[int]] | None:
    """The text without the blanks of its letter-spaced runs, with each character's offset; None if it has none.

    Two blanks or more are a gap between words and become one. Linear in the length of the text.
    """
    pieces: list[str] = []
    offsets = array("l")
    done = 0
    for match in _RUN.finditer(text):
        if len(_JAPANESE.findall(match[0])) < _FEWEST_LETTERS:
            continue
        pieces.append(text[done : match.start()])
        offsets.extend(range(done, match.start()))
        for n in range(match.start(), match.end()):
            gap = text[n] == " "
            if not gap or (text[n - 1] != " " and text[n + 1] == " "):
                pieces.append(text[n])
                offsets.append(n)
        done = match.end()
    if not done:
        return None
    pieces.append(text[done:])
    offsets.extend(range(done, len(text)))
    return "".join(pieces), offsets
