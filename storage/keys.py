"""Lists of keys for an ``IN``."""

from collections.abc import Sequence
from typing import TypeVar

Key = TypeVar("Key")
SIZES = (1, 4, 16, 50, 100)


def padded(keys: Sequence[Key]) -> list[Key]:
    """The keys, the last one repeated up to one of a few lengths.

    Each length is a statement of its own, which a driver prepares once and a server plans.
    """
    size = next((size for size in SIZES if size >= len(keys)), len(keys))
    return [*keys, *[keys[-1]] * (size - len(keys))] if keys else []
