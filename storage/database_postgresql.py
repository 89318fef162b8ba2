"""PostgreSQL's connections: see docs/decisions."""

from typing import Any

from sqlalchemy.exc import DisconnectionError

# Of a connection: the driver's hundred are fewer than there are, and half of all statements were
# prepared anew, each a question more to the server.
STATEMENTS = 1000


def leave_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    """Take another connection for one that the server has closed meanwhile.

    The driver sees that by itself, so no question (``pool_pre_ping``: three) goes before each
    transaction.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
