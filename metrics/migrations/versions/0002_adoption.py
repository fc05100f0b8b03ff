"""Purposes and tools of exchanges; what the adoption figures are made of; imported uses.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MONTHS = (
    "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "january", "february", "march",
)  # fmt: skip


def upgrade() -> None:
    for table in ("exchanges", "keys"):
        op.add_column(table, sa.Column("purpose", sa.String(16)))
        op.add_column(table, sa.Column("tool", sa.String(64)))
    op.add_column("exchanges", sa.Column("counted", sa.Boolean, nullable=False, server_default=sa.false()))
    _partial_index("exchanges", "outcome IS NOT NULL")
    _progress()
    _persons()
    _labels()
    _uses()
    _imported()


def _partial_index(table: str, condition: str = "") -> None:
    more = f" AND {condition}" if condition else ""
    op.create_index(
        f"ix_{table}_uncounted",
        table,
        ["id"],
        sqlite_where=sa.text(f"counted = 0{more}"),
        postgresql_where=sa.text(f"counted = false{more}"),
    )


def _progress() -> None:
    table = op.create_table(
        "adoption_progress",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("turns", sa.BigInteger, nullable=False),
        sa.Column("kept_since", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_adoption_progress"),
    )
    op.bulk_insert(table, [{"id": 1, "turns": 0}])


def _persons() -> None:
    op.create_table(
        "adoption_persons",
        sa.Column("fiscal_year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        *(sa.Column(month, sa.Integer, nullable=False) for month in _MONTHS),
        sa.PrimaryKeyConstraint("fiscal_year", "department", "person", "demo", name="pk_adoption_persons"),
        sqlite_with_rowid=False,
    )


def _labels() -> None:
    op.create_table(
        "adoption_labels",
        sa.Column("fiscal_year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("dimension", sa.String(16), nullable=False),
        sa.Column("label", sa.String(128), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("months", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("fiscal_year", "dimension", "label", "person", "demo", name="pk_adoption_labels"),
        sqlite_with_rowid=False,
    )


def _uses() -> None:
    op.create_table(
        "adoption_uses",
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("robot", sa.Boolean, nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("tool", sa.String(64), nullable=False),
        sa.Column("model", sa.String(128), nullable=False),
        sa.Column("deployment", sa.String(128), nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("uses", "blocks", "findings", "input_tokens", "output_tokens")
        ),
        sa.PrimaryKeyConstraint(
            "month", "department", "robot", "purpose", "tool", "model", "deployment", "demo", name="pk_adoption_uses"
        ),
        sqlite_with_rowid=False,
    )


def _imported() -> None:
    op.create_table(
        "imported_uses",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64)),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("tool", sa.String(64), nullable=False),
        sa.Column("model", sa.String(128), nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("input_tokens", sa.BigInteger, nullable=False),
        sa.Column("output_tokens", sa.BigInteger, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imported_uses"),
    )
    _partial_index("imported_uses")


def downgrade() -> None:
    for table in ("imported_uses", "adoption_uses", "adoption_labels", "adoption_persons", "adoption_progress"):
        op.drop_table(table)
    op.drop_index("ix_exchanges_uncounted", "exchanges")
    op.drop_column("exchanges", "counted")
    for table in ("keys", "exchanges"):
        for column in ("tool", "purpose"):
            op.drop_column(table, column)
