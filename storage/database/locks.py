"""Locks that are no row's: one at a time among all processes on one database."""

import hashlib

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session


def key_of(name: str) -> int:
    """The number under which PostgreSQL knows a lock; each database has its own locks."""
    digest = hashlib.blake2b(f"mcu-bot {name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def one_at_a_time(transaction: Session | Connection, name: str) -> None:
    """Wait until no other transaction holds the lock of that name, and hold it to the end.

    On SQLite nothing needs to be done: a file has one process, and that one writer at a time.
    """
    bind = transaction.get_bind() if isinstance(transaction, Session) else transaction
    if bind.dialect.name == "postgresql":
        transaction.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key_of(name)})
