"""How often an import of usage was taken back.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("adoption_progress") as progress:
        progress.add_column(sa.Column("withdrawals", sa.BigInteger, nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("adoption_progress") as progress:
        progress.drop_column("withdrawals")
