"""PostgreSQL's connections: see docs/decisions."""

from typing import Any

from sqlalchemy.exc import DisconnectionError

# All connections are kept, and the last used goes first: what SQLAlchemy calls overflow is closed
# after each use, and everything was prepared anew. A driver's cache has a hundred statements, we more.
# Each connection prepares some 350 of its own at 8 KB: more of them make a cold start slower.
POOL: dict[str, Any] = {
    "pool_size": 8,
    "max_overflow": 0,
    "pool_use_lifo": True,
    "connect_args": {"prepared_statement_cache_size": 1000},
}
# Each statement sees what is committed when it begins, as in READ COMMITTED.
READING = {"isolation_level": "AUTOCOMMIT"}


def leave_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    """Take another connection for one that the server has closed meanwhile.

    The driver sees that by itself, so no question (``pool_pre_ping``: three) goes before each
    transaction.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
