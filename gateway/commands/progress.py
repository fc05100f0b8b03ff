"""A bar on a terminal that shows how far a command has come; on anything else nothing."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import TextIO

_CELLS = 30
_EVERY_SECONDS = 0.1


@dataclass(slots=True)
class Progress:
    """``bar(done, total)`` draws at most ten times a second, and at the end."""

    word: str
    out: TextIO = field(default_factory=lambda: sys.stderr)
    _last: float = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` are done."""
        now = time.monotonic()
        if not self.out.isatty() or (done < total and now - self._last < _EVERY_SECONDS):
            return
        self._last = now
        full = _CELLS * done // total if total else _CELLS
        end = "\n" if done >= total else ""
        self.out.write(f"\r{self.word} [{'#' * full}{'.' * (_CELLS - full)}] {done:,}／{total:,}{end}")
        self.out.flush()
