"""The corpus on standard output: gold lines, the same for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redaction.evaluation.gold import read

if TYPE_CHECKING:
    from collections.abc import Callable


def test_it_writes_gold(run: Callable[..., tuple[int, str, str]]) -> None:
    status, out, _ = run("corpus", "--seed", "5", "--documents", "30")
    assert status == 0
    assert len(read([line.encode() for line in out.splitlines()], "corpus")) == 30
    assert run("corpus", "--seed", "5", "--documents", "30")[1] == out


def test_none_is_refused(run: Callable[..., tuple[int, str, str]]) -> None:
    status, out, err = run("corpus", "--documents", "0")
    assert (status, out) == (2, "")
    assert "at least 1" in err
