"""YAML of a category file turned into plain values, with everything that is wrong about it as YAML.

What strangers send comes here in a child process only (``bot.examining``).
"""

from typing import Any

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent, NodeEvent
from yaml.nodes import MappingNode, ScalarNode, SequenceNode
from yaml.reader import Reader

from config.categories.nodes import DEEPEST, MOST_BYTES, Listing, Mapping, Node, Scalar, to_plain

MOST_PROBLEMS = 5000
NULL = "tag:yaml.org,2002:null"
# libyaml is ten times as fast; where it is missing, Python's own does.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Found = Node | list[tuple[int, str]]


def parse(content: bytes) -> Found:
    """The tree's root, or all that is wrong: lines and keys of texts."""
    if len(content) > MOST_BYTES:
        return [(1, "tree-too-large")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [(content[: error.start].count(b"\n") + 1, "tree-not-utf8")]
    if odd := Reader.NON_PRINTABLE.search(text):
        return [(text.count("\n", 0, odd.start()) + 1, "tree-odd-character")]
    try:
        if problems := _traps(text):
            return problems[:MOST_PROBLEMS]
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        return [_syntax_problem(error, text)]
    return [(1, "tree-empty")] if root is None else _node(root)


def plain_tree(content: bytes) -> dict[str, Any]:
    """The same for JSON: ``root`` as ``config.categories.nodes`` writes it, or ``problems``."""
    found = parse(content)
    if isinstance(found, list):
        return {"problems": found}
    return {"root": to_plain(found)}


def _node(node: Any) -> Node:
    line = int(node.start_mark.line) + 1
    if isinstance(node, ScalarNode):
        return Scalar(line, str(node.value), null=node.tag == NULL)
    if isinstance(node, SequenceNode):
        return Listing(line, tuple(_node(item) for item in node.value))
    assert isinstance(node, MappingNode)  # noqa: S101 - YAML has no fourth
    return Mapping(line, tuple((_node(key), _node(value)) for key, value in node.value))


def _traps(text: str) -> list[tuple[int, str]]:
    """Links inside the file (they can blow it up) and bottomless nesting, before a node is made."""
    problems = []
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, NodeEvent) and event.anchor:
            problems.append((line, "tree-alias"))
        if isinstance(event, CollectionStartEvent):
            depth += 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            return [*problems, (line, "tree-too-deep")]
    return problems


def _syntax_problem(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = int(mark.line) + 1 if mark else 1
    lines = text.split("\n")
    told = lines[min(line, len(lines)) - 1]
    indent = told[: len(told) - len(told.lstrip())]
    return line, "tree-tab" if "\t" in indent else "tree-not-yaml"
