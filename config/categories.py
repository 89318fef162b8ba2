"""The category tree as YAML: read and checked as a whole, and written again.

All mistakes of a file are found at once, each with its line, in words for whoever wrote it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent, NodeEvent
from yaml.reader import Reader

from config.categories_check import Problem, TreeCheck
from config.category_entries import CategoryEntry, TopicEntry
from config.texts import Texts

DEFAULT_TREE = Path(__file__).with_name("categories.yaml")
MOST_BYTES = 256 * 1024  # the default tree has a tenth of it
DEEPEST = 12  # levels of nesting; a tree has six
# libyaml is ten times as fast; where it is missing, Python's own does.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class InvalidTree(Exception):
    """The file cannot be taken; ``problems`` are all that is wrong, in the order of lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(sorted(problems))

    def told(self, texts: Texts, most: int) -> str:
        """The first ``most`` problems, a line each, and how many more there are."""
        lines = [
            texts("tree-problem", line=str(problem.line), text=problem.text)
            for problem in self.problems[:most]
        ]
        if (more := len(self.problems) - most) > 0:
            lines.append(texts("tree-more-problems", count=more))
        return "\n".join(lines)


def default_tree(texts: Texts) -> tuple[CategoryEntry, ...]:
    """The tree that a new installation begins with."""
    return read_tree(DEFAULT_TREE.read_bytes(), texts)


def read_tree(content: bytes, texts: Texts) -> tuple[CategoryEntry, ...]:
    """Read a file's bytes. Raises InvalidTree with every problem."""
    if len(content) > MOST_BYTES:
        raise InvalidTree([Problem(1, texts("tree-too-large", most=str(MOST_BYTES // 1024)))])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InvalidTree([Problem(line, texts("tree-not-utf8"))]) from None
    if odd := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise InvalidTree([Problem(line, texts("tree-odd-character"))])
    try:
        if problems := _traps(text, texts):
            raise InvalidTree(problems)
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise InvalidTree([_syntax_problem(error, text, texts)]) from None
    if root is None:
        raise InvalidTree([Problem(1, texts("tree-empty"))])
    check = TreeCheck(texts)
    entries = check.tree(root)
    if check.problems:
        raise InvalidTree(check.problems)
    return entries


def _traps(text: str, texts: Texts) -> list[Problem]:
    """Links inside the file (they can blow it up) and bottomless nesting, before a node is made."""
    problems = []
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, NodeEvent) and event.anchor:
            problems.append(Problem(line, texts("tree-alias")))
        if isinstance(event, CollectionStartEvent):
            depth += 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            return [*problems, Problem(line, texts("tree-too-deep"))]
    return problems


def _syntax_problem(error: yaml.YAMLError, text: str, texts: Texts) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = int(mark.line) + 1 if mark else 1
    lines = text.split("\n")
    told = lines[min(line, len(lines)) - 1]
    indent = told[: len(told) - len(told.lstrip())]
    return Problem(line, texts("tree-tab") if "\t" in indent else texts("tree-not-yaml"))


# Writing


class _Flow(tuple[str, ...]):
    """Words that stand in one line, in brackets."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented under their key."""
        super().increase_indent(flow, indentless=False)


_Dumper.add_representer(
    _Flow,
    lambda dumper, words: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", list(words), flow_style=True
    ),
)


def write_tree(tree: Sequence[CategoryEntry]) -> str:
    """The tree as YAML that ``read_tree`` reads back the same."""
    return yaml.dump(
        [_category(entry) for entry in tree],
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=110,
    )


def _category(entry: CategoryEntry) -> dict[str, Any]:
    values = {
        "id": entry.id,
        "emoji": entry.emoji,
        "title": entry.title,
        "department": entry.department,
        "hidden": entry.hidden,
        "keywords": _Flow(entry.keywords),
    }
    return _said(values) | {"topics": [_topic(topic) for topic in entry.topics]}


def _topic(entry: TopicEntry) -> dict[str, Any]:
    return _said(
        {
            "id": entry.id,
            "emoji": entry.emoji,
            "title": entry.title,
            "days": entry.days,
            "fast_track": entry.fast_track,
            "place": entry.place,
            "department": entry.department,
            "hidden": entry.hidden,
            "keywords": _Flow(entry.keywords),
        }
    )


def _said(values: dict[str, Any]) -> dict[str, Any]:
    """Without what goes without saying."""
    return {
        key: value for key, value in values.items() if (value is False if key == "place" else value)
    }
