"""Indexes of tables that may have millions of rows, made while people write in them.

PostgreSQL holds back whoever writes in a table until the transaction ends in which an index of it
is made. So migrations leave the indexes of a table that has rows to ``make_missing``, which comes
after them, makes each CONCURRENTLY, and finishes one that was broken off before.
"""

from collections.abc import Sequence

from alembic import op
from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateIndex

from storage.database.locks import key_of
from storage.tables import Base

LOCK = "indexes"


def create(
    name: str, table: str, columns: Sequence[str], where: str = "", *, postgresql: str = ""
) -> None:
    """In a migration: make the index, or leave it to ``make_missing``.

    ``where`` is the condition for both; ``postgresql`` another one for PostgreSQL.
    """
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        if bind.scalar(text(f"SELECT EXISTS (SELECT FROM {table})")):  # noqa: S608 - our own name
            return
        where = postgresql or where
    condition = text(where) if where else None
    op.create_index(name, table, list(columns), sqlite_where=condition, postgresql_where=condition)


def make_missing(connection: Connection) -> None:
    """Make what the models have and the tables have not; one process at a time.

    PostgreSQL's, with AUTOCOMMIT. It waits for the lock by asking again and again: who waits
    within a statement would be waited for by the index that is being made.
    """
    key = {"key": key_of(LOCK)}
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key):
        connection.execute(text("SELECT pg_sleep(0.3)"))
    try:
        _make_missing(connection)
    finally:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


def _make_missing(connection: Connection) -> None:
    there = connection.execute(
        text(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE pg_table_is_visible(indexrelid)"
        )
    ).all()
    valid = {name: bool(is_valid) for name, is_valid in there}
    for table in Base.metadata.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            name = str(index.name)
            if valid.get(name):
                continue
            if name in valid:  # somebody was stopped while making it
                connection.execute(text(f"DROP INDEX CONCURRENTLY {name}"))
            made = str(CreateIndex(index).compile(dialect=connection.dialect))
            connection.exec_driver_sql(made.replace(" INDEX ", " INDEX CONCURRENTLY ", 1))
