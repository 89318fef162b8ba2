"""Look up what residents and employees read: Project Fluent files in ``config/texts/<language>/``."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast

# fluent.runtime refuses variables of more than 2500 characters (resolver.MAX_PART_LENGTH, 0.4);
# people's texts are longer, so they are put in afterwards.
LONG = 1000
TEXTS_DIR = Path(__file__).parent


class TextError(Exception):
    """A text is missing, or a variable that it needs was not given: a mistake of ours."""


@cache
def _parsed(source: str) -> ast.Resource:
    """Parse a file once, however many catalogues are made of it: a tenth of a second for all."""
    return FluentResource(source)


class Texts:
    """The catalogue of one language: ``texts("appeal-filed", number="МЦУ-26-000123")``."""

    def __init__(self, bundle: FluentBundle, keys: Iterable[str]) -> None:
        self._bundle = bundle
        self.keys = frozenset(keys)
        self._fixed: dict[str, str] = {}  # those without variables, rendered

    @classmethod
    def load(cls, language: str = "ru", folder: Path = TEXTS_DIR) -> "Texts":
        """Read every ``*.ftl`` of the language; raises TextError for a key that stands twice."""
        bundle = FluentBundle([language], use_isolating=False)
        keys: set[str] = set()
        for path in sorted((folder / language).glob("*.ftl")):
            resource = _parsed(path.read_text(encoding="utf-8"))
            for entry in resource.body:
                if isinstance(entry, ast.Junk):
                    raise TextError(f"{path.name}: not Fluent: {str(entry.content).strip()[:80]}")
                if isinstance(entry, ast.Message):
                    if entry.id.name in keys:
                        raise TextError(f"{path.name}: {entry.id.name!r} stands twice")
                    keys.add(entry.id.name)
            bundle.add_resource(resource)
        return cls(bundle, keys)

    def __contains__(self, key: str) -> bool:
        return key in self.keys

    def __call__(self, key: str, **variables: Any) -> str:
        """The text with its variables set; raises TextError where it cannot be rendered."""
        if variables:
            return self._rendered(key, variables)
        if (fixed := self._fixed.get(key)) is None:
            fixed = self._fixed[key] = self._rendered(key, {})
        return fixed

    def _rendered(self, key: str, variables: dict[str, Any]) -> str:
        if key not in self.keys:
            raise TextError(f"no text {key!r}")
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise TextError(f"text {key!r} is empty")
        long = {
            name: value
            for name, value in variables.items()
            if isinstance(value, str) and len(value) > LONG
        }
        marks = {name: f"\ue000{name}\ue001" for name in long}
        text, errors = self._bundle.format_pattern(pattern, variables | marks)
        if errors:
            raise TextError(f"text {key!r}: {errors[0]}")
        whole = str(text)
        for name, mark in marks.items():
            whole = whole.replace(mark, long[name])
        return whole
