"""INSERT as the database at hand has it: what comes at the same moment from elsewhere is no error."""

from typing import TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import Base

Row = TypeVar("Row", bound=Base)


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Begin one that takes ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return insert_in(session.get_bind().dialect.name, table)


def insert_in(dialect: str, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """The same for a dialect of that name, for a statement that is built once."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def insert_new(session: Session, row: Row) -> Row | None:
    """Insert a new object; return the kept one, or None if another has its place already.

    It is one statement; a look and a SAVEPOINT would be four.
    """
    table = type(row)
    held = {name: getattr(row, name) for name in table.__table__.columns.keys()}  # noqa: SIM118 - no dict
    values = {name: value for name, value in held.items() if value is not None}
    new = insert_into(session, table).values(values).on_conflict_do_nothing()
    return session.scalar(new.returning(table))
