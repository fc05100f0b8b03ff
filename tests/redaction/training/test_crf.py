"""Training of the chain on a small made-up language."""

from __future__ import annotations

import numpy as np

from redaction.tagger import chain
from redaction.training.crf import Examples, Plan, train


def language(seed: int) -> Examples:
    """Feature 1 or 2 for each word; what follows feature 2 has label 1, whatever it is."""
    chance = np.random.default_rng(seed)
    words = chance.integers(1, 3, 600)
    labels = np.concatenate(([0], (words[:-1] == 2).astype(np.int64)))
    bounds = np.arange(0, 601, 6)
    labels[bounds[:-1]] = 0
    before = np.concatenate(([0], words[:-1] + 2))
    before[bounds[:-1]] = 0
    return Examples(np.stack([words, before], axis=1).astype(np.int32), labels, bounds)


def test_it_learns_what_there_is_to_learn() -> None:
    learnt = language(1)
    weights, steps = train(learnt, 5, 2, Plan(epochs=20, size=10, dropped=0.1, seed=3))
    other = language(2)
    found = chain.best(weights[other.features].sum(1), steps, other.bounds)
    assert (found == other.labels).mean() > 0.99


def test_the_same_seed_gives_the_same_weights() -> None:
    plan = Plan(epochs=2, size=10, seed=3)
    one, other = train(language(1), 5, 2, plan), train(language(1), 5, 2, plan)
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])
    assert not np.array_equal(one[0], train(language(1), 5, 2, plan._replace(seed=4))[0])


def test_no_feature_weighs_nothing() -> None:
    assert not train(language(1), 5, 2, Plan(epochs=2, size=10))[0][0].any()
