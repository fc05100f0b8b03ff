"""The class (機密性) of each exchange.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exchanges") as exchanges:
        exchanges.add_column(sa.Column("classification", sa.String(8), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("exchanges") as exchanges:
        exchanges.drop_column("classification")
