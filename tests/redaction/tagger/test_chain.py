"""The chain against all sequences written out."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from redaction.tagger import chain


def scores(seed: int, words: int, labels: int = 3) -> tuple[chain.Scores, chain.Scores]:
    chance = np.random.default_rng(seed)
    return chance.normal(size=(words, labels)).astype(np.float32), chance.normal(size=(labels, labels)).astype(
        np.float32
    )


def value(emissions: chain.Scores, steps: chain.Scores, labels: tuple[int, ...]) -> float:
    return float(
        sum(emissions[n, label] for n, label in enumerate(labels)) + sum(steps[a, b] for a, b in pairwise(labels))
    )


@pytest.mark.parametrize("seed", range(40))
def test_words_that_are_surely_of_the_first_label_change_no_path(seed: int) -> None:
    emissions, steps = scores(seed, 12)
    emissions[:, 0] += np.random.default_rng(seed).choice([0, 4, 40], 12)
    bounds = np.array([0, 5, 12])
    found = chain.best(emissions, steps, bounds).tolist()
    for start, end in pairwise(bounds.tolist()):
        wanted = max(product(range(3), repeat=end - start), key=lambda s: value(emissions[start:end], steps, s))
        assert tuple(found[start:end]) == wanted


@pytest.mark.parametrize("seed", range(5))
def test_the_best_sequence_is_the_best_of_all(seed: int) -> None:
    emissions, steps = scores(seed, 9)
    bounds = np.array([0, 4, 5, 9])
    found = chain.best(emissions, steps, bounds, size=2).tolist()
    for start, end in pairwise(bounds.tolist()):
        wanted = max(product(range(3), repeat=end - start), key=lambda s: value(emissions[start:end], steps, s))
        assert tuple(found[start:end]) == wanted


def test_expectations_are_those_of_all_sequences() -> None:
    emissions, steps = scores(3, 6)
    starts, lengths = np.array([0, 4]), np.array([4, 2])
    by_step = np.array([0, 4, 1, 5, 2, 3])
    marginals, expected, total = chain.expectations(emissions[by_step], steps, (starts, lengths))
    wanted, wanted_steps, log_z = np.zeros((6, 3)), np.zeros((3, 3)), 0.0
    for start, length in zip(starts, lengths, strict=True):
        every = list(product(range(3), repeat=int(length)))
        weights = np.exp([value(emissions[start : start + length], steps, s) for s in every])
        log_z += float(np.log(weights.sum()))
        for sequence, share in zip(every, weights / weights.sum(), strict=True):
            for n, label in enumerate(sequence):
                wanted[start + n, label] += share
            for one, other in pairwise(sequence):
                wanted_steps[one, other] += share
    assert np.allclose(marginals, wanted[by_step], atol=1e-5)
    assert np.allclose(expected, wanted_steps, atol=1e-5)
    assert total == pytest.approx(log_z, abs=1e-4)


def test_sequences_end_with_lines_and_are_never_endless() -> None:
    assert chain.cut(np.array([False, True, False])).tolist() == [0, 2, 3]
    assert chain.cut(np.array([False, True])).tolist() == [0, 2]
    assert chain.cut(np.zeros(0, bool)).tolist() == [0]
    assert max(np.diff(chain.cut(np.zeros(10_000, bool)))) == chain.LONGEST


def test_nothing_has_no_labels() -> None:
    emissions, steps = scores(0, 0)
    assert chain.best(emissions, steps, np.zeros(1, np.int64)).tolist() == []
