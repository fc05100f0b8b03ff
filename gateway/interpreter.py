"""What the interpreter and its allocator are told so that one process serves many exchanges well.

A long text is read on a thread of its own for a second or more while streams must go on. Three things would stand in
the way: how long a thread keeps the interpreter when others wait for it; full collections of garbage, which walk
through everything that lives; and a heap for each thread, none of which gives back what it no longer uses. And what only
loading needs is left behind with it: collections, which find next to nothing then, and the parts of mapped files (the
dictionary, above all) that were looked at once.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
import sys
from pathlib import Path

_TURN_SECONDS = 0.001
_THRESHOLDS = (2_000, 10, 500)
"""Of the collector's generations: the second walks through 20,000 new objects at most (milliseconds); a full one is rare."""
_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's mallopt(3)."""


_MAPPED_LEAST = 16 << 20
"""Bytes from which a mapped file is worth giving back."""


def prepare() -> None:
    """Call before anything is loaded and any thread started: one heap for all, since only one of them runs at a time.

    Nothing is collected until ``settle``: what is loaded stays.
    """
    gc.disable()
    if allocator := _glibc():
        allocator.mallopt(_ARENA_MAX, 1)


def settle() -> None:
    """Call once everything is loaded. What was loaded stays, and is never walked through again."""
    sys.setswitchinterval(_TURN_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
    if library := _glibc():
        library.malloc_trim(0)
        _give_back(library)


def _give_back(library: ctypes.CDLL) -> None:
    """Large files that are mapped to be read, and shared: their pages come back from the system's cache when asked for.

    Others are left alone: a page of a private mapping may hold what no file has.
    """
    for line in Path("/proc/self/maps").read_text("utf-8", "surrogateescape").splitlines():
        bounds, rights, _, _, inode, *path = line.split(maxsplit=5)
        start, end = (int(bound, 16) for bound in bounds.split("-"))
        if rights == "r--s" and inode != "0" and path and end - start >= _MAPPED_LEAST:
            library.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED)


def _glibc() -> ctypes.CDLL | None:
    """The C library, where it is the one that knows these calls."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
