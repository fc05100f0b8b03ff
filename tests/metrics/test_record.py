from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from metrics.record import Closed, Opened, Outcome
from metrics.tables import exchanges
from tests.metrics.records import closed, opened


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        opened("e1").department = "0202"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        closed("e1").outcome = Outcome.FAILED  # type: ignore[misc]


@pytest.mark.parametrize("kind", [Opened, Closed])
def test_every_field_has_its_column(kind: type) -> None:
    assert {field.name for field in fields(kind)} <= {column.name for column in exchanges.c}


def test_together_they_fill_every_column_but_three() -> None:
    known = {field.name for kind in (Opened, Closed) for field in fields(kind)}
    assert {column.name for column in exchanges.c} - known == {"instance", "demo", "counted"}


def test_outcomes_are_the_words_in_the_database() -> None:
    assert [outcome.value for outcome in Outcome] == ["answered", "blocked", "failed", "cancelled", "interrupted"]
    assert all(len(outcome) <= 16 for outcome in Outcome)
