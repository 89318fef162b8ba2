"""The keywords that the default tree has got since towns took it over: for their admins to take."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

NEW_WORDS = Path(__file__).with_name("new_words.yaml")


@dataclass(frozen=True, slots=True)
class NewWords:
    """Keywords by the code of a category, or by ``category/topic``; ``version`` counts the sets."""

    version: int
    words: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)  # an admin's home page asks for them
def new_words() -> NewWords:
    """The newest set."""
    read = yaml.safe_load(NEW_WORDS.read_bytes())
    words = {str(code): tuple(map(str, listed)) for code, listed in read["words"].items()}
    return NewWords(int(read["version"]), words)
