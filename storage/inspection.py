"""Look at a database without changing it: ``await inspect(url)``, for ``python -m bot check``."""

import asyncio
import fcntl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from storage import migrations
from storage.database.errors import NOT_REACHED, reason_of
from storage.tables import OurAccount

ANSWERS_WITHIN = 15.0

State = Literal["absent", "empty", "old", "current", "newer", "closed", "damaged", "away"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """The state of a database.

    ``absent``: the SQLite file is made at the first start; ``empty``, ``old``: a start migrates it;
    ``closed``: it would have to be migrated, but we may not make tables; ``away``: no answer, for
    ``reason``. ``in_use``: another process runs on this SQLite file. ``our_accounts``: those of ours
    that were in use last, by channel.
    """

    state: State
    in_use: bool = False
    reason: str = ""
    our_accounts: Mapping[str, str] = field(default_factory=dict)


async def inspect(url: str) -> Inspection:
    """Look at the database at the address; nothing there is changed."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return await _look(parsed, in_use=False)
    if not parsed.database or parsed.database == ":memory:":
        return Inspection("absent")
    file = Path(parsed.database)
    in_use, exists, journal = await asyncio.to_thread(_signs, file)
    if not exists:
        return Inspection("absent", in_use)
    # Without a journal beside it nobody writes, and an immutable file is opened without making one.
    query = {"uri": "true", **({"mode": "ro"} if journal or in_use else {"immutable": "1"})}
    return await _look(parsed.set(database=f"file:{quote(str(file))}", query=query), in_use=in_use)


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; None for any other, and for one in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def _signs(file: Path) -> tuple[bool, bool, bool]:
    """Whether the file is in use, is there, and has a journal beside it."""
    return _is_locked(file), file.exists(), file.with_name(file.name + "-wal").exists()


def _is_locked(database: Path) -> bool:
    """Whether another process holds the lock that ``Database.open`` takes."""
    try:
        with database.with_name(database.name + ".lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


async def _look(url: URL, *, in_use: bool) -> Inspection:
    engine = create_async_engine(url)
    try:
        async with asyncio.timeout(ANSWERS_WITHIN), engine.connect() as connection:
            return await connection.run_sync(_state, in_use)
    except TimeoutError:
        return Inspection("away", in_use, f"{ANSWERS_WITHIN:.0f} s")
    except NOT_REACHED as error:
        reason = reason_of(error)
        damaged = "malformed" in reason or "not a database" in reason
        return Inspection("damaged" if damaged else "away", in_use, reason)
    finally:
        await engine.dispose()


def _state(connection: Connection, in_use: bool) -> Inspection:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION READ ONLY"))
    elif not in_use and connection.execute(text("PRAGMA quick_check(1)")).scalar() != "ok":
        return Inspection("damaged", in_use)
    ours = _our_accounts(connection)
    if migrations.is_newer(connection):
        runs = migrations.runs_here(connection)
        return Inspection("current" if runs else "newer", in_use, our_accounts=ours)
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision == ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head():
        return Inspection("current", in_use, our_accounts=ours)
    if not _may_make_tables(connection):
        return Inspection("closed", in_use)
    return Inspection("old" if revision else "empty", in_use)


def _our_accounts(connection: Connection) -> dict[str, str]:
    if not sa_inspect(connection).has_table(OurAccount.__tablename__):
        return {}
    query = select(OurAccount.channel, OurAccount.account).where(OurAccount.present)
    return {row.channel: row.account for row in connection.execute(query)}


def _may_make_tables(connection: Connection) -> bool:
    """From PostgreSQL 15 on a mere user of a database may not."""
    if connection.dialect.name != "postgresql":
        return True
    right = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    return bool(connection.execute(text(right)).scalar())
