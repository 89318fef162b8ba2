"""Kinds of errors of the database: away, full, a meeting of two transactions, damaged, replaced."""

import re

from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError

from config.texts.system_errors import in_words
from storage.database.file import DatabaseLost, is_damage

# Classes of SQLSTATE (PostgreSQL, appendix A) that tell of the server and not of the statement:
# connection, resources, operator, system, internal.
OUTAGES = ("08", "53", "57", "58", "XX")
# Of an attempt to connect; a wrong word behind the ? of an address is a TypeError.
NOT_REACHED = (SQLAlchemyError, OSError, TypeError, ValueError)
GONE = ("3D000", "3F000", "42P01")  # no such database, schema, table
KIND_OF_ERROR = re.compile(r"^<class '[\w.]{1,200}'>: ")  # asyncpg's begins so
CONFLICTS = ("40", "55P03")  # serialisation and deadlock; a lock that was not available


class MetAnother(Exception):
    """Another transaction changed what this one had read: it finds its way when it tries again."""


def is_outage(error: BaseException) -> bool:
    """Whether the database is away or full, so that the same statements will do later.

    Anything else about a statement (a value that does not fit) is a mistake of whoever made it.
    """
    if not isinstance(error, DBAPIError):
        return isinstance(error, PoolTimeoutError | OSError)
    if error.connection_invalidated:
        return True
    if state := _state(error):
        return state.startswith(OUTAGES)
    if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR":
        return False  # the statement's own fault: too deep, no such table
    # asyncpg's complaint about a value is an InterfaceError too, and a ValueError.
    about_value = isinstance(error.orig and error.orig.__cause__, ValueError)
    return isinstance(error, OperationalError | InterfaceError) and not about_value


def is_conflict(error: BaseException) -> bool:
    """Whether two transactions met, so that the later one finds its way when it tries again."""
    if isinstance(error, IntegrityError | StaleDataError | MetAnother):
        return True
    return isinstance(error, DBAPIError) and _state(error).startswith(CONFLICTS)


def is_gone(error: DBAPIError) -> bool:
    """Whether PostgreSQL has not our database, or it has not our tables: another was put in its place."""
    return _state(error) in GONE


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


class DatabaseUnreachable(Exception):
    """The database does not answer, or not to us; the text says what to look at."""


class MigrationFailed(Exception):
    """The tables could not be brought up to date and are as they were; the text says why."""


def unreachable(error: Exception) -> DatabaseUnreachable | DatabaseLost:
    """The exception to raise for an error of the database: it is away, or damaged."""
    if isinstance(error, DatabaseLost):
        return error
    if is_damage(getattr(error, "orig", None) or error):
        return DatabaseLost("damaged", reason_of(error))
    return DatabaseUnreachable(reason_of(error))


def reason_of(error: BaseException) -> str:
    """The first line of the database's error; an error of the network or the disk in our words."""
    said = getattr(error, "orig", None) or error
    if isinstance(said, OSError):
        return in_words(said)
    lines = str(said).splitlines()
    return KIND_OF_ERROR.sub("", lines[0]) if lines else type(error).__name__
