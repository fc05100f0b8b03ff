"""The moments by which the next message, and the reply as a whole, must have come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.upstreams.base import Call, Timeouts


class Clock:
    """Starts when made. A whole reply has until ``total``; a streamed one a bound per message too."""

    def __init__(self, timeouts: Timeouts, call: Call) -> None:
        """Start now, in the running loop."""
        now = asyncio.get_running_loop().time()
        self._between = timeouts.between_tokens
        self._end = now + timeouts.total
        self._next = min(self._end, now + timeouts.first_token) if call.body.get("stream") else self._end

    def restart(self) -> None:
        """Wait for a next message from now on: the time the reader took does not count."""
        self._next = min(self._end, asyncio.get_running_loop().time() + self._between)

    def wait(self) -> asyncio.Timeout:
        """Bound one wait for bytes. Bytes that make no message do not move the bound."""
        return asyncio.timeout_at(self._next)
