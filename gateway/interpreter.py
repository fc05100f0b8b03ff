"""What the interpreter and its allocator are told so that one process serves many exchanges well.

A long text is read on a thread of its own for a second or more while streams must go on. Three things would stand in
the way: how long a thread keeps the interpreter when others wait for it; full collections of garbage, which walk
through everything that lives; and a heap for each thread, none of which gives back what it no longer uses.
"""

from __future__ import annotations

import ctypes
import gc
import sys

_TURN_SECONDS = 0.001
_THRESHOLDS = (2_000, 10, 500)
"""Of the collector's generations: the second walks through 20,000 new objects at most (milliseconds); a full one is rare."""
_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's mallopt(3)."""


def prepare() -> None:
    """Call before any thread is started and before anything is loaded.

    One heap for all threads, since only one of them runs at a time; and what is being loaded lives, so that walking
    through it again and again would free nothing.
    """
    gc.set_threshold(*_THRESHOLDS)
    if allocator := _glibc():
        allocator.mallopt(_ARENA_MAX, 1)


def settle() -> None:
    """Call once everything is loaded. What was loaded stays, and is never walked through again."""
    sys.setswitchinterval(_TURN_SECONDS)
    gc.collect()
    gc.freeze()
    if allocator := _glibc():
        allocator.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    """The C library, where it is the one that knows these calls."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
