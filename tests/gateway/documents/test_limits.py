from __future__ import annotations

from typing import get_args

import pytest
from pydantic import ValidationError

from gateway.documents.limits import REASONS, Limits, Reason, UnreadableError


def test_every_reason_is_said_in_japanese() -> None:
    assert set(REASONS) == set(get_args(Reason))
    assert UnreadableError("slow").reason == "slow"


def test_bounds_that_bound_nothing_are_refused() -> None:
    for name in ("max_bytes", "max_pages", "timeout_seconds", "processes"):
        with pytest.raises(ValidationError):
            Limits(**{name: 0})
