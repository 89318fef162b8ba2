"""What the database does for a statement: statements overheard, and how each reads its tables."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event

from benchmarks.sides.seed import TABLES
from storage.database import Database

LARGE = frozenset(TABLES)
MOST_ROWS = 3000  # that a statement may look at: no share of the whole
MOST_WORDS = 15_000  # of the search's index alone: all that have the rarest word of a query


@dataclass
class Overheard:
    """Statements by their text, each with the parameters it had first."""

    statements: dict[str, Any] = field(default_factory=dict)

    def reads(self, connection: Connection) -> dict[str, list[str]]:
        """What is wrong with the plans, by statement."""
        postgresql = connection.dialect.name == "postgresql"
        found: dict[str, list[str]] = {}
        for statement, parameters in self.statements.items():
            with connection.begin_nested() as tried:
                look = _in_postgresql if postgresql else _in_sqlite
                wrong = list(look(connection, statement, parameters))
                tried.rollback()
            if wrong:
                found[statement] = wrong
        return found


@contextmanager
def overhearing(database: Database) -> Iterator[Overheard]:
    """All statements about tables that the program makes in the block."""
    heard = Overheard()

    def hear(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            heard.statements.setdefault(statement, tuple(parameters[0] if many else parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", hear)


def _in_sqlite(connection: Connection, statement: str, parameters: Any) -> Iterator[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    for line in (str(row[3]) for row in rows):
        read = re.match(r"(?:SCAN|SEARCH) (\w+?)(?:_\d+)?(?: USING (.*))?$", line)
        if not read or read[1] not in LARGE:
            continue
        by = read[2] or ""
        if any(name in by for name in PARTIAL):
            continue
        if set(re.findall(r"(\w+)[=<>]", by)) <= COARSE:
            yield line
        if "AUTOMATIC" in line:  # an index that is made for this statement alone
            yield line


def _in_postgresql(connection: Connection, statement: str, parameters: Any) -> Iterator[str]:
    run = "ANALYZE, " if statement.startswith(("SELECT", "WITH")) else ""
    told = connection.exec_driver_sql(f"EXPLAIN ({run}FORMAT JSON) {statement}", parameters)
    plan = told.scalar_one()
    for node in _nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]):
        table = node.get("Relation Name", "")
        if node["Node Type"] == "Seq Scan" and table in LARGE:
            yield f"Seq Scan on {table}"
        rows = (node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)) * node.get(
            "Actual Loops", 1
        )
        if table in LARGE and rows > (MOST_WORDS if table == "appeal_words" else MOST_ROWS):
            yield f"{node['Node Type']} reads {rows} rows of {table}"


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


# Columns that almost all rows share: to search by these alone is to go through the table.
COARSE = frozenset({"municipality_id", "channel", "role"})
# Indexes of a few rows: to go through one is no going through the table.
PARTIAL = frozenset(
    (
        *("ix_appeals_open", "ix_appeals_open_of_chat", "ix_appeals_to_warn", "ix_appeals_silent"),
        "ix_appeals_states",
        *("ix_appeals_wordless", "ix_files_unfiled", "ix_files_unfiled_of", "ix_outbox_unsent"),
        "ix_parked_events_waiting",
    )
)
