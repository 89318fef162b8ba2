"""Check the nodes of a category file: everything that is wrong, each with its line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from config.categories.entries import (
    CODE,
    MOST_CATEGORIES,
    MOST_TOPICS,
    CategoryEntry,
    TopicEntry,
    days_in,
    days_problem,
    department_problem,
    emoji_problem,
    keyword_problem,
    keywords_problem,
    one_line,
    title_problem,
)
from config.categories.nodes import Listing, Mapping, Node, Scalar
from config.texts import Texts

YES, NO = ("true", "yes", "on", "да"), ("false", "no", "off", "нет")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake of a file: its line, and what is wrong in words."""

    line: int
    text: str


class TreeCheck:
    """Reads entries from nodes and collects problems on the way."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self.problems: list[Problem] = []
        self._category_ids: dict[str, int] = {}
        self._topic_ids: dict[str, int] = {}

    def tree(self, root: Node) -> tuple[CategoryEntry, ...]:
        """All categories; what is wrong is in ``problems``."""
        if not isinstance(root, Listing):
            self._add(root, self._texts("tree-not-list"))
            return ()
        titles: dict[str, int] = {}
        entries = [self._category(node, titles) for node in root.value]
        if len(entries) > MOST_CATEGORIES:
            node = root.value[MOST_CATEGORIES]
            self._add(node, self._texts("tree-too-many-categories", most=MOST_CATEGORIES))
        if not entries:
            self._add(root, self._texts("tree-empty"))
        elif not self.problems and not any(
            not topic.hidden for c in entries if c and not c.hidden for topic in c.topics
        ):
            self._add(root, self._texts("tree-all-hidden"))
        return tuple(entry for entry in entries if entry)

    def _category(self, node: Node, titles: dict[str, int]) -> CategoryEntry | None:
        readers: dict[str, Callable[[Node], Any]] = {
            "id": lambda n: self._code(n, self._category_ids),
            "title": lambda n: self._title(n, titles),
            "emoji": self._emoji,
            "department": self._department,
            "keywords": self._keywords,
            "hidden": self._flag,
            "topics": self._topics,
        }
        values = self._fields(node, readers, required=("id", "title", "topics"))
        return CategoryEntry(**values) if values is not None else None

    def _topics(self, node: Node) -> tuple[TopicEntry, ...]:
        if isinstance(node, Scalar) and node.null:
            return ()  # no topic yet
        if not isinstance(node, Listing):
            self._add(node, self._texts("tree-topics-not-list"))
            return ()
        if len(node.value) > MOST_TOPICS:
            self._add(
                node.value[MOST_TOPICS], self._texts("tree-too-many-topics", most=MOST_TOPICS)
            )
        titles: dict[str, int] = {}
        entries = [self._topic(topic, titles) for topic in node.value]
        return tuple(entry for entry in entries if entry)

    def _topic(self, node: Node, titles: dict[str, int]) -> TopicEntry | None:
        readers: dict[str, Callable[[Node], Any]] = {
            "id": lambda n: self._code(n, self._topic_ids),
            "title": lambda n: self._title(n, titles),
            "emoji": self._emoji,
            "days": self._days,
            "fast_track": self._flag,
            "place": self._flag,
            "department": self._department,
            "keywords": self._keywords,
            "hidden": self._flag,
        }
        values = self._fields(node, readers, required=("id", "title", "days"))
        return TopicEntry(**values) if values is not None else None

    def _fields(
        self, node: Node, readers: dict[str, Callable[[Node], Any]], required: Sequence[str]
    ) -> dict[str, Any] | None:
        """The values of a mapping; None where one that is required cannot be read."""
        if not isinstance(node, Mapping):
            self._add(node, self._texts("tree-not-mapping"))
            return None
        values: dict[str, Any] = {}
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, Scalar) else ""
            if key not in readers:
                known = ", ".join(readers)
                self._add(key_node, self._texts("tree-unknown-key", word=key[:40], known=known))
            elif key in seen:
                self._add(key_node, self._texts("tree-key-twice", word=key, line=str(seen[key])))
            else:
                seen[key] = key_node.line
                value = readers[key](value_node)
                if value is not None:
                    values[key] = value
        for key in required:
            if key not in seen:
                self._add(node, self._texts("tree-missing", word=key))
        return values if all(key in values for key in required) else None

    # Values: None where the node has none that is allowed

    def _scalar(self, node: Node) -> str | None:
        """What stands there as text, without the YAML types: ``no`` and ``10`` are texts too."""
        if isinstance(node, Scalar):
            return "" if node.null else one_line(node.value)
        self._add(node, self._texts("tree-not-text"))
        return None

    def _code(self, node: Node, seen: dict[str, int]) -> str | None:
        code = self._scalar(node)
        if code is None:
            return None
        if not CODE.fullmatch(code):
            self._add(node, self._texts("tree-bad-id", id=code[:40]))
        elif code in seen:
            self._add(node, self._texts("tree-id-twice", id=code, line=str(seen[code])))
        else:
            seen[code] = node.line
            return code
        return None

    def _title(self, node: Node, seen: dict[str, int]) -> str | None:
        title = self._scalar(node)
        if title is None:
            return None
        if problem := title_problem(self._texts, title):
            self._add(node, problem)
        elif title.casefold() in seen:
            line = str(seen[title.casefold()])
            self._add(node, self._texts("tree-title-twice", title=title, line=line))
        else:
            seen[title.casefold()] = node.line
            return title
        return None

    def _emoji(self, node: Node) -> str | None:
        return self._optional(node, emoji_problem)

    def _department(self, node: Node) -> str | None:
        return self._optional(node, department_problem)

    def _optional(self, node: Node, problem_of: Callable[[Texts, str], str]) -> str | None:
        """A value that may be left empty."""
        said = self._scalar(node)
        if said and (problem := problem_of(self._texts, said)):
            self._add(node, problem)
            return None
        return said

    def _days(self, node: Node) -> int | None:
        said = self._scalar(node)
        if said is None:
            return None
        if problem := days_problem(self._texts, said):
            self._add(node, problem)
        return days_in(said)

    def _flag(self, node: Node) -> bool | None:
        said = self._scalar(node)
        if said is None:
            return None
        if said.lower() in (*YES, *NO):
            return said.lower() in YES
        self._add(node, self._texts("tree-bad-flag", value=said[:20]))
        return None

    def _keywords(self, node: Node) -> tuple[str, ...] | None:
        if isinstance(node, Scalar) and node.null:
            return ()
        if not isinstance(node, Listing):
            self._add(node, self._texts("tree-keywords-not-list"))
            return None
        if problem := keywords_problem(self._texts, len(node.value)):
            self._add(node, problem)
            return None
        words = []
        for item in node.value:
            word = self._scalar(item)
            if word is not None and (problem := keyword_problem(self._texts, word)):
                self._add(item, problem)
            words.append(word or "")
        return tuple(words)

    def _add(self, node: Node, text: str) -> None:
        self.problems.append(Problem(node.line, text))
