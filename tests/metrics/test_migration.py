from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from metrics import migration
from metrics.store import Store
from metrics.tables import REVISION, metadata

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Connection


def test_the_newest_revision_is_the_one_that_the_tables_name() -> None:
    assert ScriptDirectory.from_config(migration.config()).get_heads() == [REVISION]


async def test_the_migrated_tables_are_those_of_the_code(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with store.begin() as connection:
        assert await connection.run_sync(differences) == []
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == REVISION


async def test_the_partial_index_serves_only_open_records(store: Store) -> None:
    query = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name = 'ix_exchanges_open'",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_exchanges_open'",
    }
    async with store.begin() as connection:
        sql = (await connection.execute(text(query[store.url.get_backend_name()]))).scalar()
    assert "outcome IS NULL" in str(sql)


async def test_a_start_on_the_newest_tables_does_not_migrate(
    database_url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Connection) -> None:
        raise AssertionError("migrated again")

    monkeypatch.setattr(migration, "upgrade", refuse)
    again = Store(database_url)
    await again.start()
    await again.close()
    assert await store.ready()
