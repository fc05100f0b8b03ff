"""The database's tables. A change here needs a migration in ``metrics/migrations/versions``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
)

REVISION = "0003"
"""The newest migration: a database that is there need not load Alembic at start."""

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"},
)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, aware on both sides; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To UTC; SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Back to an aware moment in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


exchanges = Table(
    "exchanges",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("instance", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False, index=True),
    Column("closed_at", Instant),
    Column("outcome", String(16)),
    Column("status", Integer),
    Column("department", String(64), nullable=False),
    Column("person", String(64)),
    Column("caller_kind", String(16), nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("endpoint", String(64), nullable=False),
    Column("model", String(128), nullable=False),
    Column("streamed", Boolean, nullable=False),
    Column("deployment", String(128)),
    Column("zone", String(16)),
    Column("input_tokens", Integer),
    Column("output_tokens", Integer),
    Column("first_token_ms", Float),
    Column("latency_ms", Float),
    Column("verdict", String(16), nullable=False),
    Column("counts", JSON, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("policy_revision", String(64), nullable=False),
    Column("demo", Boolean, nullable=False, default=False),
)
Index("ix_exchanges_open", exchanges.c.instance, sqlite_where=exchanges.c.outcome.is_(None),
      postgresql_where=exchanges.c.outcome.is_(None))  # fmt: skip

instances = Table(
    "instances",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

departments = Table(
    "departments",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("parent", String(64)),
    Column("head_count", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("demo", Boolean, nullable=False, default=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("department", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("person", String(64)),
    Column("label", String(255), nullable=False),
    Column("classification", String(8), nullable=False, default="", server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
)
