"""Schema changes, applied by Alembic at start: ``upgrade(connection)``.

Replicas are exchanged one by one, so for a while a program meets tables that are newer than it. It
runs on them where they say that it can: ``OLDEST_PROGRAM`` is kept beside them.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect
from sqlalchemy.orm import Session

from storage.database import installation
from storage.database.locks import one_at_a_time
from storage.tables import InstallationValue

# The revision of the oldest program that runs on the newest tables. A migration that only adds
# leaves it; one that takes away or changes what older programs use sets it to its own revision.
OLDEST_PROGRAM = "0006_installation"


def config(connection: Connection) -> Config:
    """Alembic's configuration for an open connection; there is no alembic.ini."""
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent))
    alembic.attributes["connection"] = connection
    return alembic


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to ``revision``, one process at a time.

    Newer tables stay as they are where this program runs on them; else raises CommandError.
    """
    one_at_a_time(connection, "migrations")
    alembic = config(connection)
    if revision != "head":
        command.upgrade(alembic, revision)
    elif not is_newer(connection):
        command.upgrade(alembic, revision)
        with Session(connection) as session:
            installation.put(session, installation.OLDEST_PROGRAM, OLDEST_PROGRAM)
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
