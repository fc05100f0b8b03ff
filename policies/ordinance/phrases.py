"""Phrases and concepts: what a check looks for, written once, found in every inflection.

A phrase is written as it would stand in a text. ``…`` is a gap of up to twenty characters and ``……`` one of up to
eighty, both inside one sentence; ``&`` joins parts that stand in one sentence in any order; ``<名前>`` is a concept, a
list of phrases of its own. A piece that ends in a verb, an adjective or ない in its dictionary form (検査を省く,
届け出ない) stands for all its forms and spellings: 検査を省いて, 届出していません. All other pieces are literal.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

from pydantic import AfterValidator, Field

from policies.automata import Strings
from policies.normalize import normalize
from policies.ordinance.stream import stream_of
from policies.schema import Strict, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Span: TypeAlias = tuple[int, int]

NEAR, FAR = 20, 80
_GAP = re.compile(r"(……|…)")
_PIECE = re.compile(r"……|…|<[^<>&…]+>|[^<>…]+")
_WAYS = {"…": NEAR, "……": FAR}
_REFERENCE = re.compile(r"<([^<>&…]+)>")


def _well_formed(phrase: str) -> str:
    """A phrase has words in each of its places."""
    for part in phrase.split("&"):
        if any(not normalize(piece).text.strip() for piece in _GAP.split(part)[::2]):
            raise ValueError("a phrase must have words, and on both sides of … and &")
        if part.count("<") != part.count(">") or "".join(_PIECE.findall(part)) != part:
            raise ValueError("a concept is named as <名前>")
    return phrase


Phrase = Annotated[Text, AfterValidator(_well_formed)]


class Concept(Strict):
    """A matter and the ways in which people write it, kept once and used by many checks as ``<id>``."""

    id: Annotated[str, Field(pattern=r"^[^<>&…\s]{1,40}$")] = Field(
        description="Name, such as `随意契約`; used in phrases as `<随意契約>`."
    )
    phrases: tuple[Phrase, ...] = Field(min_length=1, description="The ways to write it.")


class UnknownConceptError(ValueError):
    """A phrase names a concept that no file defines, or one that leads back to itself."""


def references(phrase: str) -> list[str]:
    """The concepts that a phrase names."""
    return _REFERENCE.findall(phrase)


class Literal(NamedTuple):
    """A piece, looked for as it stands or among the words."""

    number: int


class Row(NamedTuple):
    """Pieces in their order; ``gaps[i]`` is the longest way from piece i to the next one."""

    number: int
    pieces: tuple[Node, ...]
    gaps: tuple[int, ...]


class Together(NamedTuple):
    """Parts of one sentence, in any order."""

    number: int
    parts: tuple[Node, ...]


class AnyOf(NamedTuple):
    """Any of the phrases of a concept."""

    number: int
    phrases: tuple[Node, ...]


Node: TypeAlias = "Literal | Row | Together | AnyOf"


class Lexicon:
    """All phrases of all checks, compiled: what is asked of a text in one pass."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._concepts = {concept.id: concept for concept in concepts}
        self._compiled: dict[str, Node | None] = {}
        self._groups: dict[tuple[Node, ...], AnyOf] = {}
        self._literals: dict[tuple[str, bool], Literal] = {}
        self._size = 0
        # Single characters stand in most texts and decide little: they are looked for only when they are asked for.
        self.single: dict[int, str] = {}
        self.plain: dict[int, int] = {}
        self.of_words: dict[int, int] = {}
        """Lengths of the literals, by number: of those looked for in the text, and of those in its stream of words."""
        self.nodes: dict[int, Node] = {}
        self.members: dict[int, frozenset[int]] = {}
        """The numbers of the phrases of which any will do, by the number of the node that joins them."""

    def phrase(self, text: str) -> Node:
        """A compiled phrase. Raises UnknownConceptError."""
        key = f"\0{text}"
        if (known := self._compiled.get(key)) is None:
            parts = [self._row(part) for part in text.split("&")]
            known = parts[0] if len(parts) == 1 else self._noted(Together(self._next(), tuple(parts)))
            self._compiled[key] = known
        return known

    def concept(self, name: str) -> Node:
        """A compiled concept."""
        if name not in self._concepts:
            raise UnknownConceptError(f"no file defines the concept {name}")
        if name not in self._compiled:
            self._compiled[name] = None
            phrases = tuple(self.phrase(phrase) for phrase in self._concepts[name].phrases)
            self._compiled[name] = self._joined(phrases)
        if (known := self._compiled[name]) is None:
            raise UnknownConceptError(f"the concept {name} leads back to itself")
        return known

    def group(self, phrases: Iterable[str]) -> AnyOf:
        """Any of these phrases, compiled; one node for all who ask for the same."""
        nodes = tuple(self.phrase(phrase) for phrase in phrases)
        if nodes not in self._groups:
            self._groups[nodes] = self._joined(nodes)
        return self._groups[nodes]

    def triggers(self, node: Node) -> frozenset[int]:
        """Literals of which one stands in every text that the phrase stands in; of single characters only if it must be."""
        if isinstance(node, Literal):
            return frozenset({node.number})
        if isinstance(node, AnyOf):
            return frozenset().union(*(self.triggers(phrase) for phrase in node.phrases))
        pieces = node.pieces if isinstance(node, Row) else node.parts
        sets = [self.triggers(piece) for piece in pieces]
        return min(sets, key=lambda numbers: (not numbers.isdisjoint(self.single), len(numbers)))

    @cached_property
    def automata(self) -> tuple[Strings[int], Strings[int]]:
        """One for the text as it stands, one for its stream of words. Compile all phrases first."""
        plain, of_words = (
            Strings(
                {
                    word: literal.number
                    for (word, inflected), literal in self._literals.items()
                    if inflected is of_words and literal.number not in self.single
                }
            )
            for of_words in (False, True)
        )
        return plain, of_words

    @cached_property
    def reach(self) -> tuple[frozenset[int], dict[int, frozenset[int]]]:
        """What may stand in any text, and for each literal, what may stand where it stands. Compile all phrases first."""
        anywhere: set[int] = set()
        reach: dict[int, set[int]] = {}
        for node in self.nodes.values():
            literals = self.triggers(node)
            if not literals.isdisjoint(self.single):
                anywhere.add(node.number)
            for literal in literals:
                reach.setdefault(literal, set()).add(node.number)
        return frozenset(anywhere), {literal: frozenset(nodes) for literal, nodes in reach.items()}

    @cached_property
    def sure(self) -> dict[int, frozenset[int]]:
        """For each node that joins phrases, the literals of which one is enough. Compile all phrases first."""
        return {number: frozenset(self._enough(self.nodes[number])) for number in self.members}

    def _enough(self, node: Node) -> Iterator[int]:
        if isinstance(node, Literal) and node.number not in self.single:
            yield node.number
        elif isinstance(node, AnyOf):
            for phrase in node.phrases:
                yield from self._enough(phrase)

    def _noted(self, node: Node) -> Node:
        self.nodes[node.number] = node
        return node

    def _joined(self, phrases: tuple[Node, ...]) -> AnyOf:
        node = AnyOf(self._next(), phrases)
        self._noted(node)
        self.members[node.number] = frozenset(phrase.number for phrase in phrases)
        return node

    def _next(self) -> int:
        self._size += 1
        return self._size

    def _row(self, part: str) -> Node:
        nodes: list[Node] = []
        gaps: list[int] = []
        for piece in _PIECE.findall(part.strip()):
            if piece in _WAYS:
                gaps[-1] = _WAYS[piece]
            else:
                nodes.append(self._piece(piece))
                gaps.append(0)
        return nodes[0] if len(nodes) == 1 else self._noted(Row(self._next(), tuple(nodes), tuple(gaps[:-1])))

    def _piece(self, piece: str) -> Node:
        if named := _REFERENCE.fullmatch(piece.strip()):
            return self.concept(named[1])
        key = stream_of(piece)
        if key not in self._literals:
            literal = Literal(self._next())
            self._literals[key] = literal
            (self.of_words if key[1] else self.plain)[literal.number] = len(key[0])
            self._noted(literal)
            if len(key[0]) == 1 and not key[1]:
                self.single[literal.number] = key[0]
        return self._literals[key]


def undefined(phrases: Iterable[str], concepts: Mapping[str, Any]) -> Iterator[str]:
    """The names in the phrases that are no concept."""
    for phrase in phrases:
        yield from (name for name in references(phrase) if name not in concepts)


def circular(name: str, concepts: Mapping[str, Concept]) -> bool:
    """Whether a concept leads back to itself."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        concept = concepts.get(waiting.pop())
        for phrase in concept.phrases if concept else ():
            for other in references(phrase):
                if other == name:
                    return True
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return False
