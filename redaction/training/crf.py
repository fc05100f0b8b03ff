"""Training of the chain: stochastic gradient over batches of sequences, with features dropped by chance.

Adagrad (Duchi, Hazan and Singer 2011) with averaged weights. NumPy alone; the same seed gives the same weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redaction.tagger.chain import batches, expectations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]


class Examples(NamedTuple):
    """Words to learn from: features of each (row numbers of the weights, 0 for none), label, sequence bounds."""

    features: NDArray[np.int32]
    labels: Numbers
    bounds: Numbers


class Plan(NamedTuple):
    """How to train."""

    epochs: int = 12
    size: int = 96
    rate: float = 0.12
    dropped: float = 0.2
    decay: float = 1e-6
    seed: int = 7


class _Batch(NamedTuple):
    rows: Numbers
    """The words of the batch, step by step."""
    shape: tuple[Numbers, Numbers]


def train(examples: Examples, rows: int, labels: int, plan: Plan) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights (rows, labels) and steps (labels, labels)."""
    chance = np.random.default_rng(plan.seed)
    weights, steps = np.zeros((rows, labels), np.float32), np.zeros((labels, labels), np.float32)
    mean, mean_steps = np.zeros_like(weights), np.zeros_like(steps)
    squares, square_steps = np.full(rows, 1e-2, np.float32), np.full_like(steps, 1e-2)
    plans = [
        _batch(shape) for shape in batches(examples.bounds[:-1], np.diff(examples.bounds), plan.size) if shape[1][0]
    ]
    averaged = 0
    for epoch in range(plan.epochs):
        for n in chance.permutation(len(plans)):
            batch = plans[n]
            features = examples.features[batch.rows]
            kept = chance.random(features.shape, np.float32) >= plan.dropped
            features = np.where(kept, features, 0)
            emissions = weights[features].sum(1) / (1 - plan.dropped)
            gold = examples.labels[batch.rows]
            marginals, expected, _ = expectations(emissions, steps, batch.shape)
            marginals[np.arange(len(gold)), gold] -= 1
            expected -= _seen(gold, batch.shape[1], labels)
            touched, gradient = _gathered(features, marginals)
            gradient = gradient + plan.decay * len(gold) * weights[touched]
            squares[touched] += (gradient**2).mean(1)
            weights[touched] -= plan.rate * gradient / np.sqrt(squares[touched])[:, None]
            weights[0] = 0
            square_steps += expected**2
            steps -= plan.rate * expected / np.sqrt(square_steps)
        if epoch >= plan.epochs // 2:
            mean += weights
            mean_steps += steps
            averaged += 1
    return mean / np.float32(averaged), mean_steps / np.float32(averaged)


def _batch(shape: tuple[Numbers, Numbers]) -> _Batch:
    starts, lengths = shape
    rows = [starts[: int(np.count_nonzero(lengths > t))] + t for t in range(lengths[0])]
    return _Batch(np.concatenate(rows), shape)


def _seen(gold: Numbers, lengths: Numbers, labels: int) -> NDArray[np.float32]:
    """How often each step stands in the gold labels, which are given step by step."""
    counts = np.zeros((labels, labels), np.float32)
    alive = [int(np.count_nonzero(lengths > t)) for t in range(lengths[0])]
    at = 0
    for t in range(1, len(alive)):
        before = gold[at : at + alive[t]]
        at += alive[t - 1]
        np.add.at(counts, (before, gold[at : at + alive[t]]), 1)
    return counts


def _gathered(features: NDArray[np.int32], gradient: NDArray[np.float32]) -> tuple[Numbers, NDArray[np.float32]]:
    """The gradient of each row of weights that the batch touches."""
    flat = features.ravel()
    order = np.argsort(flat, kind="stable")
    ordered = flat[order]
    first = np.concatenate(([0], np.flatnonzero(np.diff(ordered)) + 1))
    summed = np.add.reduceat(gradient[order // features.shape[1]], first, axis=0)
    return ordered[first].astype(np.int64), summed
