from __future__ import annotations

import asyncio

import pytest

from gateway.upstreams.base import Call, Timeouts
from gateway.upstreams.clock import Clock

STREAMED, WHOLE = Call("chat/completions", {"stream": True}), Call("chat/completions", {})


async def waits(clock: Clock) -> float:
    loop = asyncio.get_running_loop()
    before = loop.time()
    with pytest.raises(TimeoutError):
        async with clock.wait():
            await asyncio.sleep(5)
    return loop.time() - before


async def test_first_and_next_messages_have_their_own_bounds() -> None:
    clock = Clock(Timeouts(first_token=0.05, between_tokens=0.2, total=5), STREAMED)
    assert 0.04 < await waits(clock) < 0.15
    clock.restart()
    assert 0.19 < await waits(clock) < 0.4


async def test_total_bounds_all_and_alone_bounds_whole_replies() -> None:
    timeouts = Timeouts(first_token=0.01, between_tokens=5, total=0.1)
    clock = Clock(timeouts, WHOLE)
    assert 0.09 < await waits(clock) < 0.3
    clock.restart()
    assert await waits(clock) < 0.05


async def test_the_readers_own_time_does_not_count() -> None:
    clock = Clock(Timeouts(first_token=0.05, between_tokens=0.05, total=5), STREAMED)
    await asyncio.sleep(0.1)
    clock.restart()
    async with clock.wait():
        await asyncio.sleep(0.01)
