"""Schema changes, applied by Alembic at start: ``upgrade(connection)``."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage.locks import one_at_a_time


def config(connection: Connection) -> Config:
    """Alembic's configuration for an open connection; there is no alembic.ini."""
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent))
    alembic.attributes["connection"] = connection
    return alembic


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to ``revision``, one process at a time."""
    one_at_a_time(connection, "migrations")
    command.upgrade(config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the schema back to ``revision`` (``base``: empty)."""
    command.downgrade(config(connection), revision)
