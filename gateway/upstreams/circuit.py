"""A deployment that fails again and again is left alone for a while, so that nobody waits for it in vain."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.upstreams.base import CircuitBreaking

log = logging.getLogger("sekimori.upstreams")


class Circuit:
    """Closed: calls go through. Open: none does. After a while one is let through to see.

    Only failures count that another deployment might not share: never a refusal, a caller's mistake
    or a rate limit, which are answers. Used from one event loop.
    """

    def __init__(self, name: str, settings: CircuitBreaking, now: Callable[[], float] = time.monotonic) -> None:
        self._name, self._settings, self._now = name, settings, now
        self._failures = 0
        self._until: float | None = None

    @property
    def wait(self) -> float:
        """Seconds until a call may be tried; 0 when it may be now."""
        return 0.0 if self._until is None else max(0.0, self._until - self._now())

    def enter(self) -> bool:
        """Whether a call may go through. One that does while the circuit is open is the probe: others wait for it."""
        if self._until is None:
            return True
        if self._now() < self._until:
            return False
        self._until = self._now() + self._settings.open_seconds
        return True

    def succeeded(self) -> None:
        """A call was answered."""
        if self._until is not None:
            log.info("deployment %s answers again", self._name)
        self._failures, self._until = 0, None

    def failed(self) -> None:
        """A call was not answered."""
        self._failures += 1
        if self._failures >= self._settings.failures:
            if self._until is None:
                log.warning("deployment %s failed %d times: left alone for a while", self._name, self._failures)
            self._until = self._now() + self._settings.open_seconds
