"""Lists of keys for an ``IN``: of a few lengths, or of any length in one parameter.

Keys of several columns are asked for here alone (a test keeps that). Written out as rows they make
SQLite go through the whole table that is asked: the rows have no types, so it uses no index.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Select,
    String,
    any_,
    bindparam,
    cast,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.our_accounts import OurChannel, in_use

Key = TypeVar("Key")
SIZES = (1, 4, 16, 50, 100)


def padded(keys: Sequence[Key]) -> list[Key]:
    """The keys, the last one repeated up to one of a few lengths.

    Each length is a statement of its own, which a driver prepares once and a server plans.
    """
    size = next((size for size in SIZES if size >= len(keys)), len(keys))
    return [*keys, *[keys[-1]] * (size - len(keys))] if keys else []


def as_parameter(keys: Collection[object]) -> str:
    """The value of a parameter that ``each_of`` reads."""
    return json.dumps(list(keys))


def each_of(name: str, dialect: str) -> Select[str]:
    """The keys in the parameter of that name: one statement, however many they are."""
    if dialect == "postgresql":
        given: Any = cast(bindparam(name, type_=String), JSONB)
        return select(func.jsonb_array_elements_text(given))
    listed = func.json_each(bindparam(name, type_=String)).table_valued("value")
    return select(listed.c.value)


class _Ids(TypeDecorator[Any]):
    """Numbers in one parameter."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has lists."""
        return dialect.type_descriptor(
            ARRAY(BigInteger) if dialect.name == "postgresql" else String()
        )

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """SQLite reads them from JSON."""
        return list(value) if dialect.name == "postgresql" else as_parameter(value)


def has_id_of(name: str, dialect: str, column: Any) -> ColumnElement[bool]:
    """Return the condition that the column is one of the numbers in the parameter ``name``.

    One statement, however many they are: to write out an ``IN`` again each time takes longer
    than to find a few rows.
    """
    given = bindparam(name, type_=_Ids())
    if dialect == "postgresql":
        return column == any_(given)  # type: ignore[no-any-return]
    found = select(func.json_each(given).table_valued("value").c.value)
    return column.in_(found)  # type: ignore[no-any-return]


class _Keys(TypeDecorator[Any]):
    """Keys in one parameter; ``ours`` tells of each column whether it is an ``OurChannel``."""

    impl = String
    cache_ok = True

    def __init__(self, ours: tuple[bool, ...]) -> None:
        super().__init__()
        self.ours = ours

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Each part as its column has it."""
        kept = in_use(dialect).kept if any(self.ours) else None
        keys = [
            [
                kept(part) if kept and is_ours else part
                for part, is_ours in zip(key, self.ours, strict=True)
            ]
            for key in value
        ]
        return json.dumps(keys)


def is_one_of(name: str, dialect: str, *columns: Any) -> ColumnElement[bool]:
    """The condition that these columns of text together are one of the keys given as ``keys_as``.

    Many of them are asked for in one of a few statements, which go by an index of the columns.
    """
    if dialect == "postgresql":
        return tuple_(*columns).in_(bindparam(name, expanding=True))
    ours = tuple(isinstance(column.type, OurChannel) for column in columns)
    listed = func.json_each(bindparam(name, type_=_Keys(ours))).table_valued("value")
    parts = [func.json_extract(listed.c.value, f"$[{at}]") for at in range(len(columns))]
    return tuple_(*columns).in_(select(*(cast(part, String) for part in parts)))


def keys_as(name: str, dialect: str, keys: Collection[tuple[str, ...]]) -> dict[str, Any]:
    """The parameters for ``is_one_of``; there is at least one key."""
    return {name: padded(sorted(keys)) if dialect == "postgresql" else list(keys)}


def is_among(columns: Sequence[Any], found: Select[Any, Any]) -> ColumnElement[bool]:
    """The condition that these columns together are a row of what a query finds."""
    return tuple_(*columns).in_(found)
