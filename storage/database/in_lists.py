"""Lists of keys for an ``IN``: of a few lengths, or of any length in one parameter."""

import json
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, String, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

Key = TypeVar("Key")
SIZES = (1, 4, 16, 50, 100)


def padded(keys: Sequence[Key]) -> list[Key]:
    """The keys, the last one repeated up to one of a few lengths.

    Each length is a statement of its own, which a driver prepares once and a server plans.
    """
    size = next((size for size in SIZES if size >= len(keys)), len(keys))
    return [*keys, *[keys[-1]] * (size - len(keys))] if keys else []


def as_parameter(keys: Collection[str]) -> str:
    """The value of a parameter that ``each_of`` reads."""
    return json.dumps(list(keys))


def each_of(name: str, dialect: str) -> Select[str]:
    """The keys in the parameter of that name: one statement, however many they are."""
    if dialect == "postgresql":
        given: Any = cast(bindparam(name, type_=String), JSONB)
        return select(func.jsonb_array_elements_text(given))
    listed = func.json_each(bindparam(name, type_=String)).table_valued("value")
    return select(listed.c.value)
