"""The project's evaluation corpus: documents out of templates and invented people, the same for the same seed."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from redaction.evaluation.gold import Document, Mark
from redaction.evaluation.people import FACTS, Person
from redaction.evaluation.templates import WITH_PEOPLE, WITHOUT_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterator

_SLOT = re.compile(r"\{(?:(?P<person>\d)\.(?P<fact>\w+)|(?P<mark>[sti]):(?P<text>[^{}]*))\}|\{\{|\}\}")
_FULL_WIDTH = {n: n + 0xFEE0 for n in (*range(ord("0"), ord("9") + 1), ord("-"))}
_HYPHENS = "－‐−–ー"
_WIDE, _ODD_HYPHEN, _BROKEN, _CLEAN = 0.15, 0.1, 0.05, 0.3
"""Shares of numbers in full width, with another hyphen, with something invisible inside; of documents without people."""
_NUMBERS = frozenset(FACTS) - {
    "name", "surname", "given", "kana", "foreign", "roman", "mail", "url", "password", "sex", "age", "ip", "born"
}  # fmt: skip


def generate(seed: int, count: int) -> Iterator[Document]:
    """So many documents. Every genre comes up in turn; what is drawn by lot depends on the seed alone."""
    chance = random.Random(seed)  # noqa: S311, chance that must repeat
    people = [(genre, text) for genre, texts in WITH_PEOPLE.items() for text in texts]
    nobody = [(genre, text) for genre, texts in WITHOUT_PEOPLE.items() for text in texts]
    for n in range(count):
        pool = nobody if chance.random() < _CLEAN else people
        genre, template = pool[n % len(pool)] if n < len(pool) else chance.choice(pool)
        yield _fill(f"own-{seed}-{n:04d}", genre, template, chance)


def _fill(name: str, genre: str, template: str, chance: random.Random) -> Document:
    people: dict[str, Person] = {}
    pieces: list[str] = []
    marks: dict[str, list[Mark]] = {"span": [], "t": [], "i": []}
    done = length = 0
    for slot in _SLOT.finditer(template):
        before = template[done : slot.start()]
        value, label, kind = _value(slot, people, chance)
        if kind:
            start = length + len(before)
            marks[kind].append(Mark(start, start + len(value), label))
        pieces += [before, value]
        length += len(before) + len(value)
        done = slot.end()
    text = "".join([*pieces, template[done:]])
    return Document(name, text, tuple(marks["span"]), tuple(marks["t"]), tuple(marks["i"]), genre)


def _value(slot: re.Match[str], people: dict[str, Person], chance: random.Random) -> tuple[str, str, str]:
    """What stands in the slot, its label, and which list of marks it belongs to ('' for a brace)."""
    if slot["fact"]:
        number = slot["person"]
        if number not in people:
            people[number] = Person(chance)
        value = people[number].fact(slot["fact"])
        return _disguised(value, slot["fact"], chance), FACTS[slot["fact"]][0], "span"
    if slot["mark"] == "s":
        return slot["text"], "SENSITIVE", "span"
    if slot["mark"]:
        return slot["text"], "looks alike" if slot["mark"] == "t" else "", slot["mark"]
    return slot[0][0], "", ""


def _disguised(value: str, fact: str, chance: random.Random) -> str:
    """A number as people type it: in full width, with a hyphen of another kind, with something invisible inside."""
    if fact not in _NUMBERS:
        return value
    draw = chance.random()
    if draw < _WIDE:
        return value.translate(_FULL_WIDTH)
    if draw < _WIDE + _ODD_HYPHEN:
        return value.replace("-", chance.choice(_HYPHENS))
    if draw < _WIDE + _ODD_HYPHEN + _BROKEN:
        middle = len(value) // 2
        return f"{value[:middle]}\u200b{value[middle:]}"
    return value
