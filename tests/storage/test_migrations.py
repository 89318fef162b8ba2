"""The schema: up, down, up, on both databases, and the models are what the migrations make."""

import asyncio

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from storage.migrations import downgrade, upgrade
from storage.tables import Base
from tests.support.servers.databases import migrated


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


async def test_up_down_up_and_nothing_is_left_between(empty_database_url: str) -> None:
    engine = create_async_engine(empty_database_url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
        assert await connection.run_sync(tables) == set(Base.metadata.tables)
        await connection.run_sync(lambda c: downgrade(c, "base"))
        assert await connection.run_sync(tables) == set()
        await connection.run_sync(upgrade)
        assert await connection.run_sync(tables) == set(Base.metadata.tables)
    await engine.dispose()


async def test_the_models_are_what_the_migrations_make(empty_database_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        upgrade(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    engine = create_async_engine(empty_database_url)
    async with engine.begin() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


PARKED = (
    "INSERT INTO parked_events (channel, event_id, kind, content, error, at) "
    "VALUES ('telegram', '1', 'event', '{}', '', '2026-11-01T00:00:00Z')"
)
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_parked_events_channel')"
BUILDING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%'"


async def connect(url: str) -> asyncpg.Connection:
    where = make_url(url)
    return await asyncpg.connect(host=where.query["host"], user="mcu", database=where.database)


async def of_the_first_version(url: str) -> None:
    """The first tables, with a row in one that got an index later."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: upgrade(c, "0001"))
        await connection.execute(text(PARKED.replace(":00", r"\:00")))
    await engine.dispose()


async def missing(url: str) -> list[object]:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        found = await connection.run_sync(
            lambda c: list(compare_metadata(MigrationContext.configure(c), Base.metadata))
        )
    await engine.dispose()
    return found


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
async def test_nobody_waits_to_write_while_indexes_of_full_tables_are_made(
    empty_database_url: str,
) -> None:
    await of_the_first_version(empty_database_url)
    slow, quick = await connect(empty_database_url), await connect(empty_database_url)
    await quick.execute("SET lock_timeout = '10s'")
    writing = slow.transaction()
    await writing.start()
    await slow.execute(PARKED)

    upgrading = asyncio.create_task(migrated(empty_database_url))
    second = asyncio.create_task(migrated(empty_database_url))  # another replica starts as well
    async with asyncio.timeout(30):
        while not await quick.fetchval(BUILDING):
            assert not upgrading.done()
            await asyncio.sleep(0.01)
    await quick.execute(PARKED)  # an index made in a transaction would be waited for
    assert not upgrading.done()

    await writing.commit()
    await asyncio.gather(upgrading, second)
    assert await missing(empty_database_url) == []
    assert await quick.fetchval(VALID)
    await slow.close()
    await quick.close()


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
async def test_an_index_that_was_left_half_made_is_made_again(empty_database_url: str) -> None:
    await of_the_first_version(empty_database_url)
    await migrated(empty_database_url)
    connection = await connect(empty_database_url)
    await connection.execute(
        "UPDATE pg_index SET indisvalid = false "
        "WHERE indexrelid = to_regclass('ix_parked_events_channel')"
    )
    assert not await connection.fetchval(VALID)

    await migrated(empty_database_url)
    assert await connection.fetchval(VALID)
    await connection.close()
