"""Schema changes, applied by Alembic at start: ``await migrate(database)``.

Replicas are exchanged one by one, so for a while a program meets tables that are newer than it. It
runs on them if they say that it can: ``RUNS_FROM`` is kept beside them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.database import Database, installation
from storage.database.errors import MigrationFailed, is_outage, reason_of, unreachable
from storage.database.file import DatabaseLost, is_damage
from storage.database.locks import one_at_a_time
from storage.migrations.indexes import make_missing
from storage.tables import InstallationValue

# The revision of the oldest program that runs on the newest tables. A migration that only adds
# leaves it; one that takes away or changes what older programs use sets it to its own revision.
RUNS_FROM = "0006_installation"


async def migrate(database: Database, *, may_be_new: bool = True) -> None:
    """Bring the tables up to date. Raises DatabaseUnreachable, DatabaseLost, MigrationFailed.

    ``may_be_new``: tables may be made if there are none; else what should be there is lost.
    """
    place = database.engine.url.database or ""
    if not may_be_new and database.is_no_file:
        raise DatabaseLost("new", place)
    await database.reach()
    try:
        async with database.engine.begin() as connection:
            if not may_be_new and await connection.run_sync(is_new):
                raise DatabaseLost("new", place)
            newer = await connection.run_sync(_upgrade)
        if not database.is_sqlite and not newer:
            async with database.engine.connect() as connection:
                own = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await own.run_sync(_make_indexes)
    except (DBAPIError, OSError) as error:
        raise unreachable(error) from None
    database.guard_file()


def _upgrade(connection: Connection) -> bool:
    """Apply all migrations or none, in a transaction; return whether the tables are newer."""
    with _failures_told():
        upgrade(connection)
    return is_newer(connection)


def _make_indexes(connection: Connection) -> None:
    with _failures_told():
        make_missing(connection)


@contextmanager
def _failures_told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if is_outage(error) or is_damage(error.orig):
            raise
        raise MigrationFailed(reason_of(error)) from None


def config(connection: Connection) -> Config:
    """Alembic's configuration for an open connection; there is no alembic.ini."""
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent))
    alembic.attributes["connection"] = connection
    return alembic


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to ``revision``, one process at a time.

    Newer tables stay as they are if this program runs on them; else raises CommandError.
    """
    one_at_a_time(connection, "migrations")
    alembic = config(connection)
    if revision != "head":
        command.upgrade(alembic, revision)
    elif not is_newer(connection):
        command.upgrade(alembic, revision)
        with Session(connection) as session:
            installation.put(session, installation.OLDEST_PROGRAM, RUNS_FROM)
            session.flush()
    elif not runs_here(connection):
        raise CommandError("the tables are newer than this program")


def downgrade(connection: Connection, revision: str) -> None:
    """Take the schema back to ``revision`` (``base``: empty)."""
    command.downgrade(config(connection), revision)


def is_new(connection: Connection) -> bool:
    """Whether there are no tables of ours yet."""
    return MigrationContext.configure(connection).get_current_revision() is None


def is_newer(connection: Connection) -> bool:
    """Whether a newer program made the tables."""
    revision = MigrationContext.configure(connection).get_current_revision()
    return revision is not None and not _is_known(revision)


def runs_here(connection: Connection) -> bool:
    """Whether newer tables say that this program runs on them."""
    if not inspect(connection).has_table(InstallationValue.__tablename__):
        return False
    with Session(connection) as session:
        oldest = installation.find(session, installation.OLDEST_PROGRAM)
    return oldest is not None and _is_known(oldest)


def _is_known(revision: str) -> bool:
    scripts = ScriptDirectory(str(Path(__file__).parent))
    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False
