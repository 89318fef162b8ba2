"""The parts of a category file as plain values with their lines, without the parser."""

from dataclasses import dataclass
from typing import Any

MOST_BYTES = 256 * 1024  # of a file; the default tree has a tenth of it
DEEPEST = 12  # levels of nesting; a tree has six


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, a number, a yes: all of them as they are written. ``null``: nothing stands there."""

    line: int
    value: str
    null: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    line: int
    value: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in their order; a key may stand there twice."""

    line: int
    value: tuple[tuple["Node", "Node"], ...]


Node = Scalar | Listing | Mapping


def to_plain(node: Node) -> list[Any]:
    """For JSON: the kind's letter, the line, what is in it."""
    if isinstance(node, Scalar):
        return ["n" if node.null else "s", node.line, node.value]
    if isinstance(node, Listing):
        return ["l", node.line, [to_plain(item) for item in node.value]]
    return ["m", node.line, [[to_plain(key), to_plain(value)] for key, value in node.value]]


def from_plain(plain: Any, level: int = 0) -> Node:
    """Read the result of ``to_plain`` again.

    Raises ValueError for anything else: the process that wrote it may have been taken over.
    """
    match plain:
        case ["n" | "s" as kind, int(line), str(value)]:
            return Scalar(line, value, null=kind == "n")
        case ["l", int(line), list(items)] if level <= DEEPEST:
            return Listing(line, tuple(from_plain(item, level + 1) for item in items))
        case ["m", int(line), list(pairs)] if level <= DEEPEST:
            return Mapping(line, tuple(_pair(pair, level + 1) for pair in pairs))
    raise ValueError("not a node")


def _pair(plain: Any, level: int) -> tuple[Node, Node]:
    match plain:
        case [key, value]:
            return from_plain(key, level), from_plain(value, level)
    raise ValueError("not a pair")
