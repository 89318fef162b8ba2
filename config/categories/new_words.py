"""The keywords that the default tree has got since towns took it over: for their admins to take."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

NEW_WORDS = Path(__file__).with_name("new_words.yaml")


@dataclass(frozen=True, slots=True)
class NewWords:
    """Keywords by the number of their set, then by a category's code or ``category/topic``."""

    sets: Mapping[int, Mapping[str, tuple[str, ...]]]

    @property
    def version(self) -> int:
        """The number of the newest set."""
        return max(self.sets)

    def after(self, settled: int) -> Mapping[str, tuple[str, ...]]:
        """The words of all sets after that one, in their order."""
        found: dict[str, tuple[str, ...]] = {}
        for _, words in sorted(one for one in self.sets.items() if one[0] > settled):
            for code, listed in words.items():
                found[code] = tuple(dict.fromkeys((*found.get(code, ()), *listed)))
        return found


@lru_cache(maxsize=1)  # an admin's home page asks for them
def new_words() -> NewWords:
    """All sets."""
    read = yaml.safe_load(NEW_WORDS.read_bytes())
    return NewWords(
        {
            int(number): {str(code): tuple(map(str, listed)) for code, listed in words.items()}
            for number, words in read.items()
        }
    )
