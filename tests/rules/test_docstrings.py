"""Public docstrings by the rule of CONTRIBUTING.md: verb or noun first, "if" for conditions, no riddles."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house import Module, modules

# A reader has to find the verb first, or a parameter that is not named.
RIDDLES = {
    "begins with a headless clause": re.compile(
        r"^(What|Who|Whose|Whom|Whoever|Whatever|Which|How|When|Where|Whether and)\b(?!.*\?$)"
    ),
    "says where for if": re.compile(r"\bwhere\b(?! to\b)", re.IGNORECASE),
    "names no parameter": re.compile(r"\b(so|that) (many|much|long|often|soon)\b", re.IGNORECASE),
    "is a poem": re.compile(r"\b(anew|besides|whosoever|thither|hitherto|minds)\b", re.IGNORECASE),
}
# A noun clause is the name of what is returned in these two forms, as in DESIGN.md.
ALLOWED = re.compile(r"^(Whether|How (many|much|long|often)|When) ")


def public_docstrings(module: Module) -> Iterator[tuple[int, str]]:
    """The line and the text of each docstring that a reader from another module meets."""
    if told := ast.get_docstring(module.tree):
        yield 1, told
    yield from _within(module.tree)


def _within(parent: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.iter_child_nodes(parent):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("_"):
            continue
        if told := ast.get_docstring(node):
            yield node.lineno, told
        if isinstance(node, ast.ClassDef):
            yield from _within(node)


def riddles(told: str) -> list[str]:
    """What is wrong with a docstring."""
    plain = re.sub(r"``[^`]*``|`[^`]*`|«[^»]*»", "x", told)
    found = [name for name, pattern in RIDDLES.items() if pattern.search(plain)]
    if ALLOWED.match(plain):
        found = [name for name in found if name != "begins with a headless clause"]
    return found


def test_public_docstrings_are_no_riddles() -> None:
    wrong = [
        f"{module.path}:{line} {', '.join(found)}: {told.splitlines()[0]}"
        for module in modules()
        if "migrations/versions" not in module.path
        for line, told in public_docstrings(module)
        if (found := riddles(told))
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("told", "is_right"),
    [
        ("Return the seconds to wait after one more failure.", True),
        ("Whether the row may go now by itself.", True),
        ("Raises ValueError if it is not of the form channel:chat.", True),
        ("What of the channel takes none just now.", False),
        ("Who sends a flood is told so, once.", False),
        ("Raises ValueError where it is not of that form.", False),
        ("Start that many; when they may go.", False),
        ("Keep it for so long.", False),
    ],
)
def test_the_rule_itself(told: str, is_right: bool) -> None:
    assert (riddles(told) == []) == is_right
