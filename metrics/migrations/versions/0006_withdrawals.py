"""How often an import of usage was taken back.

Revision ID: 0006
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("adoption_progress") as progress:
        progress.add_column(sa.Column("withdrawals", sa.BigInteger, nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("adoption_progress") as progress:
        progress.drop_column("withdrawals")
