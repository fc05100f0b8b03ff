from __future__ import annotations

from gateway.accounts.throttle import Throttle


def test_after_so_many_failures_one_waits() -> None:
    now = [0.0]
    throttle = Throttle(3, 60.0, clock=lambda: now[0])
    for _ in range(3):
        assert throttle.wait("a") == 0
        throttle.failed("a")
        now[0] += 1
    assert throttle.wait("a") == 57
    assert throttle.wait("b") == 0
    now[0] = 60.0
    assert throttle.wait("a") == 0


def test_it_remembers_no_more_than_it_can() -> None:
    throttle = Throttle(1, 60.0)
    for number in range(10_500):
        throttle.failed(str(number))
    assert throttle.wait("0") == 0
    assert throttle.wait("10499") > 0
