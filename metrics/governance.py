"""Tables of those who govern the gateway: policy revisions, the audit chain, accounts, sessions, reports.

They share the metadata of ``metrics.tables``: one database, one chain of migrations.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text

from metrics.tables import Instant, metadata

revisions = Table(
    "policy_revisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("parent", Integer),
    Column("revision", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("files", JSON, nullable=False),
    Column("author", String(128), nullable=False),
    Column("comment", String(1000), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("decided_by", String(128)),
    Column("decided_at", Instant),
)
Index("ix_policy_revisions_state", revisions.c.state, revisions.c.effective_at)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("action", String(64), nullable=False),
    Column("target", String(128), nullable=False),
    Column("details", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("password", String(255)),
    Column("subject", String(255), unique=True),
    Column("role", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Instant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account", String(128), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("department", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("revision", String(64), nullable=False),
    # The one text of a person in the database, and only where that person agreed to it (ADR 0038).
    Column("sentence", Text),
    Column("state", String(16), nullable=False),
)
