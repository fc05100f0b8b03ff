"""The database's tables. A change here needs a migration in ``metrics/migrations/versions``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
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
    false,
)

REVISION = "0005"
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
    Column("purpose", String(16)),
    Column("tool", String(64)),
    Column("classification", String(8), nullable=False, default="", server_default=""),
    Column("counted", Boolean, nullable=False, default=False, server_default=false()),
)
Index("ix_exchanges_open", exchanges.c.instance, sqlite_where=exchanges.c.outcome.is_(None),
      postgresql_where=exchanges.c.outcome.is_(None))  # fmt: skip
Index("ix_exchanges_uncounted", exchanges.c.id,
      sqlite_where=(exchanges.c.counted == false()) & exchanges.c.outcome.is_not(None),
      postgresql_where=(exchanges.c.counted == false()) & exchanges.c.outcome.is_not(None))  # fmt: skip

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
    Column("purpose", String(16)),
    Column("tool", String(64)),
)

MONTHS = (
    "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "january", "february", "march",
)  # fmt: skip
"""The months of a fiscal year, as columns."""

# ---- what the adoption figures are made of: counted once from the records, and kept when those are deleted

adoption_progress = Table(
    "adoption_progress",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("turns", BigInteger, nullable=False),
    Column("kept_since", Date),
    Column("withdrawals", BigInteger, nullable=False, server_default="0"),
)
"""One row. Whoever counts changes ``turns`` first, and so counts alone. Records before ``kept_since`` may be deleted.
``withdrawals`` counts the imports that were taken back: sums that had only grown since they were read may have shrunk."""

adoption_persons = Table(
    "adoption_persons",
    metadata,
    Column("fiscal_year", Integer, primary_key=True, autoincrement=False),
    Column("department", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("demo", Boolean, primary_key=True),
    *(Column(month, Integer, nullable=False) for month in MONTHS),
    sqlite_with_rowid=False,
)
"""On which days a person was answered: for each month a mask, whose bit 0 is the 1st."""

adoption_labels = Table(
    "adoption_labels",
    metadata,
    Column("fiscal_year", Integer, primary_key=True, autoincrement=False),
    Column("dimension", String(16), primary_key=True),
    Column("label", String(128), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("demo", Boolean, primary_key=True),
    Column("months", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""In which months (a mask, bit 0: April) a person was answered under a purpose, tool, model or deployment."""

adoption_uses = Table(
    "adoption_uses",
    metadata,
    Column("month", Date, primary_key=True),
    Column("department", String(64), primary_key=True),
    Column("robot", Boolean, primary_key=True),
    Column("purpose", String(16), primary_key=True),
    Column("tool", String(64), primary_key=True),
    Column("model", String(128), primary_key=True),
    Column("deployment", String(128), primary_key=True),
    Column("demo", Boolean, primary_key=True),
    Column("uses", BigInteger, nullable=False),
    Column("blocks", BigInteger, nullable=False),
    Column("findings", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Sums over the exchanges of a month that were answered or blocked."""

imported_uses = Table(
    "imported_uses",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("day", Date, nullable=False),
    Column("department", String(64), nullable=False),
    Column("person", String(64)),
    Column("purpose", String(16), nullable=False),
    Column("tool", String(64), nullable=False),
    Column("model", String(128), nullable=False),
    Column("uses", Integer, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("imported_at", Instant, nullable=False),
    Column("counted", Boolean, nullable=False),
)
"""Uses of tools that do not pass through the gateway. ``id`` is a digest of day, department, person and labels."""
Index("ix_imported_uses_uncounted", imported_uses.c.id,
      sqlite_where=imported_uses.c.counted == false(),
      postgresql_where=imported_uses.c.counted == false())  # fmt: skip
