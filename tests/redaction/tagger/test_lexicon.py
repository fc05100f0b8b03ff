"""Ordinary words are remembered, with what the tables say of them; names and numbers are not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from policies.tokens import segment
from redaction.tagger import lexicon
from redaction.tagger.features import NEIGHBOURS, slots
from redaction.tagger.lexicon import Lexicon
from redaction.tagger.weights import VOTERS, Table, displace, table
from redaction.tagger.words import Word

if TYPE_CHECKING:
    import pytest

TEXT = "轡田沙友里さんの介護保険の申請について、電話 090-1234-5678 へ三回連絡した。"


def tables() -> list[Table]:
    keys = np.unique(slots([Word(token) for token in segment(TEXT).tokens]))
    keys = keys[keys > 0]
    chance = np.random.default_rng(0)
    return [
        table(keys, chance.integers(-80, 80, (len(keys), VOTERS)).astype(np.int8), displace(keys)) for _ in range(2)
    ]


def test_names_and_numbers_are_not_remembered() -> None:
    known = Lexicon(tables())
    tokens = segment(TEXT).tokens
    first, again = known.read(tokens), known.read(tokens)
    kept = {token.surface for token, one, other in zip(tokens, first, again, strict=True) if one is other}
    assert {"申請", "電話", "連絡"} <= kept
    assert not kept & {"轡田", "沙友里", "090", "1234", "5678"}
    assert "轡田" not in repr(vars(known))


def test_what_the_tables_say_is_the_same_when_it_is_remembered() -> None:
    known, tokens = Lexicon(tables()), segment(TEXT).tokens
    fresh = [known.votes(known.read(tokens), n).tolist() for n in range(2)]
    assert np.shape(fresh[0]) == (len(tokens) + 1, NEIGHBOURS)
    assert [known.votes(known.read(tokens), n).tolist() for n in range(2)] == fresh
    assert [Lexicon(tables()).votes([Word(token) for token in tokens], n).tolist() for n in range(2)] == fresh
    assert fresh[0] != fresh[1]


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_MOST", 3)
    known = Lexicon(tables())
    for text in ("介護", "申請", "電話", "連絡", "保険", "窓口"):
        known.read(segment(text).tokens)
        assert len(known._known) <= 3


def test_threads_read_the_same() -> None:
    known, tokens = Lexicon(tables()), segment(TEXT).tokens
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda _: known.votes(known.read(tokens), 0).tolist(), range(24)))
    assert all(each == read[0] for each in read)
