"""Run by Alembic: with the connection that ``metrics.migration`` hands over."""

from alembic import context

import metrics.governance  # noqa: F401, its tables
from metrics.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
