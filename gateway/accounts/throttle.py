"""How often may be tried: the more failures from one address, the longer the wait."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_REMEMBERED = 10_000


class Throttle:
    """Counts failures by name within a window of seconds. In memory: each gateway counts for itself."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Seconds until ``name`` may try again; 0 when it may now."""
        recent = self._recent(name)
        if len(recent) < self._most:
            return 0.0
        return max(0.0, recent[-self._most] + self._seconds - self._clock())

    def failed(self, name: str) -> None:
        """Note a failure."""
        self._failures[name] = [*self._recent(name), self._clock()]
        self._failures.move_to_end(name)
        while len(self._failures) > _MOST_REMEMBERED:
            self._failures.popitem(last=False)

    def _recent(self, name: str) -> list[float]:
        since = self._clock() - self._seconds
        return [moment for moment in self._failures.get(name, []) if moment > since]
