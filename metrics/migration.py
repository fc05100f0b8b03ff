"""Brings a database to the newest tables. Importing this loads Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LOCK = 7_364_153
"""Any number that nobody else locks: two gateways that start at once must not migrate at once."""


def config() -> Config:
    """Alembic's configuration, without a file: the scripts lie beside this module."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def upgrade(connection: Connection) -> None:
    """Migrate to the newest revision inside the connection's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    else:
        # Python's driver begins no transaction for CREATE TABLE: two gateways would both make the first table.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
