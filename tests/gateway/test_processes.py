"""Workers behind one parent: real processes, started, killed, ended. The parent is a process of its own here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.gateway_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

PARENT = """
import logging, os, signal, sys, time
from pathlib import Path
from gateway import processes
from gateway.processes import Processes

logging.basicConfig(level=logging.INFO)
folder, life = Path(sys.argv[1]), sys.argv[2]
processes.PATIENCE_SECONDS, processes._LONGEST_PAUSE = 1.0, 0.1
if life == "lame":
    processes.STEADY_SECONDS = 0.1

def work(post):
    ended = []
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda kind, _: ended.append(kind))
    if life == "bad" and post.number == 1:
        print("this is wrong", file=sys.stderr)
        return 1
    if life == "raising":
        raise KeyError("secret words")
    (folder / f"{post.number}-{os.getpid()}").touch()
    while (life == "deaf" or len(ended) < (2 if life == "slow" else 1)) and post.report():
        if life in ("short", "lame") and post.number == 1:
            time.sleep(0.05)
            return 0
        time.sleep(0.02)
    return 0

gone = lambda pid: (folder / f"gone-{pid}").touch()
with open(folder / "threads", "w") as file:
    file.write(str(len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1))
sys.exit(Processes(2, work, gone).run())
"""


@contextmanager
def parent(folder: Path, life: str = "long") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PARENT, str(folder), life]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            for pid in workers(folder).values():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def workers(folder: Path) -> dict[int, int]:
    """The process of each number; the newest that has not gone."""
    begun = [path for path in folder.iterdir() if path.name[0].isdigit()]
    pairs = (path.name.split("-") for path in sorted(begun, key=lambda path: path.stat().st_mtime_ns))
    return {int(number): int(pid) for number, pid in pairs if not (folder / f"gone-{pid}").exists()}


def until(folder: Path, count: int, but: int = 0) -> dict[int, int]:
    """Wait for so many workers without a certain one."""
    for _ in range(500):
        found = workers(folder)
        if len(found) == count and but not in found.values():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not {count} workers: {workers(folder)}")


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=20)
    return process.returncode, said


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_all_end_when_the_parent_is_asked(tmp_path: Path, kind: signal.Signals) -> None:
    with parent(tmp_path) as process:
        running = until(tmp_path, 2)
        process.send_signal(kind)
        code, said = ended(process)
        assert code == 0
        assert "ended" not in said, "who was asked to end is no accident"
        assert not any(map(alive, running.values()))


def test_a_killed_worker_is_started_anew_and_told_of(tmp_path: Path) -> None:
    with parent(tmp_path) as process:
        before = until(tmp_path, 2)
        os.kill(before[1], signal.SIGKILL)
        after = until(tmp_path, 2, but=before[1])
        assert after[0] == before[0]
        assert (tmp_path / f"gone-{before[1]}").exists()
        process.terminate()
        code, said = ended(process)
        assert code == 0
        assert f"worker 2 (process {before[1]}) ended: signal 9" in said


def test_a_worker_that_cannot_start_stops_the_start(tmp_path: Path) -> None:
    with parent(tmp_path, "bad") as process:
        code, said = ended(process)
        assert code == 1
        assert said.count("this is wrong") == 1
        assert workers(tmp_path) == {}


def test_what_a_worker_raises_stays_in_it(tmp_path: Path) -> None:
    with parent(tmp_path, "raising") as process:
        code, said = ended(process)
        assert code == 1
        assert said.count("worker 1 failed") == 1, "the second is never started"


def test_a_worker_that_dies_again_and_again_ends_it_all(tmp_path: Path) -> None:
    with parent(tmp_path, "short") as process:
        _, said = process.communicate(timeout=20)
        assert process.returncode == 1
        assert "again and again" in said
        assert said.count("ended: exit status 0") == 6
        assert workers(tmp_path) == {}


def test_while_one_serves_another_that_dies_again_and_again_is_tried_on(tmp_path: Path) -> None:
    with parent(tmp_path, "lame") as process:
        for _ in range(1_000):
            if sum(path.name.startswith("1-") for path in tmp_path.iterdir()) > 8:
                break
            time.sleep(0.02)
        assert process.poll() is None
        assert alive(workers(tmp_path)[0])
        process.send_signal(signal.SIGTERM)
        code, said = ended(process)
        assert code == 0
        assert "worker 2 dies again and again" in said


def test_being_asked_twice_hurries_them(tmp_path: Path) -> None:
    with parent(tmp_path, "slow") as process:
        until(tmp_path, 2)
        process.terminate()
        time.sleep(0.2)
        assert process.poll() is None
        process.terminate()
        assert ended(process)[0] == 0


def test_who_does_not_end_is_ended(tmp_path: Path) -> None:
    with parent(tmp_path, "deaf") as process:
        running = until(tmp_path, 2)
        process.terminate()
        code, said = ended(process)
        assert code == 0
        assert "2 workers did not end in time" in said
        assert not any(map(alive, running.values()))


def test_workers_without_a_parent_end_themselves(tmp_path: Path) -> None:
    with parent(tmp_path) as process:
        running = until(tmp_path, 2)
        process.kill()
        process.wait(10)
        for _ in range(250):
            if not any(map(alive, running.values())):
                return
            time.sleep(0.02)
        raise AssertionError("they live on")


def test_the_parent_has_one_thread(tmp_path: Path) -> None:
    with parent(tmp_path):
        until(tmp_path, 2)
        assert (tmp_path / "threads").read_text() == "1", "a fork beside other threads may never end"
