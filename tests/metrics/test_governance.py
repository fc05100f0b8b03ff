"""The tables of those who govern: what may hold a text, and what may not."""

from __future__ import annotations

from sqlalchemy import Text

from metrics import governance
from metrics.tables import metadata


def test_they_share_the_one_chain_of_migrations() -> None:
    for table in (governance.revisions, governance.audit, governance.accounts, governance.sessions, governance.reports):
        assert metadata.tables[table.name] is table


def test_one_column_may_hold_a_sentence_of_a_person() -> None:
    # The person agreed to it on the page; a new column of this kind is a decision.
    free = [f"{table.name}.{c.name}" for table in metadata.tables.values() for c in table.c if isinstance(c.type, Text)]
    assert free == ["reports.sentence"]


def test_no_column_holds_a_password_or_a_session_as_such() -> None:
    assert "token" not in governance.sessions.c
    assert governance.accounts.c.password.nullable  # an Argon2 hash; accounts of OpenID Connect have none
