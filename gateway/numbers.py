"""How pages and pictures write numbers, the same in every language."""

from __future__ import annotations


def percent(fraction: float) -> str:
    """``0.4123`` → ``41.2%``."""
    return f"{fraction * 100:.1f}%"


def points(fraction: float) -> str:
    """A difference of two rates: ``0.031`` → ``+3.1`` percentage points; what rounds to nothing is ``±0.0``."""
    number = f"{fraction * 100:+.1f}".replace("-", "−")
    return "±0.0" if number[1:] == "0.0" else number


def count(number: int) -> str:
    """``12345`` → ``12,345``."""
    return f"{number:,}"


def decimal(number: float) -> str:
    """``3.14`` → ``3.1``."""
    return f"{number:,.1f}"
