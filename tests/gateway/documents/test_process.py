"""A document is read in a process of its own, which can be late, greedy or dead without harm."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gateway.documents import process
from gateway.documents.limits import Limits, UnreadableError
from gateway.documents.process import Reader
from tests.fixtures import documents

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_document_comes_back_as_text() -> None:
    reader = Reader(Limits())
    assert "佐藤花子" in (await reader.read("a.docx", documents.word("佐藤花子")) or "")
    assert await reader.read("a.png", b"\x89PNG") is None


async def test_a_broken_document_is_named_so() -> None:
    with pytest.raises(UnreadableError, match="broken"):
        await Reader(Limits()).read("a.docx", documents.word("x")[:-40])


async def test_a_bomb_does_not_burst() -> None:
    with pytest.raises(UnreadableError, match="expands"):
        await Reader(Limits()).read("a.docx", documents.bomb(220))


@pytest.mark.parametrize(
    ("program", "reason"),
    [("while True: pass", "slow"), ("import os; os._exit(1)", "broken"), ("print('no json')", "broken")],
)
async def test_a_process_that_hangs_or_dies(monkeypatch: pytest.MonkeyPatch, program: str, reason: str) -> None:
    monkeypatch.setattr(process, "_PROGRAM", program)
    with pytest.raises(UnreadableError, match=reason):
        await Reader(Limits(timeout_seconds=0.5)).read("a.txt", b"x")


async def test_too_large_a_document_is_not_even_handed_over() -> None:
    with pytest.raises(UnreadableError, match="large"):
        await Reader(Limits(max_bytes=1)).read("a.txt", b"xx")


def test_memory_is_bounded(tmp_path: Path) -> None:
    program = (
        "from gateway.documents.process import _bound; from gateway.documents.limits import Limits\n"
        "_bound(Limits(max_memory_bytes=300 << 20))\n"
        "try: x = bytearray(1 << 30)\nexcept MemoryError: print('bounded')\n"
        f"try: open({str(tmp_path / 'x')!r}, 'w').write('x' * 9999)\nexcept OSError: print('no file')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stdout.split("\n")[:1] == ["bounded"], done.stderr
    assert json.dumps(done.stdout).count("no file") <= 1
