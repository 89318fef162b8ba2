"""The catalogue of texts taken apart: what each message says and which variables it needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from fluent.syntax import FluentParser, ast
from fluent.syntax.serializer import serialize_expression
from fluent.syntax.visitor import Visitor

from tests.paths import ROOT

FOLDER = ROOT / "config" / "texts" / "ru"


@dataclass(frozen=True, slots=True)
class Message:
    """``versions`` are its texts, one for each plural form, placeables as ``{ $name }``."""

    key: str
    file: str
    variables: frozenset[str]
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All messages by key."""

    messages: dict[str, Message]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Every ``*.ftl`` of the folder."""
        found = {}
        for path in sorted(folder.glob("*.ftl")):
            resource = FluentParser(with_spans=False).parse(path.read_text(encoding="utf-8"))
            for entry in resource.body:
                if isinstance(entry, ast.Message):
                    found[entry.id.name] = _message(entry, path.name)
        return cls(found)


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def _message(entry: ast.Message, file: str) -> Message:
    variables = _Variables()
    variables.visit(entry)
    assert entry.value is not None, f"{entry.id.name} says nothing"
    return Message(
        entry.id.name, file, frozenset(variables.names), tuple(_versions(entry.value.elements))
    )


def _versions(elements: list[ast.TextElement | ast.Placeable]) -> Iterator[str]:
    """The text with each variant of its first selector, which may hold no further ones."""
    for number, element in enumerate(elements):
        if isinstance(element, ast.Placeable) and isinstance(
            element.expression, ast.SelectExpression
        ):
            for variant in element.expression.variants:
                yield from _versions(
                    [*elements[:number], *variant.value.elements, *elements[number + 1 :]]
                )
            return
    yield "".join(_shown(element) for element in elements)


def _shown(element: ast.TextElement | ast.Placeable) -> str:
    if isinstance(element, ast.TextElement):
        return str(element.value)
    return f"{{ {serialize_expression(element.expression)} }}"
