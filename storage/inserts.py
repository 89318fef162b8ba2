"""INSERT as the database at hand has it: what comes at the same moment from elsewhere is no error."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Base


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Begin one that takes ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)
