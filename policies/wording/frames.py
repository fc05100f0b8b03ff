"""Frames: what is said of anyone, told by each pattern of those whom it is about.

「だから任せられない」 hurts whomever it is said of. A frame holds such ways of speaking once, with ``<だれ>`` in the
place of the people; a pattern names its frames and, in ``about``, the people. Adding a group of people or a frame is a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.wording.entries import SUBJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policies.wording.entries import Frame, PatternEntry


def spread(entry: PatternEntry, frames: Mapping[str, Frame]) -> PatternEntry:
    """The pattern with the sequences of its frames as its own. Frames that do not exist add none."""
    if not entry.frames:
        return entry
    added = tuple(sequence for _, sequence in sequences(entry, frames))
    return entry.model_copy(update={"sequences": (*entry.sequences, *added), "frames": (), "about": None})


def sequences(entry: PatternEntry, frames: Mapping[str, Frame]) -> Iterator[tuple[int, str]]:
    """Each sequence that the frames of a pattern come to: number of the frame in it, and the sequence."""
    for n, name in enumerate(entry.frames):
        if name in frames:
            for sequence in frames[name].sequences:
                yield n, sequence.replace(SUBJECT, entry.about or "")
