"""Reads one document in a process of its own: bounded in time and memory, and alone when it crashes.

On standard input a line of JSON (name, limits) and the document; on standard output one JSON object,
``{"text"}`` or ``{"reason"}``. Nothing is written anywhere else.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from gateway.documents import picture
from gateway.documents.limits import Limits, UnreadableError
from gateway.documents.reading import read

if TYPE_CHECKING:
    from gateway.documents.limits import Reason

_PROGRAM = "from gateway.documents.process import main; main()"


class Reader:
    """Reads documents, so many at a time. Raises TesseractMissingError where letters in pictures cannot be read as asked."""

    def __init__(self, limits: Limits) -> None:
        if limits.pictures == "text" and not picture.installed():
            raise picture.TesseractMissingError
        self._limits = limits
        self._places = asyncio.Semaphore(limits.processes)

    @property
    def most(self) -> int:
        """Documents that one request may have."""
        return self._limits.max_documents

    @property
    def pictures(self) -> bool:
        """Whether letters in pictures are read."""
        return self._limits.pictures == "text"

    async def read(self, name: str, data: bytes) -> str | None:
        """The text of a document; None for what is none. Raises UnreadableError."""
        if len(data) > self._limits.max_bytes:
            raise UnreadableError("large")
        head = json.dumps({"name": name, "limits": self._limits.model_dump()}).encode()
        async with self._places:
            answer = await self._ask(head + b"\n" + data)
        if "reason" in answer:
            raise UnreadableError(cast("Reason", answer["reason"]))
        text: str | None = answer["text"]
        return text

    async def _ask(self, question: bytes) -> dict[str, Any]:
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _PROGRAM,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        try:
            async with asyncio.timeout(self._limits.timeout_seconds):
                answer, _ = await process.communicate(question)
            return dict(json.loads(answer))
        except TimeoutError:
            raise UnreadableError("slow") from None
        except ValueError:  # it was killed, or ran out of memory
            raise UnreadableError("broken") from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


def main() -> None:
    """The process' own program."""
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    question = json.loads(head)
    limits = Limits.model_validate(question["limits"])
    _bound(limits)
    try:
        answer: dict[str, Any] = {"text": read(question["name"], data, limits)}
    except UnreadableError as error:
        answer = {"reason": error.reason}
    except MemoryError:
        answer = {"reason": "expands"}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def _bound(limits: Limits) -> None:
    """Give this process no more memory, time, files or processes than reading takes."""
    try:
        import resource  # noqa: PLC0415, not on Windows
    except ImportError:
        return
    seconds = int(limits.timeout_seconds) + 1
    for kind, most in (
        (resource.RLIMIT_AS, limits.max_memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # a lower bound is in force already
            resource.setrlimit(kind, (most, most))
