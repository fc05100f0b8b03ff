"""Words that stand in every text, described and weighed once for all texts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from redaction.tagger.features import NEIGHBOURS, WIDTHS, edge, slots
from redaction.tagger.words import Word, is_ordinary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.tokens import Token
    from redaction.tagger.features import Keys
    from redaction.tagger.weights import Table, Votes

_MOST = 16_384
"""Ordinary words that are remembered; then the memory begins anew."""
_BEGINS = np.cumsum((0, *WIDTHS[:-1]))


class Lexicon:
    """Makes words of tokens, and knows what the tables say of each. Remembers ordinary words, and no others.

    Safe between threads: a word that two threads make at once is made twice, and is the same.
    """

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = tuple(tables)
        self._known: dict[tuple[str, tuple[str, ...]], Word] = {}
        self._lock = threading.Lock()
        self._edges = tuple(_weighed(each, edge()).tobytes() for each in self._tables)

    def read(self, tokens: Sequence[Token]) -> list[Word]:
        """A word for each token."""
        known = self._known
        words: list[Word] = []
        for token in tokens:
            word = known.get((token.surface, token.pos))
            if word is None:
                word = Word(token)
                if is_ordinary(token):
                    self._remember(token, word)
            words.append(word)
        return words

    def votes(self, words: Sequence[Word], table: int) -> Votes:
        """What a table says of each word as each kind of neighbour, and of what lies beyond: (words + 1, NEIGHBOURS)."""
        if new := [word for word in words if table not in word.votes]:
            weighed = _weighed(self._tables[table], slots(new))
            for word, row in zip(new, weighed, strict=True):
                word.votes[table] = row.tobytes()
        packed = b"".join([*(word.votes[table] for word in words), self._edges[table]])
        return np.frombuffer(packed, np.uint64).reshape(-1, NEIGHBOURS)

    def _remember(self, token: Token, word: Word) -> None:
        with self._lock:
            if len(self._known) >= _MOST:
                self._known = {}
            self._known[token.surface, token.pos] = word


def _weighed(table: Table, keys: Keys) -> Votes:
    """The votes of words at each place, from their keys at all places: (words, NEIGHBOURS)."""
    votes: Votes = np.add.reduceat(table.votes(keys), _BEGINS, axis=1)
    return votes
