"""Weights in records: each key finds its own, in whole steps, and sums stay apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from redaction.tagger.weights import BIAS, BUCKETS, MOST_SUMMED, VOTERS, counted, displace, table

if TYPE_CHECKING:
    from redaction.tagger import weights


def made(count: int, seed: int = 0) -> tuple[weights.Keys, weights.Steps]:
    chance = np.random.default_rng(seed)
    keys = np.unique(chance.integers(1, 1 << 32, count, np.uint32) | np.uint32(1))
    return keys, chance.integers(-80, 81, (len(keys), VOTERS)).astype(np.int8)


def test_each_key_finds_its_own_steps() -> None:
    keys, steps = made(260_000)
    laid = table(keys, steps, displace(keys))
    assert (counted(laid.votes(keys), 1) == steps).all()


def test_a_key_that_is_not_there_and_none_at_all_vote_for_nobody() -> None:
    keys, steps = made(100_000)
    laid = table(keys, steps, displace(keys))
    others = np.setdiff1d(made(50_000, seed=1)[0], keys)
    assert not counted(laid.votes(others), 1).any()
    assert not counted(laid.votes(np.zeros(3, np.uint32)), 1).any()


def test_votes_can_be_summed_without_running_into_their_neighbours() -> None:
    keys = np.array([5, 7], np.uint32)
    steps = np.array([[80, -80, 80, -80], [-80, 80, -80, 80]], np.int8)
    laid = table(keys, steps, displace(keys))
    for n, key in enumerate(keys):
        summed = laid.votes(np.full(MOST_SUMMED, key)).sum()
        assert counted(np.array([summed]), MOST_SUMMED).tolist() == [(steps[n].astype(int) * MOST_SUMMED).tolist()]
    assert BIAS > 80 + 40


def test_displacements_of_other_keys_are_refused() -> None:
    keys, steps = made(200_000)
    with pytest.raises(ValueError, match="places"):
        table(keys, steps, np.zeros(BUCKETS, np.uint8))


def test_more_keys_than_places_are_refused() -> None:
    keys = np.arange(1, 1 << 21, 2, dtype=np.uint32)
    with pytest.raises(ValueError, match="too many"):
        displace(keys)


def test_no_keys_at_all() -> None:
    keys, steps = np.zeros(0, np.uint32), np.zeros((0, VOTERS), np.int8)
    assert not counted(table(keys, steps, displace(keys)).votes(np.array([1, 9], np.uint32)), 1).any()
