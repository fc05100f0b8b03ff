from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from metrics.tables import Instant, exchanges, metadata

SQLITE, POSTGRESQL = SimpleNamespace(name="sqlite"), SimpleNamespace(name="postgresql")
JAPAN = timezone(timedelta(hours=9))


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL])
def test_a_moment_is_utc_on_both_sides(dialect: SimpleNamespace) -> None:
    moment = datetime(2026, 11, 25, 0, 30, tzinfo=JAPAN)
    bound = Instant().process_bind_param(moment, dialect)
    assert bound is not None
    assert (bound.hour, bound.tzinfo) == (15, None if dialect is SQLITE else UTC)
    back = Instant().process_result_value(bound, dialect)
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


def test_another_zone_of_the_server_changes_nothing() -> None:
    given = datetime(2026, 11, 24, 10, 30, tzinfo=timezone(timedelta(hours=-5)))
    back = Instant().process_result_value(given, POSTGRESQL)
    assert back is not None
    assert (back.hour, back.tzinfo) == (15, UTC)


def test_nothing_stays_nothing() -> None:
    assert Instant().process_bind_param(None, SQLITE) is None
    assert Instant().process_result_value(None, SQLITE) is None


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 11, 24), SQLITE)  # noqa: DTZ001, that is the point


def test_no_column_could_hold_a_text_of_a_user() -> None:
    # A new column is a decision: whoever adds one looks here, and thinks of what it may hold.
    governance = {"policy_revisions", "audit", "accounts", "sessions", "reports"}
    assert set(metadata.tables) - governance == {
        "exchanges", "instances", "departments", "keys", "imported_uses",
        "adoption_progress", "adoption_persons", "adoption_labels", "adoption_uses",
    }  # fmt: skip
    assert {column.name for column in exchanges.c} == {
        "id", "instance", "opened_at", "closed_at", "outcome", "status", "department", "person", "caller_kind",
        "key_id", "endpoint", "model", "streamed", "deployment", "zone", "input_tokens", "output_tokens",
        "first_token_ms", "latency_ms", "verdict", "counts", "rules", "policy_revision", "demo", "purpose",
        "tool", "counted", "classification",
    }  # fmt: skip
