"""What the interpreter is told before the gateway serves."""

from __future__ import annotations

import gc
import sys

import pytest

from gateway import interpreter


@pytest.fixture(autouse=True)
def _as_before() -> object:
    thresholds, turn = gc.get_threshold(), sys.getswitchinterval()
    yield
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
    interpreter.prepare()
    interpreter.settle()
    assert sys.getswitchinterval() <= 0.001
    first, second, full = gc.get_threshold()
    assert first * second <= 20_000
    assert first * second * full >= 1_000_000
