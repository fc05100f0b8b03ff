"""A linear chain over labels: the likeliest sequence, and what training has to know about all sequences.

Sequences are read side by side, step by step, so that the work of a step is one operation on arrays (Lafferty,
McCallum and Pereira 2001; Viterbi 1967). Scores are logarithms; ``steps[a, b]`` is that of label b behind label a.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Scores = NDArray[np.float32]
    Numbers = NDArray[np.int64]

LONGEST = 400
"""Words of the longest sequence: a line that goes on without end is cut."""


def cut(breaks: NDArray[np.bool_]) -> Numbers:
    """Where sequences begin, given where lines and sentences end; and the end of all."""
    n = len(breaks)
    starts = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    starts = np.unique(np.concatenate((starts[starts < n], np.arange(0, n, LONGEST))))
    return np.concatenate((starts, [n])).astype(np.int64)


def batches(starts: Numbers, lengths: Numbers, size: int) -> list[tuple[Numbers, Numbers]]:
    """Sequences of about the same length together: their beginnings and their lengths, longest first."""
    order = np.argsort(-lengths, kind="stable")
    return [(starts[part], lengths[part]) for part in np.split(order, range(size, len(order), size))]


def best(emissions: Scores, steps: Scores, bounds: Numbers, size: int = 256) -> Numbers:
    """The likeliest label of each word, sequence by sequence. Linear in the number of words.

    Most words have a first label (O) so much likelier than any other that no neighbour could outweigh it: the best
    path passes through it, and only what lies between such words has to be searched.
    """
    out = np.zeros(len(emissions), np.int64)
    open_words = _open(emissions, steps)
    if not open_words.any():
        return out
    begins = np.zeros(len(emissions) + 1, bool)
    begins[bounds] = True
    first = open_words & (begins[:-1] | ~np.append(False, open_words[:-1]))
    last = open_words & (begins[1:] | ~np.append(open_words[1:], False))
    starts, ends = np.flatnonzero(first), np.flatnonzero(last) + 1
    scores = emissions.copy()
    inside = starts[~begins[starts]]
    scores[inside] += steps[0]
    inside = ends[~begins[ends]] - 1
    scores[inside] += steps[:, 0]
    for batch in batches(starts, ends - starts, size):
        _best(scores, steps, batch, out)
    return out


def _open(emissions: Scores, steps: Scores) -> NDArray[np.bool_]:
    """Words whose label may be another than the first on the best path, whatever their neighbours are."""
    into, out_of = steps - steps[:, :1], steps - steps[:1]
    gained = np.maximum(into.max(0), 0) + np.maximum(out_of.max(1), 0)
    open_words: NDArray[np.bool_] = (emissions[:, 1:] + gained[1:] >= emissions[:, :1]).any(1)
    return open_words


def _best(emissions: Scores, steps: Scores, batch: tuple[Numbers, Numbers], out: Numbers) -> None:
    starts, lengths = batch
    if not len(starts) or not lengths[0]:
        return
    alive = _alive(lengths)
    score = emissions[starts].copy()
    back: list[Numbers] = []
    for t in range(1, lengths[0]):
        k = alive[t]
        ways = score[:k, :, None] + steps
        back.append(ways.argmax(1))
        score[:k] = ways.max(1) + emissions[starts[:k] + t]
    label = score.argmax(1)
    for t in range(lengths[0] - 1, -1, -1):
        k = alive[t]
        out[starts[:k] + t] = label[:k]
        if t:
            label[:k] = back[t - 1][np.arange(k), label[:k]]


def _alive(lengths: Numbers) -> Sequence[int]:
    """How many of the sequences (longest first) have a word at each step."""
    counts: list[int] = np.searchsorted(-lengths, -np.arange(lengths[0]), side="left").tolist()
    return counts


def expectations(emissions: Scores, steps: Scores, batch: tuple[Numbers, Numbers]) -> tuple[Scores, Scores, float]:
    """Probability of each label at each word of a batch, expected number of each step, and the sum of log partitions.

    ``emissions`` are those of the batch alone, step by step: row ``offsets[t] + i`` is word t of sequence i.
    """
    _, lengths = batch
    alive = _alive(lengths)
    offsets = np.concatenate(([0], np.cumsum(alive)))
    forward, total = np.empty_like(emissions), 0.0
    forward[: alive[0]] = emissions[: alive[0]]
    for t in range(1, len(alive)):
        k = alive[t]
        before = forward[offsets[t - 1] : offsets[t - 1] + k]
        forward[offsets[t] : offsets[t] + k] = (
            _sum(before[:, :, None] + steps, 1) + emissions[offsets[t] : offsets[t] + k]
        )
    marginals, expected = np.empty_like(emissions), np.zeros_like(steps)
    backward = np.zeros((alive[0], emissions.shape[1]), emissions.dtype)
    ends = [*alive[1:], 0]
    log_z = np.empty(alive[0], emissions.dtype)
    for t in range(len(alive) - 1, -1, -1):
        k = alive[t]
        here = forward[offsets[t] : offsets[t] + k]
        if ends[t] < k:
            log_z[ends[t] : k] = _sum(here[ends[t] :], 1)
        marginals[offsets[t] : offsets[t] + k] = np.exp(here + backward[:k] - log_z[:k, None])
        if t:
            before = forward[offsets[t - 1] : offsets[t - 1] + k]
            ahead = emissions[offsets[t] : offsets[t] + k] + backward[:k]
            ways = before[:, :, None] + steps + ahead[:, None, :]
            expected += np.exp(ways - log_z[:k, None, None]).sum(0)
            backward[:k] = _sum(steps + ahead[:, None, :], 2)
    total = float(log_z.sum())
    return marginals, expected, total


def _sum(scores: Scores, axis: int) -> Scores:
    """The logarithm of a sum of exponentials, along one axis."""
    top = scores.max(axis, keepdims=True)
    out: Scores = (np.log(np.exp(scores - top).sum(axis, keepdims=True)) + top).squeeze(axis)
    return out
