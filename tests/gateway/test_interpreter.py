"""What the interpreter is told before the gateway serves."""

from __future__ import annotations

import ctypes
import gc
import mmap
import sys
from pathlib import Path

import pytest

from gateway import interpreter


@pytest.fixture(autouse=True)
def _as_before() -> object:
    thresholds, turn = gc.get_threshold(), sys.getswitchinterval()
    yield
    gc.enable()
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(turn)


def test_what_was_loaded_is_walked_through_no_more() -> None:
    loaded = [[n] for n in range(10)]
    before = gc.get_freeze_count()
    interpreter.settle()
    assert gc.get_freeze_count() > before
    assert not any(each is loaded for each in gc.get_objects())


def test_a_thread_gives_way_within_milliseconds_and_full_collections_are_rare() -> None:
    interpreter.settle()
    assert sys.getswitchinterval() <= 0.001
    first, second, full = gc.get_threshold()
    assert first * second <= 20_000
    assert first * second * full >= 1_000_000


def test_nothing_is_collected_while_loading_and_again_afterwards() -> None:
    interpreter.prepare()
    assert not gc.isenabled()
    interpreter.settle()
    assert gc.isenabled()


def resident(address: int) -> int:
    """Kilobytes of the mapping at an address that are in memory for this process."""
    lines = iter(Path("/proc/self/smaps").read_text("utf-8", "surrogateescape").splitlines())
    for line in lines:
        bounds = line.split(maxsplit=1)[0].split("-")
        if len(bounds) == 2 and int(bounds[0], 16) <= address < int(bounds[1], 16):
            return next(int(line.split()[1]) for line in lines if line.startswith("Rss:"))
    raise AssertionError("no such mapping")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says what is mapped")
def test_large_files_that_are_only_read_are_given_back_and_stay_readable(tmp_path: Path) -> None:
    path = tmp_path / "dictionary"
    path.write_bytes(b"relay" * (5 << 20))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, mmap.MAP_SHARED, mmap.PROT_READ) as shared:
        private = mmap.mmap(file.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
        private[:5] = b"ours!"
        assert len(shared[:]) == len(private[:])
        at = ctypes.addressof(ctypes.c_char.from_buffer(private))
        before = resident(at)
        assert before > 16 << 10
        sizes = mapped(path)
        interpreter.settle()
        assert resident(at) == before
        assert mapped(path) < sizes - (16 << 10)
        assert private[:5] == b"ours!"  # what no file has is not thrown away
        assert shared[:5] == b"relay"


def mapped(path: Path) -> int:
    """Kilobytes of a file that are in memory for this process, in all its mappings."""
    total, of_file = 0, False
    for line in Path("/proc/self/smaps").read_text("utf-8", "surrogateescape").splitlines():
        if "-" in line.split(maxsplit=1)[0]:
            of_file = line.endswith(str(path))
        elif of_file and line.startswith("Rss:"):
            total += int(line.split()[1])
    return total
