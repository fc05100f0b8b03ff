"""Closed, open, and one call to see."""

from __future__ import annotations

from gateway.upstreams.base import CircuitBreaking
from gateway.upstreams.circuit import Circuit


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_its_life() -> None:
    clock = Clock()
    circuit = Circuit("d", CircuitBreaking(failures=2, open_seconds=10), clock)
    circuit.failed()
    assert circuit.enter()
    circuit.succeeded()
    circuit.failed()
    assert circuit.enter(), "only failures in a row count"
    circuit.failed()
    assert not circuit.enter()
    assert circuit.wait == 10
    clock.now += 10
    assert circuit.enter(), "one call to see"
    assert not circuit.enter(), "and only one"
    circuit.failed()
    assert circuit.wait == 10
    clock.now += 10
    assert circuit.enter()
    circuit.succeeded()
    assert circuit.enter()
    assert circuit.wait == 0
