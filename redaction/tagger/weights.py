"""Learnt weights by key, laid out so that a text's thousands of questions touch little memory.

A record of 64 bits holds a key and what it weighs for each label but the first, in whole steps relative to the first
(a constant taken from all labels of a word changes no path). Where a key's record lies is said by a displacement that
its bucket of keys was given when the model was made (hash and displace: Pagh 1999), so one look finds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Keys = NDArray[np.uint32]
    Steps = NDArray[np.int8]
    Votes = NDArray[np.uint64]
    Displacements = NDArray[np.uint8]

VOTERS = 4
"""Labels that a record votes on: all but the first."""
BIAS = 128
"""Added to each vote, so that sums of them never borrow from their neighbours in a number of 64 bits."""
MOST_SUMMED = (1 << 16) // (2 * BIAS)
"""Votes of which the sum has room."""
BUCKETS = 1 << 16
_PLACES = 1 << 19
_ORDER = (0, 2, 1, 3)
"""Of the bytes of a record, so that the sums come out in the order of the labels."""
_NOTHING = np.uint64(BIAS * 0x01010101)
_EVEN, _ODD = np.uint64(0x00FF00FF), np.uint64(0xFF00FF00)


class Table(NamedTuple):
    """Where records lie and what they say. Immutable."""

    displacements: Displacements
    records: NDArray[np.uint64]

    def votes(self, keys: Keys) -> Votes:
        """The votes of each key, with their bias: four numbers of 16 bits in one of 64, so that they can be summed.

        A key that is not there, and 0, votes for nobody.
        """
        records = self.records[_place(keys, self.displacements[keys >> np.uint32(16)])]
        votes = np.where(records >> np.uint64(32) == keys, records, _NOTHING)
        return (votes & _EVEN) | ((votes & _ODD) << np.uint64(24))


def counted(votes: Votes, summed: int) -> NDArray[np.int32]:
    """Sums of votes as numbers, a row of ``VOTERS`` for each, when ``summed`` votes are in each sum."""
    return votes.astype("<u8").view("<u2").reshape(-1, VOTERS).astype(np.int32) - BIAS * summed


def table(keys: Keys, steps: Steps, displacements: Displacements) -> Table:
    """A table of keys (not 0), their whole steps (rows, labels) relative to the first label, and where they lie.

    Raises ValueError where two keys claim one place: such displacements belong to other keys.
    """
    records = np.full(_PLACES, _NOTHING, np.uint64)
    places = _place(keys, displacements[keys >> np.uint32(16)])
    packed = np.ascontiguousarray((steps.astype(np.int16) + BIAS).astype(np.uint8)[:, _ORDER]).view("<u4").ravel()
    records[places] = keys.astype(np.uint64) << np.uint64(32) | packed
    if np.count_nonzero(records >> np.uint64(32)) != len(keys):
        raise ValueError("places")
    return Table(displacements, records)


def displace(keys: Keys) -> Displacements:
    """A displacement for each bucket with which no two keys lie in one place; made once, when a model is.

    ``keys`` are different and not 0. Raises ValueError when they are too many to be laid out.
    """
    order = np.argsort(keys >> np.uint32(16), kind="stable")
    ordered = keys[order]
    bounds = np.searchsorted(ordered >> np.uint32(16), np.arange(BUCKETS + 1))
    sizes = np.diff(bounds)
    taken = np.zeros(_PLACES, bool)
    found = np.zeros(BUCKETS, np.uint8)
    tries = np.arange(1 << 8, dtype=np.uint8)[:, None]
    for bucket in np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)].tolist():
        mine = ordered[bounds[bucket] : bounds[bucket + 1]][None, :]
        for begin in range(0, 1 << 8, 64):
            free = np.flatnonzero(~taken[_place(mine, tries[begin : begin + 64])].any(1))
            if len(free):
                found[bucket] = tries[begin + free[0], 0]
                break
        else:
            raise ValueError("too many keys")
        taken[_place(mine, found[bucket])] = True
    return found


def _place(keys: Keys, displaced: Displacements | np.uint8) -> NDArray[np.int64]:
    return (((keys >> np.uint32(1)) ^ displaced) & np.uint32(_PLACES - 1)).astype(np.int64)
