"""The category tree as YAML: read and checked as a whole, and written again.

All mistakes of a file are found at once, each with its line, in words for whoever wrote it.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from config.categories.checking import Problem, TreeCheck
from config.categories.entries import CategoryEntry, TopicEntry
from config.categories.nodes import MOST_BYTES, from_plain
from config.categories.yaml_nodes import plain_tree
from config.texts import Texts

DEFAULT_TREE = Path(__file__).with_name("default.yaml")
WRONG = (
    *("tree-too-large", "tree-not-utf8", "tree-odd-character", "tree-empty"),
    *("tree-alias", "tree-too-deep", "tree-tab", "tree-not-yaml"),
)  # what may be wrong about a file as YAML


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
    """Read a file of the operator's own. Raises InvalidTree with every problem.

    What comes from a messenger is parsed by a child process: its answer goes to ``tree_of``.
    """
    return tree_of(plain_tree(content), texts)


def tree_of(plain: Any, texts: Texts) -> tuple[CategoryEntry, ...]:
    """Check a file that ``config.categories.yaml_nodes.plain_tree`` has read.

    Raises InvalidTree with every problem, and ValueError for anything else.
    """
    match plain:
        case {"problems": [_, *_] as problems}:
            raise InvalidTree([_problem(one, texts) for one in problems])
        case {"root": root}:
            check = TreeCheck(texts)
            entries = check.tree(from_plain(root))
            if check.problems:
                raise InvalidTree(check.problems)
            return entries
    raise ValueError("not a tree")


def _problem(plain: Any, texts: Texts) -> Problem:
    match plain:
        case [int(line), str(key)] if key in WRONG:
            return Problem(line, texts(key, most=str(MOST_BYTES // 1024)))
    raise ValueError("not a problem")


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


def to_kept(tree: Sequence[CategoryEntry]) -> str:
    """The tree as JSON (so that it is YAML, too), to be kept between a check and its confirmation."""
    return json.dumps([_category(entry) for entry in tree], ensure_ascii=False)


def from_kept(text: str) -> tuple[CategoryEntry, ...]:
    """Read the result of ``to_kept`` again. Raises ValueError, LookupError or TypeError for anything else."""
    return tuple(
        CategoryEntry(
            **_own(kept) | {"topics": tuple(TopicEntry(**_own(t)) for t in kept["topics"])}
        )
        for kept in json.loads(text)
    )


def _own(kept: dict[str, Any]) -> dict[str, Any]:
    return kept | {"keywords": tuple(kept.get("keywords", ()))}


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
