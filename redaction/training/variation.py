"""Other people in the same documents: a text with its names and addresses exchanged, to learn from.

What is to be learnt is how a name stands in a text, not who bears it. Names come from the dictionary's own entries, from
words that are surnames and places at once, from rare entries and from combinations that the dictionary does not hold.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from policies.tokens import entries, segment, word_classes
from redaction.names.words import KANJI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_KANJI = re.compile(f"[{KANJI}]+")
_HIRAGANA = re.compile("[ぁ-んー]+")
_KATAKANA = re.compile("[ァ-ヴー]+")
_LATIN = re.compile("[A-Za-z'’.-]+")
_PARTS = re.compile(r"[^ 　・=＝,/]+")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヴ"))}
_ROMAJI = dict(
    zip(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポ",
        "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo ya yu yo ra ri ru re ro wa o n "
        "ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po".split(),
        strict=True,
    )
)
_LONGEST_TOWN = 4
_COMMON = 2
"""Characters of most surnames and given names."""


class Supply(NamedTuple):
    """Names and places to draw from: written form and reading in katakana."""

    surnames: Sequence[tuple[str, str]]
    given: Sequence[tuple[str, str]]
    single: Sequence[tuple[str, str]]
    """Surnames of one character."""
    placelike: Sequence[tuple[str, str]]
    """Surnames that are places or words too."""
    foreign: Sequence[str]
    places: dict[str, Sequence[str]]
    """Towns by their last character."""


def supply() -> Supply:
    """Names and places of the dictionary. Sorted, so that the same seed draws the same."""
    surnames, given, foreign, places = set(), set(), set(), set()
    for surface, reading, pos in entries():
        if pos[3] == "姓" and _KANJI.fullmatch(surface) and len(surface) <= 3:  # noqa: PLR2004, most surnames
            surnames.add((surface, reading))
        elif pos[3] == "名" and len(surface) <= 3 and (_KANJI.match(surface) or _HIRAGANA.fullmatch(surface)):  # noqa: PLR2004, the same
            given.add((surface, reading))
        elif pos[2] == "人名" and _KATAKANA.fullmatch(surface):
            foreign.add(surface)
        elif pos[2] == "地名" and _KANJI.fullmatch(surface) and len(surface) <= 4:  # noqa: PLR2004, a town by itself
            places.add(surface)
    by_end: dict[str, list[str]] = {}
    for place in sorted(places):
        by_end.setdefault(place[-1], []).append(place)
    return Supply(
        surnames=sorted(s for s in surnames if len(s[0]) == _COMMON),
        given=sorted(given),
        single=sorted(s for s in surnames if len(s[0]) == 1),
        placelike=sorted(s for s in surnames if set(word_classes(s[0])) & set("地普")),
        foreign=sorted(foreign),
        places=dict(by_end),
    )


def vary(document: dict[str, Any], names: Supply, chance: random.Random) -> dict[str, Any]:
    """The document with other names and addresses; spans moved with the text."""
    draw = _Draw(document, names, chance)
    text, pieces, spans, done = document["text"], [], [], 0
    length = 0
    for span in sorted(document["spans"], key=lambda s: (s["start"], -s["end"])):
        if span["start"] < done:
            continue
        value = text[span["start"] : span["end"]]
        change: Callable[[str], str] | None = {"PERSON": draw.person, "ADDRESS": draw.address}.get(span["type"])
        new = change(value) if change else value
        pieces += [text[done : span["start"]], new]
        length += span["start"] - done
        spans.append({"start": length, "end": length + len(new), "type": span["type"]})
        length += len(new)
        done = span["end"]
    pieces.append(text[done:])
    return {"id": document["id"], "text": "".join(pieces), "spans": spans}


class _Draw:
    """New values for one document: the same part of a name always becomes the same."""

    def __init__(self, document: dict[str, Any], names: Supply, chance: random.Random) -> None:
        self._names, self._chance = names, chance
        self._known: dict[str, str] = {}
        self._given = {
            parts[-1]
            for span in document["spans"]
            if span["type"] == "PERSON"
            and len(parts := _PARTS.findall(document["text"][span["start"] : span["end"]])) == _COMMON
        }

    def person(self, value: str) -> str:
        """Part by part; what divides the parts stays."""
        parts = list(_PARTS.finditer(value))
        if len(parts) == 1 and _KANJI.fullmatch(value):
            return "".join(self._part(part, given=n > 0) for n, part in enumerate(_halves(value)))
        out, done = [], 0
        for n, match in enumerate(parts):
            out += [value[done : match.start()], self._part(match[0], given=n > 0)]
            done = match.end()
        return "".join([*out, value[done:]])

    def _part(self, part: str, *, given: bool) -> str:
        if part not in self._known:
            self._known[part] = self._new(part, given=given or part in self._given or "名" in word_classes(part)[:2])
        return self._known[part]

    def _new(self, part: str, *, given: bool) -> str:
        written, reading = self._drawn(given=given)
        if _KANJI.fullmatch(part) or (_KANJI.match(part) and given):
            return written
        if _HIRAGANA.fullmatch(part):
            return reading.translate(_TO_HIRAGANA)
        if _KATAKANA.fullmatch(part):
            foreign = self._chance.random() < 0.5  # noqa: PLR2004, half and half
            return self._chance.choice(self._names.foreign) if foreign else reading
        if _LATIN.fullmatch(part) and len(part) > _COMMON and (romaji := _romaji(reading)):
            return romaji.upper() if part.isupper() else romaji.title() if part[0].isupper() else romaji
        return part

    def _drawn(self, *, given: bool) -> tuple[str, str]:
        chance, names = self._chance, self._names
        if given:
            if chance.random() < 0.15:  # noqa: PLR2004, unknown to the dictionary more often than not
                one, other = chance.choice(names.given), chance.choice(names.given)
                return one[0][:1] + other[0][-1:], one[1]
            return chance.choice(names.given)
        kind = chance.random()
        if kind < 0.35:  # noqa: PLR2004, shares of a mixture
            return chance.choice(names.placelike)
        if kind < 0.42:  # noqa: PLR2004, the same
            return chance.choice(names.single)
        if kind < 0.57:  # noqa: PLR2004, the same
            one, other = chance.choice(names.surnames), chance.choice(names.surnames)
            return one[0][:1] + other[0][-1:], one[1][:2] + other[1][-2:]
        return chance.choice(names.surnames)

    def address(self, value: str) -> str:
        """Other towns and other digits; what kind of place and number it is stays."""
        out = []
        for token in segment(value).tokens:
            surface = token.surface
            if (
                token.pos[2] == "地名"
                and _KANJI.fullmatch(surface)
                and 1 < len(surface) <= _LONGEST_TOWN
                and surface[-1] not in "都道府県"
            ):
                surface = self._chance.choice(self._names.places.get(surface[-1], [surface]))
            out.append(re.sub("[1-9]", lambda _: str(self._chance.randint(1, 9)), surface))
        return "".join(out)


def _halves(value: str) -> list[str]:
    """Surname and given name of a name written as one."""
    words = [token.surface for token in segment(value).tokens]
    return [words[0], "".join(words[1:])] if len(words) > 1 else [value]


def _romaji(reading: str) -> str:
    return "".join(_ROMAJI.get(char, "") for char in reading)


def variants(documents: Iterable[dict[str, Any]], count: int, names: Supply, seed: int) -> list[dict[str, Any]]:
    """``count`` variants of each document."""
    chance = random.Random(seed)  # noqa: S311, nothing secret
    return [vary(document, names, chance) for document in documents for _ in range(count)]
