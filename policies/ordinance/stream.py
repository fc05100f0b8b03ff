"""A text as the words it is made of, in their normal forms: one form for all inflections and spellings."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, compress, repeat
from operator import add, itemgetter
from typing import TYPE_CHECKING

from policies.normalize import normalize
from policies.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = "\x1f"  # stands behind every word of the stream of words
# Words that leave a statement what it is: 渡している, 渡します, 渡していただく are all 渡す.
SILENT = frozenset({"て", "ます", "居る", "た", "です", "頂く", "下さる", "呉れる", "で御座る"})
NEGATIVE = dict.fromkeys(("ない", "ず", "ぬ", "無い", "まい"), "ない")
_WORDS: dict[str, str | None] = {**dict.fromkeys(SILENT), **NEGATIVE}
_FINAL = frozenset("うくぐすつぬぶむるい")  # what a dictionary form ends in
_VOICES = frozenset({"ない", "せる", "させる", "れる", "られる"})
_INFLECTED = frozenset({"動詞", "形容詞", "助動詞"})
# Negative words that deny nothing.
_NO_DENIAL = re.compile(
    r"(?:なけれ|ね)ば(?:なら|いけ)な?|なくては(?:なら|いけ)な?|ないと(?:いけ|なら)な?|ざるを得な|ずにはいられな"
    r"|わけに(?:は|も)いかな|かもしれな|に(?:過ぎ|すぎ)な|に違いな|(?:だけ|のみ)で(?:は)?なく|のみならず|少なくな"
    r"|問題(?:は|も)?な|差し?支え(?:は|も)?な|やむを得な|(?:では|じゃ)ない(?:か|でしょ|だろ)|ないでしょうか|ないか(?:[。?]|と)"
)


@lru_cache(maxsize=16_384)
def stream_of(piece: str) -> tuple[str, bool]:
    """What to look for: words in their normal forms (True) where the piece can be inflected, or the text itself."""
    reading = Reading(normalize(piece).text)
    if not reading.tokens:
        return reading.text, False
    last = reading.tokens[-1]
    if last.surface[-1] in _FINAL and _can_be_inflected(last.pos, reading.norms[-1]):
        stream = Stream(reading)
        return stream.text, True
    return reading.text, False


def _can_be_inflected(pos: tuple[str, ...], norm: str) -> bool:
    """Whether a piece ends in a dictionary form; ました and たい are written because just they are meant."""
    if pos[0] == "助動詞" and NEGATIVE.get(norm, norm) not in _VOICES:
        return False
    return pos[0] in _INFLECTED and pos[5].startswith(("終止形", "連体形"))


class Stream:
    """A text as its words in their normal forms, without those that change nothing; leads back to the text."""

    def __init__(self, reading: Reading) -> None:
        self.harmless = [match.span() for match in _NO_DENIAL.finditer(reading.view.text)]
        words = list(map(_WORDS.get, reading.norms, reading.norms))
        if self.harmless and "ない" in words:
            for n, word in enumerate(words):
                if word == "ない" and within(self.harmless, reading.tokens[n].start):
                    words[n] = None
        self.tokens = list(compress(range(len(words)), words))  # numbers among the tokens
        kept = [word for word in words if word]
        # Where each word begins in the stream.
        self.begins = list(accumulate(map(add, map(len, kept), repeat(1)), initial=0))
        self.text = _BETWEEN.join([*kept, ""])

    def token_at(self, offset: int) -> int:
        """The number of the token whose word covers an offset of the stream."""
        return self.tokens[bisect_right(self.begins, offset) - 1]


def within(spans: Sequence[tuple[int, int]], offset: int) -> bool:
    """Whether an offset lies in one of the spans."""
    n = bisect_right(spans, offset, key=itemgetter(0)) - 1
    return n >= 0 and offset <= spans[n][1]
